/** How often failed pods are removed: each time in a row on a node after twice the wait, so that a node that refuses a pod is not flooded. */
import { type BackoffOptions, backoff } from "../../base/backoff.ts";

const waits: BackoffOptions = { baseMs: 1000, maxMs: 900_000 };

export class FailedPods {
  readonly #last = new Map<string, { times: number; atMs: number }>();

  /** How long a pod that failed there is to stay, in milliseconds; 0: it may go now. */
  waitFor(key: string, now: number): number {
    const last = this.#last.get(key);
    return last ? Math.max(0, last.atMs + backoff(last.times, waits) - now) : 0;
  }

  /** One goes now. */
  removed(key: string, now: number): void {
    this.#forget(now);
    this.#last.set(key, { times: (this.#last.get(key)?.times ?? 0) + 1, atMs: now });
  }

  /** What has gone well for twice the longest wait begins anew. */
  #forget(now: number): void {
    for (const [key, { atMs }] of this.#last) if (now - atMs > 2 * waits.maxMs) this.#last.delete(key);
  }
}
