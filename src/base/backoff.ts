/** Waiting longer after each failure. */
import type { Random } from "./random.ts";

export interface BackoffOptions {
  /** The first wait, in milliseconds. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** Default 2. */
  readonly factor?: number;
  /** Up to this share of a wait is added at random, so that many who failed together do not return together; default 0. */
  readonly jitter?: number;
}

/** The wait before the try after `failures` failures in a row (1: the first), in milliseconds. */
export function backoff(
  failures: number,
  { baseMs, maxMs, factor = 2, jitter = 0 }: BackoffOptions,
  random?: Random,
): number {
  const wait = Math.min(maxMs, baseMs * factor ** Math.max(0, failures - 1));
  return wait * (1 + jitter * (random?.next() ?? 0));
}
