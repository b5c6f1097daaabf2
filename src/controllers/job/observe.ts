/** What a Job and its pods amount to: counts, indexes, and whether the Job is to end. */
import type { Job, Pod } from "../../client/kinds.ts";
import { isActive, isReady, isTerminating } from "../pods/pod-state.ts";
import { type Condition, conditionAt, trueCondition } from "./conditions.ts";
import { matchFailurePolicy } from "./failure-policy.ts";
import { Indexes } from "./indexes.ts";
import { type FailureRecord, recordEnds } from "./pod-backoff.ts";
import {
  allFailures,
  countsPerIndex,
  failureCount,
  finishedAt,
  indexesOf,
  isFailed,
  isIndexed,
  isSuspended,
  isTracked,
  validIndexOf,
} from "./pod-facts.ts";
import { matchSuccessPolicy } from "./success-policy.ts";

export interface JobView {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Successes and failures, those counted in: what has been seen and not yet written down. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of Jobs with numbers: those the status knows of, and all. */
  readonly knownSucceeded: Indexes;
  readonly succeededIndexes: Indexes;
  readonly failedIndexes: Indexes | undefined;
  /** By index the failed pod that stays until its successor has taken over its count. */
  readonly awaitingSuccessor: ReadonlyMap<number, Pod>;
  readonly failures: FailureRecord;
  /** Why the Job is to end. */
  readonly end: Condition | undefined;
  /** How long it may be active still, in milliseconds. */
  readonly deadlineMs: number | undefined;
}

export function observe(job: Job, pods: readonly Pod[], failures: FailureRecord, now: number): JobView {
  const { status } = job;
  const uncounted = status.uncountedTerminatedPods;
  const isNew = (pod: Pod, known: readonly string[] | undefined | null): boolean =>
    isTracked(pod) &&
    !known?.includes(pod.metadata.uid ?? "") &&
    (!isIndexed(job) || validIndexOf(pod, job) !== undefined);
  const succeeded = pods.filter((pod) => pod.status?.phase === "Succeeded" && isNew(pod, uncounted?.succeeded));
  const failed = pods.filter((pod) => isFailed(pod, job) && isNew(pod, uncounted?.failed));
  const counted = failed.filter((pod) => matchFailurePolicy(job.spec.podFailurePolicy, pod).counts);
  const active = pods.filter(isActive);
  const indexes = isIndexed(job) ? observeIndexes(job, pods) : undefined;
  const view = {
    job,
    pods,
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
    succeeded:
      indexes?.succeededIndexes.size ??
      (status.succeeded ?? 0) + succeeded.length + (uncounted?.succeeded?.length ?? 0),
    failed: (status.failed ?? 0) + counted.length + (uncounted?.failed?.length ?? 0),
    knownSucceeded: indexes?.knownSucceeded ?? Indexes.none,
    succeededIndexes: indexes?.succeededIndexes ?? Indexes.none,
    failedIndexes: indexes?.failedIndexes,
    awaitingSuccessor: new Map<number, Pod>(),
    failures: recordEnds(failures, succeeded, failed),
    deadlineMs: deadlineOf(job, now),
  };
  const awaitingSuccessor = countsPerIndex(job) ? awaiting(view) : view.awaitingSuccessor;
  return { ...view, awaitingSuccessor, end: endOf(view, now) };
}

type Observed = Omit<JobView, "end">;

function observeIndexes(job: Job, pods: readonly Pod[]) {
  const completions = job.spec.completions ?? 0;
  const fresh = (holds: (pod: Pod) => boolean): Indexes => {
    const tracked = pods.filter((pod) => isTracked(pod) && holds(pod));
    return Indexes.of(tracked.flatMap((pod) => validIndexOf(pod, job) ?? []));
  };
  const knownSucceeded = Indexes.parse(job.status.completedIndexes, completions);
  const succeededIndexes = knownSucceeded.with(fresh(({ status }) => status?.phase === "Succeeded"));
  const failedIndexes = countsPerIndex(job)
    ? Indexes.parse(job.status.failedIndexes, completions).with(fresh((pod) => hasFailedIndex(job, pod)))
    : undefined;
  return { knownSucceeded, succeededIndexes, failedIndexes };
}

