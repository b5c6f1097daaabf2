/** Changes of a pod through `ephemeralcontainers` and `resize`. */
import type { Container, Pod, PodSpec, ResourceRequirements } from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { difference } from "../../validation/difference.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { computeQos, isSidecar, type ResourceList } from "../pod-resources.ts";
import { annotationsPath, specPath, validatePod } from "./pod.ts";
import { validatePodAnnotationUpdates } from "./pod-annotations.ts";
import { mirrorAnnotation } from "./pod-spec.ts";

const isMirror = ({ metadata: { annotations } }: Pod): boolean =>
  Boolean(annotations && mirrorAnnotation in annotations);

/** Ephemeral containers are added, never changed nor removed. */
export function validateEphemeralUpdate(pod: Pod, old: Pod): FieldError[] {
  if (isMirror(old)) return [new Path("[]").forbidden("static pods do not support ephemeral containers")];
  const errors: FieldError[] = [];
  validatePod(errors, pod);
  validatePodAnnotationUpdates(errors, pod, old, annotationsPath);
  const path = specPath.child("ephemeralContainers");
  for (const before of old.spec.ephemeralContainers ?? []) {
    const now = pod.spec.ephemeralContainers?.find((container) => container.name === before.name);
    const which = `existing ephemeral containers ${JSON.stringify(before.name)}`;
    if (!now) errors.push(path.forbidden(`${which} may not be removed\n`));
    else if (!deepEqual(now, before))
      errors.push(path.forbidden(`${which} may not be changed\n${difference(before, now)}`));
  }
  return errors;
}

export function validateResize(pod: Pod, old: Pod): FieldError[] {
  if (isMirror(old)) return [new Path("[]").forbidden("static pods cannot be resized")];
  if (old.spec.os?.name === "windows") return [new Path("[]").forbidden("windows pods cannot be resized")];
  const errors: FieldError[] = [];
  validatePod(errors, pod);
  if ((old.status.qosClass || computeQos(old)) !== computeQos(pod)) {
    const why = "Pod QOS Class may not change as a result of resizing";
    errors.push(specPath.invalid(pod.status.qosClass ?? "", why));
  }
  const running = old.status.containerStatuses?.find((status) => status.state?.running);
  if (running && !running.resources) errors.push(specPath.forbidden("Pod running on node without support for resize"));
  checkPodResources(errors, pod.spec, old.spec);
  if (!checkOrder(errors, pod.spec, old.spec)) return errors;
  checkRemovals(errors, pod.spec, old.spec);
  checkOnlyCpuAndMemory(errors, pod.spec, old.spec);
  if (!errors.length && !deepEqual(withOldResources(pod.spec, old.spec), old.spec))
    errors.push(specPath.forbidden("only cpu and memory resources are mutable"));
  return errors;
}

/** Says whether the containers are the same ones in the same order. */
function checkOrder(errors: FieldError[], spec: PodSpec, old: PodSpec): boolean {
  const before = errors.length;
  for (const list of ["containers", "initContainers"] as const) {
    const [now, then] = [spec[list] ?? [], old[list] ?? []];
    const path = specPath.child(list);
    if (now.length !== then.length) errors.push(path.forbidden(`${list} may not be added or removed on resize`));
    else {
      for (const [i, { name }] of then.entries()) {
        if (now[i]?.name !== name)
          errors.push(path.index(i).child("name").forbidden(`${list} may not be renamed or reordered on resize`));
      }
    }
  }
  return errors.length === before;
}

const removed = (now: ResourceList | undefined, before: ResourceList | undefined): boolean =>
  Object.keys(before ?? {}).some((name) => now?.[name] === undefined);

function checkRemovals(errors: FieldError[], spec: PodSpec, old: PodSpec): void {
  for (const list of ["initContainers", "containers"] as const) {
    for (const [i, { resources: before }] of (old[list] ?? []).entries()) {
      const now = spec[list]?.[i]?.resources;
      for (const of of ["requests", "limits"] as const) {
        if (removed(now?.[of], before?.[of])) {
          const path = specPath.child(list).index(i).child("resources", of);
          errors.push(path.forbidden(`resource ${of} cannot be removed`));
        }
      }
    }
  }
}

function checkPodResources(errors: FieldError[], { resources }: PodSpec, { resources: old }: PodSpec): void {
  const isSet = (r: ResourceRequirements | undefined): boolean => Boolean(r?.requests || r?.limits);
  if (!isSet(resources) && !isSet(old)) return;
  const path = specPath.child("resources");
  if (old && !resources) {
    errors.push(path.forbidden("pod-level resources cannot be removed"));
    return;
  }
  for (const of of ["requests", "limits"] as const) {
    if (removed(resources?.[of], old?.[of]))
      errors.push(path.child(of).forbidden(`pod-level resource ${of} cannot be removed`));
  }
  if (!deepEqual(resources && resizable(resources, old), old && resizable(old, old)))
    errors.push(specPath.forbidden("only cpu and memory resources are mutable at pod-level"));
}

/** The requirements with cpu and memory as they were; undefined if nothing is left of them. */
function resizable(now: ResourceRequirements, old: ResourceRequirements | undefined): ResourceRequirements | undefined {
  const lists: ResourceRequirements = {};
  for (const of of ["requests", "limits"] as const) {
    const { cpu: _c, memory: _m, ...others } = now[of] ?? {};
    const { cpu, memory } = old?.[of] ?? {};
    const list = { ...others, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
    if (Object.keys(list).length) lists[of] = list;
  }
  if (now.claims) lists.claims = now.claims;
  return Object.keys(lists).length ? lists : undefined;
}

/** Claims of a container are not asked for again in a resize. */
function withOldCpuAndMemory(container: Container, old: Container | undefined): Container {
  const { claims: _, ...requirements } = container.resources ?? {};
  return { ...container, resources: resizable(requirements, old?.resources) ?? {} };
}

function checkOnlyCpuAndMemory(errors: FieldError[], spec: PodSpec, old: PodSpec): void {
  for (const [i, container] of (spec.containers ?? []).entries()) {
    if (!deepEqual(withOldCpuAndMemory(container, old.containers?.[i]), old.containers?.[i]))
      errors.push(specPath.forbidden("only cpu and memory resources are mutable"));
  }
  for (const [i, container] of (spec.initContainers ?? []).entries()) {
    const before = old.initContainers?.[i];
    const path = specPath.child("initContainers").index(i);
    if (!deepEqual(withOldCpuAndMemory(container, before), before))
      errors.push(path.forbidden("only cpu and memory resources for init or sidecar containers are mutable"));
    const restarts = container.resizePolicy?.some((policy) => policy.restartPolicy === "RestartContainer");
    if (restarts && !isSidecar(container) && !deepEqual(container, before)) {
      const why = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized";
      errors.push(path.forbidden(why));
    }
  }
}

function withOldResources(spec: PodSpec, old: PodSpec): PodSpec {
  const restored = spec.initContainers?.map((c, i) => withOldCpuAndMemory(c, old.initContainers?.[i]));
  return {
    ...spec,
    resources: old.resources,
    containers: (spec.containers ?? []).map((c, i) => withOldCpuAndMemory(c, old.containers?.[i])),
    ...(restored && { initContainers: restored }),
  };
}
