/**
 * Time as an argument: everything that waits or tells the time is given a Clock.
 * Promises: timers of one clock fire in order of their due time, then in order of their making.
 */
export interface Timer {
  /** Stops the timer; a timer that has fired or was cancelled is left alone. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970, as `Date.now` gives. */
  now(): number;
  /** Milliseconds with fractions, for durations alone: from when they count is not said. Left out: `now` does. */
  precise?(): number;
  /** Calls `fire` once, `ms` milliseconds from now. The timer alone does not keep the process alive when `idle` is set. */
  after(ms: number, fire: () => void, options?: { readonly idle?: boolean }): Timer;
  /** Where time is not the machine's: none passes before `work` has ended, and its end is told in an order that is always the same. */
  during?<T>(work: Promise<T>): Promise<T>;
}

/**
 * For work that goes on outside of this thread, or in a later turn of it: the same promise, or one that a virtual clock
 * settles when all else has been done.
 */
export const during = <T>(clock: Clock, work: Promise<T>): Promise<T> => clock.during?.(work) ?? work;

/** Resolves in the next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The wall clock of this machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  precise: () => performance.now(),
  after(ms, fire, options) {
    // setTimeout holds at most 2^31 - 1 ms; a longer wait goes in laps.
    let handle: NodeJS.Timeout;
    const wait = (left: number): void => {
      const lap = Math.min(Math.max(left, 0), 0x7fffffff);
      handle = setTimeout(() => (left > lap ? wait(left - lap) : fire()), lap);
      if (options?.idle) handle.unref?.();
    };
    wait(ms);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** For durations: the finest that the clock has. */
export const preciseMs = (clock: Clock): number => clock.precise?.() ?? clock.now();

/** Resolves after `ms`, or as soon as `signal` aborts: who waits looks at the signal. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = clock.after(ms, done);
    function done(): void {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done, { once: true });
  });
}

const units: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 0.001, µs: 0.001, ms: 1 },
  ...{ s: 1000, m: 60_000, h: 3_600_000 },
};

/** A duration as Go writes it (`1h30m`, `1.5s`, `0`) in milliseconds, or undefined. */
export function durationMs(text: string): number | undefined {
  const [, sign, rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0;
  if (!/^((\d+\.?\d*|\.\d+)(ms|us|µs|ns|s|m|h))+$/.test(rest)) return undefined;
  const parts = [...rest.matchAll(/([\d.]+)(ms|us|µs|ns|s|m|h)/g)];
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * (units[unit as string] ?? 0), 0);
  return sign === "-" ? -sum : sum;
}

/** The second asked for last: most who ask want now. */
let latest = { second: Number.NaN, text: "" };

/** RFC 3339 in seconds, the form of `metav1.Time`. */
export function rfc3339(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== latest.second) latest = { second, text: new Date(ms).toISOString().replace(/\.\d+Z$/, "Z") };
  return latest.text;
}

/** RFC 3339 with microseconds, the form of `metav1.MicroTime`. */
export const rfc3339Micro = (ms: number): string => new Date(ms).toISOString().replace(/Z$/, "000Z");
