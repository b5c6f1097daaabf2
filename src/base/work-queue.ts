/**
 * A queue of keys to be worked on, as client-go's workqueue has it.
 *
 * Promises: a key that is added while it waits is done once; one that is added while it is worked on is done again
 * afterwards, never by two workers at once; keys are done in the order of their first adding. What was last given with
 * `because` reaches the worker.
 */
import { type BackoffOptions, backoff } from "./backoff.ts";
import { type Clock, during, nextTurn, type Timer } from "./clock.ts";
import type { QueueMeter } from "./metrics/queue-metrics.ts";

/** Client-go's default for controllers: 5 ms, doubling up to 1000 s. */
const retries: BackoffOptions = { baseMs: 5, maxMs: 1_000_000 };

export interface WorkQueueOptions<B> {
  readonly clock: Clock;
  /** How many keys are worked on at once; default 1. */
  readonly workers?: number;
  /** Does the work of a key. A rejection brings the key back after a wait that doubles with each in a row. */
  readonly work: (key: string, because: B | undefined) => Promise<void>;
  readonly onError?: (key: string, error: unknown) => void;
  readonly backoff?: BackoffOptions;
  /** Given how many keys wait, makes what measures the queue. */
  readonly meter?: (depth: () => number) => QueueMeter;
}

/** After so many works others have their turn: work that waits for nothing but promises would keep requests waiting. */
const worksPerTurn = 64;

export class WorkQueue<B = never> {
  readonly #options: WorkQueueOptions<B>;
  /** Keys that wait, in order. */
  readonly #waiting = new Map<string, B | undefined>();
  readonly #running = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #later = new Map<string, { readonly at: number; readonly timer: Timer }>();
  #paused = false;
  #stopped = false;
  #onIdle: (() => void)[] = [];

  readonly #meter: QueueMeter | undefined;

  constructor(options: WorkQueueOptions<B>) {
    this.#options = options;
    this.#meter = options.meter?.(() => this.#waiting.size);
  }

  add(key: string, because?: B): void {
    if (this.#stopped) return;
    if (because !== undefined || !this.#waiting.has(key)) this.#waiting.set(key, because);
    this.#meter?.added(key);
    this.#pump();
  }

  /** Adds the key after `ms`, unless it is to come sooner anyway. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#options.clock.now() + ms;
    const known = this.#later.get(key);
    if (known && known.at <= at) return;
    known?.timer.cancel();
    const timer = this.#options.clock.after(ms, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { at, timer });
  }

  /** How often in a row the work of the key has failed. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Keys that wait or are worked on; those of `addAfter` do not count. */
  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  /** Holds back new work until `resume`. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Takes no more keys, forgets those that wait, and resolves once no work is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    for (const { timer } of this.#later.values()) timer.cancel();
    this.#later.clear();
    if (this.#running.size) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #sinceTurn = 0;

  #pump(): void {
    const { workers = 1 } = this.#options;
    if (this.#paused || this.#stopped) return;
    for (const [key, because] of this.#waiting) {
      if (this.#running.size >= workers) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.add(key);
      this.#meter?.begun(key);
      void this.#run(key, because);
    }
  }

  async #run(key: string, because: B | undefined): Promise<void> {
    await undefined; // what happens in the same turn is worked on together
    if (++this.#sinceTurn >= worksPerTurn) {
      this.#sinceTurn = 0;
      await during(this.#options.clock, nextTurn());
    }
    try {
      await this.#options.work(key, because);
      this.#failures.delete(key);
    } catch (error) {
      const failures = this.failures(key) + 1;
      this.#failures.set(key, failures);
      if (!this.#stopped) {
        this.#options.onError?.(key, error);
        this.#meter?.retried();
        this.addAfter(key, backoff(failures, this.#options.backoff ?? retries));
      }
    } finally {
      this.#running.delete(key);
      this.#meter?.done(key);
      if (this.#running.size === 0) for (const idle of this.#onIdle.splice(0)) idle();
      this.#pump();
    }
  }
}
