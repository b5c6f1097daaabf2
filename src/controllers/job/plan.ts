/** Which pods a Job needs made and removed now. */
import type { Job, Pod } from "../../client/kinds.ts";
import { isTerminating } from "../pods/pod-state.ts";
import { byStage } from "../pods/removal-order.ts";
import { Indexes } from "./indexes.ts";
import type { JobView } from "./observe.ts";
import { waitAfter, waitForIndex } from "./pod-backoff.ts";
import {
  byIndex,
  countsPerIndex,
  indexesOf,
  indexOf,
  isIndexed,
  isSuspended,
  replacesFailedOnly,
} from "./pod-facts.ts";

export type JobPlan =
  | { readonly do: "nothing" }
  | { readonly do: "remove"; readonly pods: readonly Pod[] }
  | { readonly do: "wait"; readonly ms: number }
  /** `indexes` of a Job with numbers, one for each pod. */
  | { readonly do: "create"; readonly count: number; readonly indexes?: readonly number[] };

/** At most so many pods are made or removed at once. */
const burst = 500;

/** A wait for a pod to be replaced is no shorter. */
const shortestWaitMs = 1000;

export function planJob(view: JobView, now: number): JobPlan {
  const { job, active } = view;
  if (isSuspended(job)) return remove(excess(job, active, active.length));
  const wanted = wantedActive(view);
  const removal = excess(job, active, Math.max(0, active.length - wanted)).slice(0, burst);
  if (removal.length) return remove(removal);
  const waiting = replacesFailedOnly(job) ? view.terminating : 0;
  const missing = wanted - waiting - active.length;
  if (missing <= 0) return { do: "nothing" };
  const wait = countsPerIndex(job) ? 0 : waitAfter(view.failures, now);
  if (wait > 0) return { do: "wait", ms: Math.max(wait, shortestWaitMs) };
  const count = Math.min(missing, burst);
  return isIndexed(job) ? planIndexes(view, count, now) : { do: "create", count };
}

const remove = (pods: readonly Pod[]): JobPlan => (pods.length ? { do: "remove", pods } : { do: "nothing" });

/** A Job without a number of completions starts nothing new once a pod has succeeded. */
function wantedActive({ job: { spec }, active, succeeded }: JobView): number {
  const parallelism = spec.parallelism ?? 1;
  if (spec.completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(spec.completions - succeeded, parallelism));
}

function planIndexes(view: JobView, count: number, now: number): JobPlan {
  const { job, active, pods, succeededIndexes, failedIndexes, awaitingSuccessor } = view;
  let taken = succeededIndexes.with(Indexes.of(indexesOf(active)));
  if (replacesFailedOnly(job)) taken = taken.with(Indexes.of(indexesOf(pods.filter(isTerminating))));
  if (failedIndexes) taken = taken.with(failedIndexes);
  const missing = taken.firstMissing(count, job.spec.completions ?? 0);
  if (!countsPerIndex(job)) return { do: "create", count: missing.length, indexes: missing };
  const waits = missing.map((index) => waitForIndex(awaitingSuccessor.get(index), now));
  const indexes = missing.filter((_, i) => waits[i] === 0);
  const wait = Math.min(...waits);
  if (indexes.length === 0 && wait > 0 && Number.isFinite(wait)) {
    return { do: "wait", ms: Math.max(wait, shortestWaitMs) };
  }
  return { do: "create", count: indexes.length, indexes };
}

/** Pods without a number, or with one that another has, go in any case. */
function excess(job: Job, active: readonly Pod[], atLeast: number): Pod[] {
  const removed: Pod[] = [];
  let left: readonly Pod[] = active;
  if (isIndexed(job)) {
    const groups = grouped(active.toSorted(byIndex));
    const kept: Pod[] = [];
    for (const [index, pods] of groups) {
      const isValid = index !== undefined && index < (job.spec.completions ?? 0);
      const inOrder = isValid ? pods.toSorted(byStage) : pods;
      removed.push(...(isValid ? inOrder.slice(0, -1) : inOrder));
      if (isValid) kept.push(...inOrder.slice(-1));
    }
    left = kept;
  }
  if (removed.length >= atLeast) return removed;
  return [...removed, ...left.toSorted(byStage).slice(0, atLeast - removed.length)];
}

function grouped(pods: readonly Pod[]): ReadonlyMap<number | undefined, readonly Pod[]> {
  const groups = new Map<number | undefined, Pod[]>();
  for (const pod of pods) {
    const index = indexOf(pod);
    const group = groups.get(index);
    if (group) group.push(pod);
    else groups.set(index, [pod]);
  }
  return groups;
}
