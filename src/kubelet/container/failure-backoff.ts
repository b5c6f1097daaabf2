/** Waits that double with each failure of one thing, and are forgotten once it has gone well for long enough (client-go's `flowcontrol.Backoff`). */
import type { Clock } from "../../base/clock.ts";

/** 10 s, doubling up to 5 min: of restarts and of image pulls. */
const initialMs = 10_000;
const maxMs = 300_000;

interface Entry {
  backoffMs: number;
  updatedMs: number;
}

export class FailureBackoff {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The wait that holds for `id`, in milliseconds; 0: none. */
  get(id: string): number {
    return this.#entries.get(id)?.backoffMs ?? 0;
  }

  /** Another failure, at `atMs`. */
  fail(id: string, atMs: number): void {
    const entry = this.#entries.get(id);
    const backoffMs = !entry || expired(entry, atMs) ? initialMs : Math.min(entry.backoffMs * 2, maxMs);
    this.#entries.set(id, { backoffMs, updatedMs: this.#clock.now() });
  }

  /** When the wait that began at `sinceMs` (default: with the last failure) is over; undefined if it is, or there is none. */
  endsAt(id: string, sinceMs?: number): number | undefined {
    const entry = this.#entries.get(id);
    if (!entry || expired(entry, sinceMs ?? this.#clock.now())) return undefined;
    const end = (sinceMs ?? entry.updatedMs) + entry.backoffMs;
    return end > this.#clock.now() ? end : undefined;
  }

  forget(prefix: string): void {
    for (const id of this.#entries.keys()) if (id.startsWith(prefix)) this.#entries.delete(id);
  }
}

const expired = (entry: Entry, atMs: number): boolean => atMs - entry.updatedMs > 2 * maxMs;