function hasFailedIndex(job: Job, pod: Pod): boolean {
  if (!isFailed(pod, job)) return false;
  const { action, counts } = matchFailurePolicy(job.spec.podFailurePolicy, pod);
  return action === "FailIndex" || (counts && failureCount(pod) >= (job.spec.backoffLimitPerIndex ?? 0));
}

function awaiting({ job, pods, active, succeededIndexes, failedIndexes }: Observed): ReadonlyMap<number, Pod> {
  const taken = new Set(indexesOf(active));
  const last = new Map<number, Pod>();
  for (const pod of pods) {
    const index = validIndexOf(pod, job);
    if (index === undefined || !isTracked(pod) || !isFailed(pod, job) || taken.has(index)) continue;
    if (succeededIndexes.has(index) || failedIndexes?.has(index)) continue;
    const other = last.get(index);
    const isLater = !other || (allFailures(other) <= allFailures(pod) && finishedAt(other) <= finishedAt(pod));
    if (isLater) last.set(index, pod);
  }
  return last;
}

function deadlineOf(job: Job, now: number): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds;
  if (seconds === undefined || !job.status.startTime || isSuspended(job)) return undefined;
  return Date.parse(job.status.startTime) + seconds * 1000 - now;
}

/** What was decided before stands; then failures count before successes. */
function endOf(view: Observed, now: number): Condition | undefined {
  const { job, pods } = view;
  const { conditions } = job.status;
  const met = trueCondition(conditions, "SuccessCriteriaMet");
  if (met) return met;
  const target = trueCondition(conditions, "FailureTarget");
  if (target) return conditionAt(now, "Failed", "True", target.reason ?? "", target.message ?? "");
  const fail = (reason: string, message: string): Condition =>
    conditionAt(now, "FailureTarget", "True", reason, message);
  const policy = job.spec.podFailurePolicy;
  const failure = policy && failureBy(job, pods);
  if (failure !== undefined) return fail("PodFailurePolicy", failure);
  if (view.failed > (job.spec.backoffLimit ?? 6) || hasRestartedTooOften(job, pods)) {
    return fail("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (view.deadlineMs !== undefined && view.deadlineMs <= 0) {
    return fail("DeadlineExceeded", "Job was active longer than specified deadline");
  }
  const ofIndexes = failureOfIndexes(view);
  if (ofIndexes) return fail(ofIndexes.reason, ofIndexes.message);
  const rule = isIndexed(job) ? matchSuccessPolicy(job, view.succeededIndexes) : undefined;
  return rule === undefined ? undefined : conditionAt(now, "SuccessCriteriaMet", "True", "SuccessPolicy", rule);
}

function failureBy(job: Job, pods: readonly Pod[]): string | undefined {
  for (const pod of pods) {
    const { failure } = isFailed(pod, job) ? matchFailurePolicy(job.spec.podFailurePolicy, pod) : {};
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Of pods whose containers start again in place the restarts are what counts. */
function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== "OnFailure") return false;
  const running = pods.filter(({ status }) => status?.phase === "Running" || status?.phase === "Pending");
  const statuses = running.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function failureOfIndexes({ job, failedIndexes, succeededIndexes }: Observed) {
  const failed = failedIndexes?.size ?? 0;
  const { maxFailedIndexes, completions = 0 } = job.spec;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return { reason: "MaxFailedIndexesExceeded", message };
  }
  if (failed > 0 && failed + succeededIndexes.size >= completions) {
    return { reason: "FailedIndexes", message: "Job has failed indexes" };
  }
  return undefined;
}
