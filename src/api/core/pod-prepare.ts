/** What the server decides about a new pod, and what its subresources may change (`pkg/registry/core/pod/strategy.go`). */

import type { Container, Pod, PodAffinityTerm, PodSpec, PodStatus } from "../generated/core-v1.ts";
import type { LabelSelector, ObjectMeta } from "../generated/meta-v1.ts";
import { type Draft, deepEqual, type KubeObject } from "../object.ts";
import { applyAppArmorAnnotations } from "./app-armor.ts";
import { dropGatedFields, dropGatedStatus } from "./gated-fields.ts";
import { computeQos } from "./pod-resources.ts";

const asPod = (object: Draft | KubeObject): Pod => object as unknown as Pod;

export function preparePodForCreate(object: Draft): void {
  const pod = asPod(object);
  pod.status = { phase: "Pending", qosClass: computeQos(pod) };
  dropGatedFields(pod.spec);
  if (pod.spec.schedulingGates?.length) {
    pod.status.conditions = [
      {
        type: "PodScheduled",
        status: "False",
        lastProbeTime: null,
        lastTransitionTime: pod.metadata.creationTimestamp,
        reason: "SchedulingGated",
        message: "Scheduling is blocked due to non-empty scheduling gates",
      },
    ] as NonNullable<PodStatus["conditions"]>;
  }
  mergeLabelKeys(pod);
  applyAppArmorAnnotations(pod);
}

/** `matchLabelKeys` stand for the values that the pod itself has: they are written into the selectors at its creation. */
function mergeLabelKeys({ spec, metadata: { labels } }: Pod): void {
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      mergeTerm(podAffinityTerm, labels);
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeTerm(term, labels);
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? [])
    merge(labelSelector, matchLabelKeys, "In", labels);
}

function mergeTerm(term: PodAffinityTerm, labels: ObjectMeta["labels"]): void {
  merge(term.labelSelector, term.matchLabelKeys, "In", labels);
  merge(term.labelSelector, term.mismatchLabelKeys, "NotIn", labels);
}

function merge(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: "In" | "NotIn",
  labels: ObjectMeta["labels"],
): void {
  if (!selector) return; // selects nothing, with or without more requirements
  for (const key of keys ?? []) {
    const value = labels?.[key];
    if (value === undefined) continue;
    selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [value] }];
  }
}

export function preparePodForUpdate(object: Draft): void {
  dropGatedFields(asPod(object).spec);
}

/** What these subresources leave alone in `metadata`: all but the managed fields. */
function restoreMetadata({ metadata }: Pod, { metadata: old }: Pod): void {
  const { deletionTimestamp, generation, labels, annotations, finalizers, ownerReferences } = old;
  Object.assign(metadata, { deletionTimestamp, generation, labels, annotations, finalizers, ownerReferences });
}

function bumpGeneration(pod: Pod, old: Pod): void {
  if (!deepEqual(pod.spec, old.spec)) pod.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** `ephemeralcontainers` changes these and nothing else. */
export function prepareEphemeralContainers(object: Draft, current: KubeObject): void {
  const [pod, old] = [asPod(object), asPod(current)];
  const { ephemeralContainers } = pod.spec;
  pod.spec = { ...old.spec, ephemeralContainers };
  if (!ephemeralContainers) delete pod.spec.ephemeralContainers;
  pod.status = old.status;
  restoreMetadata(pod, old);
  dropGatedFields(pod.spec);
  bumpGeneration(pod, old);
}

/** `resize` changes resources and how containers take a change of them; containers that do not match are left to validation. */
export function prepareResize(object: Draft, current: KubeObject): void {
  const [pod, old] = [asPod(object), asPod(current)];
  const same = (a: PodSpec["containers"] | undefined, b: PodSpec["containers"] | undefined): boolean =>
    (a?.length ?? 0) === (b?.length ?? 0);
  if (same(pod.spec.containers, old.spec.containers) && same(pod.spec.initContainers, old.spec.initContainers)) {
    const { resources } = pod.spec;
    const containers = resized(pod.spec.containers, old.spec.containers);
    const initContainers = resized(pod.spec.initContainers, old.spec.initContainers);
    pod.spec = { ...old.spec, containers };
    if (initContainers) pod.spec.initContainers = initContainers;
    if (resources) pod.spec.resources = resources;
    else delete pod.spec.resources;
    pod.status = old.status;
    restoreMetadata(pod, old);
  }
  dropGatedFields(pod.spec);
  bumpGeneration(pod, old);
}

function resized<T extends readonly Container[] | undefined | null>(next: T, old: T): Container[] | T {
  if (!next?.length || !old) return next;
  if (next.some((container, i) => container.name !== old[i]?.name)) return next;
  return next.map(({ resources, resizePolicy }, i) => {
    const { resizePolicy: _, ...rest } = old[i] as Container;
    return { ...rest, resources, ...(resizePolicy && { resizePolicy }) };
  });
}

export function preparePodStatus(object: Draft, current: KubeObject): void {
  const [pod, old] = [asPod(object), asPod(current)];
  pod.spec = old.spec;
  // a kubelet of old times cleared these
  if (old.metadata.ownerReferences) pod.metadata.ownerReferences = old.metadata.ownerReferences;
  else delete pod.metadata.ownerReferences;
  pod.status.qosClass ||= old.status.qosClass;
  keepObservedGenerations(pod.status, old.status);
  dropGatedStatus(pod.status);
}

/** A writer that does not know of observed generations does not undo them. */
function keepObservedGenerations(status: PodStatus, old: PodStatus): void {
  if (!status.observedGeneration && old.observedGeneration) status.observedGeneration = old.observedGeneration;
  if (!old.conditions?.some((c) => c.observedGeneration)) return;
  const taken = new Map<string, number>();
  for (const condition of status.conditions ?? []) {
    const nth = taken.get(condition.type) ?? 0;
    taken.set(condition.type, nth + 1);
    const before = old.conditions.filter((c) => c.type === condition.type)[nth]?.observedGeneration;
    if (!condition.observedGeneration && before) condition.observedGeneration = before;
  }
}

/** Seconds a deletion takes: none for a pod on no node or one that has ended. */
export function podGracePeriod(object: KubeObject, requested: number | undefined): number {
  const { spec, status } = asPod(object);
  if (!spec.nodeName || status.phase === "Failed" || status.phase === "Succeeded") return 0;
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}
