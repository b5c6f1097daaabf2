/** What is told of work queues, under client-go's names (`workqueue_*`). */
import { type Clock, preciseMs } from "../clock.ts";
import { type Distribution, exponential, type Histogram } from "./histogram.ts";
import type { Metrics } from "./metrics.ts";
import type { Counter, Value } from "./values.ts";

const labels = ["name"];
const buckets = exponential(10e-9, 10, 12);

export class QueueMetrics {
  readonly #clock: Clock;
  readonly #adds: Counter;
  readonly #retries: Counter;
  readonly #waits: Histogram;
  readonly #works: Histogram;
  readonly #meters = new Map<string, QueueMeter>();

  constructor(metrics: Metrics, clock: Clock) {
    this.#clock = clock;
    this.#adds = metrics.counter({
      name: "workqueue_adds_total",
      help: "Total number of adds handled by workqueue",
      labels,
    });
    this.#retries = metrics.counter({
      name: "workqueue_retries_total",
      help: "Total number of retries handled by workqueue",
      labels,
    });
    this.#waits = metrics.histogram({
      ...{ name: "workqueue_queue_duration_seconds", labels, buckets },
      help: "How long in seconds an item stays in workqueue before being requested.",
    });
    this.#works = metrics.histogram({
      ...{ name: "workqueue_work_duration_seconds", labels, buckets },
      help: "How long in seconds processing an item from workqueue takes.",
    });
    const observed = (name: string, help: string, of: (meter: QueueMeter) => number): void =>
      metrics.observed("gauge", { name, help, labels }, () =>
        [...this.#meters].map(([queue, meter]) => [[queue], of(meter)] as const),
      );
    observed("workqueue_depth", "Current depth of workqueue", (meter) => meter.depth());
    observed(
      "workqueue_unfinished_work_seconds",
      "How many seconds of work has done that is in progress and hasn't been observed by work_duration. Large values indicate stuck threads. One can deduce the number of stuck threads by observing the rate at which this increases.",
      (meter) => meter.unfinished().sum,
    );
    observed(
      "workqueue_longest_running_processor_seconds",
      "How many seconds has the longest running processor for workqueue been running.",
      (meter) => meter.unfinished().longest,
    );
  }

  /** `depth` counts the keys that wait. */
  meter(name: string, depth: () => number): QueueMeter {
    const meter = new QueueMeter(this.#clock, depth, {
      ...{ adds: this.#adds.with(name), retries: this.#retries.with(name) },
      ...{ waits: this.#waits.with(name), works: this.#works.with(name) },
    });
    this.#meters.set(name, meter);
    return meter;
  }
}

interface Kept {
  readonly adds: Value;
  readonly retries: Value;
  readonly waits: Distribution;
  readonly works: Distribution;
}

/** Of one queue. */
export class QueueMeter {
  readonly depth: () => number;
  readonly #clock: Clock;
  readonly #kept: Kept;
  readonly #added = new Map<string, number>();
  readonly #begun = new Map<string, number>();

  constructor(clock: Clock, depth: () => number, kept: Kept) {
    this.#clock = clock;
    this.depth = depth;
    this.#kept = kept;
  }

  added(key: string): void {
    this.#kept.adds.inc();
    if (!this.#added.has(key)) this.#added.set(key, preciseMs(this.#clock));
  }

  begun(key: string): void {
    const now = preciseMs(this.#clock);
    const added = this.#added.get(key);
    this.#added.delete(key);
    if (added !== undefined) this.#kept.waits.observe((now - added) / 1000);
    this.#begun.set(key, now);
  }

  done(key: string): void {
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    if (begun !== undefined) this.#kept.works.observe((preciseMs(this.#clock) - begun) / 1000);
  }

  retried(): void {
    this.#kept.retries.inc();
  }

  unfinished(): { readonly sum: number; readonly longest: number } {
    const now = preciseMs(this.#clock);
    let [sum, longest] = [0, 0];
    for (const begun of this.#begun.values()) {
      const seconds = (now - begun) / 1000;
      sum += seconds;
      longest = Math.max(longest, seconds);
    }
    return { sum, longest };
  }
}
