/** What a Job asks about its pods. */
import type { Job, Pod } from "../../client/kinds.ts";
import { createdAt } from "../pods/pod-state.ts";
import { matchFailurePolicy } from "./failure-policy.ts";

export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
export const indexAnnotation = "batch.kubernetes.io/job-completion-index";
export const failureCountAnnotation = "batch.kubernetes.io/job-index-failure-count";
export const ignoredFailureCountAnnotation = "batch.kubernetes.io/job-index-ignored-failure-count";

/** It has not been counted yet, or its counting is not over. */
export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === "Indexed";
export const isSuspended = ({ spec }: Job): boolean => spec.suspend ?? false;
export const countsPerIndex = ({ spec }: Job): boolean => spec.backoffLimitPerIndex !== undefined;

/** A pod is replaced only when it has failed, not as soon as it is on its way out. */
export const replacesFailedOnly = ({ spec }: Job): boolean =>
  spec.podReplacementPolicy === "Failed" || spec.podFailurePolicy !== undefined;

/** Undefined where a pod tells none. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexAnnotation] ?? "";
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}

/** The index, if it is one of the Job's. */
export function validIndexOf(pod: Pod, { spec }: Job): number | undefined {
  const index = indexOf(pod);
  return index !== undefined && index < (spec.completions ?? 0) ? index : undefined;
}

export const byIndex = (a: Pod, b: Pod): number => (indexOf(a) ?? -1) - (indexOf(b) ?? -1);

export const indexesOf = (pods: readonly Pod[]): number[] => pods.flatMap((pod) => indexOf(pod) ?? []);

/** A pod on its way out counts as failed, for it may never get to say so itself. */
export function isFailed(pod: Pod, job: Job): boolean {
  const { phase } = pod.status ?? {};
  if (phase === "Failed") return true;
  return !replacesFailedOnly(job) && Boolean(pod.metadata.deletionTimestamp) && phase !== "Succeeded";
}

function countIn({ metadata }: Pod, annotation: string): number {
  const text = metadata.annotations?.[annotation] ?? "";
  return /^\+?\d+$/.test(text) && Number(text) <= 0x7fffffff ? Number(text) : 0;
}
export const failureCount = (pod: Pod): number => countIn(pod, failureCountAnnotation);
export const ignoredFailureCount = (pod: Pod): number => countIn(pod, ignoredFailureCountAnnotation);
export const allFailures = (pod: Pod): number => failureCount(pod) + ignoredFailureCount(pod);

/** The counts that the pod after this one of the same index is to carry. */
export function nextFailureCounts(job: Job, replaced: Pod | undefined): { failures: number; ignored: number } {
  if (!replaced) return { failures: 0, ignored: 0 };
  const [failures, ignored] = [failureCount(replaced), ignoredFailureCount(replaced)];
  const { counts } = matchFailurePolicy(job.spec.podFailurePolicy, replaced);
  return counts ? { failures: failures + 1, ignored } : { failures, ignored: ignored + 1 };
}

/** When a pod ended: by its containers, its readiness, its deletion; else when it was made. In milliseconds since 1970. */
export function finishedAt(pod: Pod): number {
  const ended = endOfContainers(pod);
  if (ended !== undefined) return ended;
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "False" && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp) return Date.parse(deletionTimestamp) - (deletionGracePeriodSeconds ?? 0) * 1000;
  return createdAt(pod);
}

function endOfContainers({ spec, status }: Pod): number | undefined {
  const sidecars = new Set((spec?.initContainers ?? []).filter((c) => c.restartPolicy === "Always").map((c) => c.name));
  const init = (status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name));
  const ends = [...(status?.containerStatuses ?? []), ...init].map(({ state }) => state?.terminated?.finishedAt);
  if (ends.length === 0 || ends.some((end) => !end)) return undefined;
  return Math.max(...ends.map((end) => Date.parse(end ?? "")));
}
