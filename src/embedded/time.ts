/** The time of a cluster in a test: the machine's, or one that moves only as it is told. */
import { type Clock, durationMs, realClock, sleep } from "../base/clock.ts";
import { VirtualClock } from "../base/virtual-clock.ts";

/** Milliseconds, or a duration as Kubernetes writes it: `24h`, `1h30m`, `500ms`. */
export type Duration = number | string;

/** Throws RangeError for what is none. */
export function milliseconds(duration: Duration): number {
  const ms = typeof duration === "number" ? duration : durationMs(duration);
  if (ms === undefined || !(ms >= 0))
    throw new RangeError(`${JSON.stringify(duration)} is no duration: write milliseconds, or "24h", "1h30m", "500ms"`);
  return ms;
}

export interface Time {
  readonly isVirtual: boolean;
  /** What all parts of the cluster go by. */
  readonly clock: Clock;
  now(): Date;
  /**
   * Moves a virtual clock on, and lets everything happen on the way that falls due. Rejects where the clock is the
   * machine's.
   */
  advance(duration: Duration): Promise<void>;
  /** Lets time go on until `work` has ended; false: it has not within `ms`. Rejects as `work` does. */
  until(work: Promise<unknown>, ms: number): Promise<boolean>;
}

export class MachineTime implements Time {
  readonly isVirtual = false;
  readonly clock = realClock;

  now(): Date {
    return new Date(this.clock.now());
  }

  async advance(): Promise<void> {
    throw new Error(
      "the clock of this cluster is the machine's and cannot be moved: start it with { clock: 'virtual' }, or wait for what is to happen",
    );
  }

  async until(work: Promise<unknown>, ms: number): Promise<boolean> {
    const enough = new AbortController();
    try {
      const late = sleep(this.clock, ms, enough.signal).then(() => false);
      return await Promise.race([work.then(() => true), late]);
    } finally {
      enough.abort();
    }
  }
}

export class VirtualTime implements Time {
  readonly isVirtual = true;
  readonly clock: VirtualClock;
  #moving = false;

  /** `start` in milliseconds since 1970. */
  constructor(start: number) {
    this.clock = new VirtualClock(start);
  }

  now(): Date {
    return new Date(this.clock.now());
  }

  async advance(duration: Duration): Promise<void> {
    const ms = milliseconds(duration);
    await this.#alone(() => this.clock.advance(ms));
  }

  async until(work: Promise<unknown>, ms: number): Promise<boolean> {
    let ended = false;
    let fault: { readonly error: unknown } | undefined;
    work.then(
      () => {
        ended = true;
      },
      (error: unknown) => {
        fault = { error };
      },
    );
    await this.#alone(async () => {
      const latest = this.clock.now() + ms;
      await this.clock.settle();
      while (!ended && !fault && (await this.clock.step(latest))) {
        // from timer to timer
      }
      if (!ended && !fault) await this.clock.advance(Math.max(0, latest - this.clock.now()));
    });
    if (fault) throw fault.error;
    return ended;
  }

  /** Two that moved time at once would each see it jump. */
  async #alone(move: () => Promise<void>): Promise<void> {
    if (this.#moving)
      throw new Error(
        "time is being moved already: await one `advance` or `waitFor` before the next of a virtual clock",
      );
    this.#moving = true;
    try {
      await move();
    } finally {
      this.#moving = false;
    }
  }
}
