/** What is told of the scheduler, under upstream's names (`scheduler_*`). */
import { exponential, type Histogram } from "../base/metrics/histogram.ts";
import type { Metrics } from "../base/metrics/metrics.ts";
import type { Counter, Value } from "../base/metrics/values.ts";
import type { SchedulingQueue } from "./queue.ts";

const prefix = "scheduler_";
const stability = "STABLE";
const ofAttempt = ["result", "profile"];
const seconds = exponential(0.001, 2, 15);

export type AttemptResult = "scheduled" | "unschedulable" | "error";

export interface Seen {
  readonly queue: Pick<SchedulingQueue, "counts">;
  /** How many nodes and pods it knows. */
  readonly size: () => { readonly nodes: number; readonly pods: number };
}

export class SchedulerMetrics {
  readonly #attempts: Counter;
  readonly #durations: Histogram;
  readonly #algorithm: Histogram;
  readonly #slis: Histogram;
  readonly #tries: Histogram;
  readonly #preemptions: Value;
  readonly #victims: Histogram;

  constructor(metrics: Metrics, { queue, size }: Seen) {
    this.#attempts = metrics.counter({
      ...{ name: `${prefix}schedule_attempts_total`, stability, labels: ofAttempt },
      help: "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem.",
    });
    this.#durations = metrics.histogram({
      ...{ name: `${prefix}scheduling_attempt_duration_seconds`, stability, labels: ofAttempt, buckets: seconds },
      help: "Scheduling attempt latency in seconds (scheduling algorithm + binding)",
    });
    this.#algorithm = metrics.histogram({
      ...{ name: `${prefix}scheduling_algorithm_duration_seconds`, buckets: seconds },
      help: "Scheduling algorithm latency in seconds",
    });
    this.#slis = metrics.histogram({
      ...{ name: `${prefix}pod_scheduling_sli_duration_seconds`, stability: "BETA", labels: ["attempts"] },
      help: "E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve multiple scheduling attempts.",
      buckets: exponential(0.01, 2, 20),
    });
    this.#tries = metrics.histogram({
      ...{ name: `${prefix}pod_scheduling_attempts`, stability, buckets: exponential(1, 2, 5) },
      help: "Number of attempts to successfully schedule a pod.",
    });
    this.#preemptions = metrics
      .counter({
        ...{ name: `${prefix}preemption_attempts_total`, stability },
        help: "Total preemption attempts in the cluster till now",
      })
      .with();
    this.#victims = metrics.histogram({
      ...{ name: `${prefix}preemption_victims`, stability, buckets: exponential(1, 2, 7) },
      help: "Number of selected preemption victims",
    });
    metrics.observed(
      "gauge",
      {
        ...{ name: `${prefix}pending_pods`, stability, labels: ["queue"] },
        help: "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number of unschedulable pods that the scheduler never attempted to schedule because they are gated.",
      },
      () => Object.entries(queue.counts).map(([name, count]) => [[name], count] as const),
    );
    metrics.observed(
      "gauge",
      {
        ...{ name: `${prefix}cache_size`, labels: ["type"] },
        help: "Number of nodes, pods, and assumed (bound) pods in the scheduler cache.",
      },
      () => Object.entries(size()).map(([type, count]) => [[type], count] as const),
    );
  }

  decided(ms: number): void {
    this.#algorithm.with().observe(ms / 1000);
  }

  tried(result: AttemptResult, profile: string, ms: number): void {
    this.#attempts.with(result, profile).inc();
    this.#durations.with(result, profile).observe(ms / 1000);
  }

  /** `ms` since the pod was first seen. */
  scheduled(attempts: number, ms: number): void {
    this.#tries.with().observe(attempts);
    this.#slis.with(attempts >= 15 ? "15+" : String(attempts)).observe(ms / 1000);
  }

  preempted(victims: number): void {
    this.#preemptions.inc();
    if (victims) this.#victims.with().observe(victims);
  }
}
