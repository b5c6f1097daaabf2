/**
 * Deadlines of many things that mostly end long before: one timer for all. Relies on all of them being about equally long:
 * they are looked at in the order of their beginning.
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

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `work` comes to, or a rejection with `error()` after `ms`; the work itself goes on then, and nobody hears of it. */
  within<T>(ms: number, work: Promise<T>, error: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { untilMs: this.#clock.now() + ms, expire: () => reject(error()) };
      this.#pending.add(pending);
      this.#timer ??= this.#clock.after(ms, () => this.#look(), { idle: true });
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
    this.#timer = undefined;
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#pending) {
      if (pending.untilMs <= now) {
        this.#pending.delete(pending);
        pending.expire();
      } else next = Math.min(next, pending.untilMs);
    }
    if (this.#pending.size) this.#timer = this.#clock.after(next - now, () => this.#look(), { idle: true });
  }
}
