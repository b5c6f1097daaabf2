/** Validation of a pod as it is made, and of the few changes it allows (upstream's `ValidatePodCreate`, `ValidatePodUpdate`). */
import type { Container, Pod, PodSpec, Toleration } from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { largestInt32 } from "../../validation/checks.ts";
import { difference } from "../../validation/difference.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { inRange } from "../../validation/names.ts";
import { checkImageSpace } from "./containers.ts";
import { withoutGatedChanges } from "./gated-pod.ts";
import { validatePodAnnotations, validatePodAnnotationUpdates, validateProfileAnnotations } from "./pod-annotations.ts";
import { validatePodSpec } from "./pod-spec.ts";
import { validateTolerations } from "./scheduling.ts";

export const specPath = new Path("spec");
export const annotationsPath = new Path("metadata").child("annotations");

export function validatePod(errors: FieldError[], pod: Pod): void {
  validatePodAnnotations(errors, pod.metadata.annotations, pod.spec, annotationsPath);
  validatePodSpec(errors, pod.spec, pod.metadata, specPath);
  if (!pod.spec.serviceAccountName) checkTokenVolumes(errors, pod.spec);
  for (const list of ["containers", "initContainers"] as const) {
    for (const [i, container] of (pod.spec[list] ?? []).entries())
      checkImageSpace(errors, container, specPath.child(list).index(i));
  }
}

function checkTokenVolumes(errors: FieldError[], { volumes }: PodSpec): void {
  for (const [i, { projected }] of (volumes ?? []).entries()) {
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (!serviceAccountToken) continue;
      const at = specPath.child("volumes").index(i).child("projected", "sources").index(j);
      const why = "must not be specified when serviceAccountName is not set";
      errors.push(at.child("serviceAccountToken").forbidden(why));
    }
  }
}

export function validatePodCreate(pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  validatePod(errors, pod);
  if (pod.spec.ephemeralContainers)
    errors.push(specPath.child("ephemeralContainers").forbidden("cannot be set on create"));
  if (pod.spec.nodeName && pod.spec.schedulingGates?.length)
    errors.push(specPath.child("nodeName").forbidden("cannot be set until all schedulingGates have been cleared"));
  validateProfileAnnotations(errors, pod.metadata, pod.spec, specPath);
  return errors;
}

const updatable = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
];

/** A spec that is as it was has been looked at before. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const unchanged = deepEqual(pod.spec, old.spec);
  if (!unchanged) validatePod(errors, pod);
  validatePodAnnotationUpdates(errors, pod, old, annotationsPath);
  if (unchanged || !checkImages(errors, pod, old) || !checkDeadline(errors, pod.spec, old.spec)) return errors;
  checkTolerations(errors, pod.spec.tolerations ?? [], old.spec.tolerations ?? []);
  checkGates(errors, pod.spec, old.spec);
  const rest = withoutAllowedChanges(errors, pod.spec, old.spec);
  if (!deepEqual(rest, old.spec)) {
    const why = `pod updates may not change fields other than ${updatable.join(",")}\n${difference(old.spec, rest)}`;
    errors.push(specPath.forbidden(why));
  }
  return errors;
}

/** Says whether the containers are still the same ones. */
function checkImages(errors: FieldError[], pod: Pod, old: Pod): boolean {
  for (const list of ["containers", "initContainers"] as const) {
    const containers = pod.spec[list] ?? [];
    const path = specPath.child(list);
    if (containers.length !== (old.spec[list]?.length ?? 0)) {
      errors.push(path.forbidden("pod updates may not add or remove containers"));
      return false;
    }
    for (const [i, container] of containers.entries()) {
      if (!container.image) errors.push(path.index(i).child("image").required());
      checkImageSpace(errors, container, path.index(i));
    }
  }
  return true;
}

/** A deadline may be set and drawn nearer. Says whether the rest is to be looked at. */
function checkDeadline(
  errors: FieldError[],
  { activeDeadlineSeconds: seconds }: PodSpec,
  { activeDeadlineSeconds: before }: PodSpec,
): boolean {
  const path = specPath.child("activeDeadlineSeconds");
  if (seconds === undefined) {
    if (before !== undefined) errors.push(path.invalid(null, "must not update from a positive integer to nil value"));
    return true;
  }
  if (seconds < 0 || seconds > largestInt32) errors.push(path.invalid(seconds, inRange(0, largestInt32)));
  else if (before !== undefined && before < seconds)
    errors.push(path.invalid(seconds, "must be less than or equal to previous value"));
  else return true;
  return false;
}

function checkTolerations(errors: FieldError[], next: readonly Toleration[], old: readonly Toleration[]): void {
  const path = specPath.child("tolerations");
  const kept = old.every((toleration) =>
    next.some((other) => deepEqual({ ...toleration, tolerationSeconds: other.tolerationSeconds }, other)),
  );
  if (!kept) errors.push(path.forbidden("existing toleration can not be modified except its tolerationSeconds"));
  else validateTolerations(errors, next, path);
}

function checkGates(
  errors: FieldError[],
  { schedulingGates = [] }: PodSpec,
  { schedulingGates: old = [] }: PodSpec,
): void {
  for (const [i, { name }] of schedulingGates.entries()) {
    if (old.some((gate) => gate.name === name)) continue;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(specPath.child("schedulingGates").index(i).child("name").forbidden(why));
  }
}

/** The new spec with all that may change put back: whatever still differs may not. */
function withoutAllowedChanges(errors: FieldError[], spec: PodSpec, old: PodSpec): PodSpec {
  const images = (list: "containers" | "initContainers"): Container[] | undefined =>
    spec[list]?.map((container, i) => ({ ...container, image: old[list]?.[i]?.image }));
  const rest: PodSpec = {
    ...spec,
    containers: images("containers") ?? null,
    initContainers: images("initContainers"),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
  };
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    rest.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  return old.schedulingGates?.length ? withoutGatedChanges(errors, rest, old) : rest;
}
