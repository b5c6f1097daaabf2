/**
 * Counts pods that have ended, each exactly once: its uid is written into the status, then its finalizer is taken away,
 * then the count is raised and the uid goes (https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-tracking-with-finalizers).
 * Pods with numbers that have succeeded need no uid: the number is remembered.
 */
import type { Job, Pod } from "../../client/kinds.ts";
import type { Condition } from "./conditions.ts";
import { matchFailurePolicy } from "./failure-policy.ts";
import { Indexes } from "./indexes.ts";
import type { JobView } from "./observe.ts";
import { byIndex, countsPerIndex, indexOf, isFailed, isIndexed, isTracked, validIndexOf } from "./pod-facts.ts";

export type Status = Job["status"];

/** No more pods than that are written into the status at once, so that it stays small. */
const mostUncounted = 500;

export interface Tracked {
  readonly status: Status;
  /** Pods whose finalizer may go once the status is written. */
  readonly release: readonly Pod[];
  /** Not all pods were looked at: the Job cannot have ended. */
  readonly isPartial: boolean;
}

/** Raises the counts by the pods that carry the finalizer no more. */
export function countReleased(status: Status, stillTracked: ReadonlySet<string>): Status {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const [waitingSucceeded, waitingFailed] = [succeeded ?? [], failed ?? []].map((uids) =>
    uids.filter((uid) => stillTracked.has(uid)),
  ) as [string[], string[]];
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + (succeeded ?? []).length - waitingSucceeded.length || undefined,
    failed: (status.failed ?? 0) + (failed ?? []).length - waitingFailed.length || undefined,
    uncountedTerminatedPods: {
      ...(waitingSucceeded.length && { succeeded: waitingSucceeded }),
      ...(waitingFailed.length && { failed: waitingFailed }),
    },
  };
}

/** Writes the pods that have ended since into `status`. `end`: why the Job is to end, if it is. */
export function trackEnded(view: JobView, status: Status, end: Condition | undefined): Tracked {
  const { job } = view;
  const indexed = isIndexed(job);
  const succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(status.uncountedTerminatedPods?.failed ?? [])];
  const indexes: number[] = [];
  const release: Pod[] = [];
  let isPartial = false;
  for (const pod of indexed ? view.pods.toSorted(byIndex) : view.pods) {
    if (!isTracked(pod) || !mayBeReleased(view, pod, end)) continue;
    release.push(pod);
    const uid = pod.metadata.uid ?? "";
    const index = validIndexOf(pod, job);
    if (pod.status?.phase === "Succeeded" && !failed.includes(uid)) {
      if (!indexed) succeeded.push(...(succeeded.includes(uid) ? [] : [uid]));
      else if (index !== undefined && !view.knownSucceeded.has(index)) indexes.push(index);
    } else if (countsAsFailed(job, pod, end) && !failed.includes(uid) && (!indexed || index !== undefined))
      failed.push(uid);
    isPartial = indexes.length + succeeded.length + failed.length >= mostUncounted;
    if (isPartial) break;
  }
  const uncountedTerminatedPods = { ...(succeeded.length && { succeeded }), ...(failed.length && { failed }) };
  const next = { ...status, uncountedTerminatedPods };
  return { status: indexed ? withIndexes(view, next, indexes) : next, release, isPartial };
}

function withIndexes({ knownSucceeded, failedIndexes }: JobView, status: Status, added: readonly number[]): Status {
  const completed = knownSucceeded.with(Indexes.of(added));
  return {
    ...status,
    succeeded: completed.size || undefined,
    completedIndexes: completed.toString() || undefined,
    failedIndexes: failedIndexes?.toString(),
  };
}

/** Once the Job fails, every pod that has not ended has failed. */
function countsAsFailed(job: Job, pod: Pod, end: Condition | undefined): boolean {
  const isFailure = isFailed(pod, job) || (end !== undefined && end.type !== "SuccessCriteriaMet");
  return isFailure && matchFailurePolicy(job.spec.podFailurePolicy, pod).counts;
}

function mayBeReleased({ job, awaitingSuccessor }: JobView, pod: Pod, end: Condition | undefined): boolean {
  if (job.metadata.deletionTimestamp || end || pod.status?.phase === "Succeeded") return true;
  if (!isFailed(pod, job)) return false;
  const index = indexOf(pod);
  const isAwaiting = index !== undefined && awaitingSuccessor.get(index)?.metadata.uid === pod.metadata.uid;
  return !(countsPerIndex(job) && isAwaiting);
}
