/** How long a Job waits before it replaces failed pods: 10 s after the first failure in a row, doubling up to 10 minutes. */
import { type BackoffOptions, backoff } from "../../base/backoff.ts";
import type { Pod } from "../../client/kinds.ts";
import { allFailures, finishedAt } from "./pod-facts.ts";

const waits: BackoffOptions = { baseMs: 10_000, maxMs: 600_000 };

/** The failures since the last success. */
export interface FailureRecord {
  readonly failures: number;
  readonly lastMs: number;
}
export const noFailures: FailureRecord = { failures: 0, lastMs: 0 };

/** The record once the pods that ended since are counted in. */
export function recordEnds(before: FailureRecord, succeeded: readonly Pod[], failed: readonly Pod[]): FailureRecord {
  const lastSuccess = succeeded.length ? Math.max(...succeeded.map(finishedAt)) : undefined;
  const counted = failed.map(finishedAt).filter((at) => lastSuccess === undefined || at > lastSuccess);
  const start = lastSuccess === undefined ? before : noFailures;
  if (counted.length === 0) return start;
  return { failures: start.failures + counted.length, lastMs: Math.max(...counted) };
}

/** How long to wait still, in milliseconds. */
export function waitAfter({ failures, lastMs }: FailureRecord, now: number): number {
  return failures === 0 ? 0 : Math.max(0, lastMs + backoff(failures, waits) - now);
}

/** The same for one index, whose last failed pod this is. */
export const waitForIndex = (last: Pod | undefined, now: number): number =>
  last ? waitAfter({ failures: allFailures(last) + 1, lastMs: finishedAt(last) }, now) : 0;
