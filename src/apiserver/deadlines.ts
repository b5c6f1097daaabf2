/**
 * Deadlines of many things that mostly end long before: one timer for all, set to the nearest of those there were when it
 * was last looked at.
 */
import type { Clock, Timer } from "../base/clock.ts";

interface Pending {
  readonly untilMs: number;
  readonly expire: () => void;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #pending = new Set<Pending>();
  #timer: Timer | undefined;
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `work` comes to, or a rejection with `error()` after `ms`; the work itself goes on then, and nobody hears of it. */
  within<T>(ms: number, work: Promise<T>, error: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { untilMs: this.#clock.now() + ms, expire: () => reject(error()) };
      this.#pending.add(pending);
      if (pending.untilMs < this.#nextMs) this.#set(pending.untilMs);
      const done = (): void => void this.#pending.delete(pending);
      work.then(
        (value) => {
          done();
          resolve(value);
        },
        (fault: unknown) => {
          done();
          reject(fault);
        },
      );
    });
  }

  #look(): void {
    this.#nextMs = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#pending) {
      if (pending.untilMs <= now) {
        this.#pending.delete(pending);
        pending.expire();
      } else next = Math.min(next, pending.untilMs);
    }
    if (this.#pending.size) this.#set(next);
  }

  #set(nextMs: number): void {
    this.#timer?.cancel();
    this.#nextMs = nextMs;
    this.#timer = this.#clock.after(nextMs - this.#clock.now(), () => this.#look(), { idle: true });
  }
}
