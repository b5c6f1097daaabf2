/** What is told of flows and levels, under upstream's names (`flowcontrol/metrics`). */
import type { Distribution, Histogram } from "../../base/metrics/histogram.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Counter, Value } from "../../base/metrics/values.ts";
import type { Level } from "./level.ts";
import type { Refusal, Seat } from "./queue-set.ts";

const prefix = "apiserver_flowcontrol_";
const ofLevel = ["priority_level"];
const ofFlow = ["priority_level", "flow_schema"];
const seconds = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const stability = "BETA";

/** What is kept for the requests of one schema in one level. */
interface Flow {
  readonly dispatched: Value;
  readonly executed: Distribution;
  readonly waited: Distribution;
  readonly seats: Distribution;
}

export class FlowMetrics {
  readonly #flows = new Map<string, Flow>();
  readonly #rejected: Counter;
  readonly #dispatched: Counter;
  readonly #waits: Histogram;
  readonly #executions: Histogram;
  readonly #estimates: Histogram;

  constructor(metrics: Metrics, levels: () => Iterable<Level>) {
    this.#rejected = metrics.counter({
      ...{ name: `${prefix}rejected_requests_total`, labels: [...ofFlow, "reason"], stability },
      help: "Number of requests rejected by API Priority and Fairness subsystem",
    });
    this.#dispatched = metrics.counter({
      ...{ name: `${prefix}dispatched_requests_total`, labels: ofFlow, stability },
      help: "Number of requests executed by API Priority and Fairness subsystem",
    });
    this.#waits = metrics.histogram({
      ...{
        name: `${prefix}request_wait_duration_seconds`,
        labels: [...ofFlow, "execute"],
        buckets: seconds,
        stability,
      },
      help: "Length of time a request spent waiting in its queue",
    });
    this.#executions = metrics.histogram({
      ...{ name: `${prefix}request_execution_seconds`, labels: [...ofFlow, "type"], buckets: seconds },
      help: "Duration of initial stage (for a WATCH) or any (for a non-WATCH) stage of request execution in the API Priority and Fairness subsystem",
    });
    this.#estimates = metrics.histogram({
      ...{ name: `${prefix}work_estimated_seats`, labels: ofFlow, buckets: [1, 2, 4, 8, 16, 32, 64, 100] },
      help: "Number of estimated seats (maximum of initial and final seats) associated with requests in API Priority and Fairness",
    });
    this.#observe(metrics, levels);
  }

  #observe(metrics: Metrics, levels: () => Iterable<Level>): void {
    const levelGauge = (name: string, help: string, of: (level: Level) => number, stable?: "BETA"): void =>
      metrics.observed(
        "gauge",
        { name: prefix + name, help, labels: ofLevel, ...(stable && { stability: stable }) },
        () => [...levels()].map((level) => [[level.name], of(level)] as const),
      );
    levelGauge(
      "nominal_limit_seats",
      "Nominal number of execution seats configured for each priority level",
      (l) => l.nominal,
      stability,
    );
    levelGauge(
      "lower_limit_seats",
      "Configured lower bound on number of execution seats available to each priority level",
      (l) => l.least,
    );
    levelGauge(
      "upper_limit_seats",
      "Configured upper bound on number of execution seats available to each priority level",
      (l) => l.most,
    );
    levelGauge(
      "current_limit_seats",
      "current derived number of execution seats available to each priority level",
      (l) => l.current,
    );
    levelGauge("target_seats", "Seat allocation targets", (l) => l.target);
    levelGauge("demand_seats_smoothed", "Smoothed seat demands", (l) => l.smoothed);
    levelGauge(
      "demand_seats_average",
      "Time-weighted average, over last adjustment period, of demand_seats",
      (l) => l.demand.average,
    );
    levelGauge(
      "demand_seats_stdev",
      "Time-weighted standard deviation, over last adjustment period, of demand_seats",
      (l) => l.demand.deviation,
    );
    levelGauge(
      "demand_seats_high_watermark",
      "High watermark, over last adjustment period, of demand_seats",
      (l) => l.demand.most,
    );
    levelGauge("current_r", "R(time of last change)", (l) => l.queues.virtualTime);
    const flowGauge = (
      name: string,
      help: string,
      seats: (level: Level) => Iterable<Seat>,
      of: (seat: Seat) => number,
      stable?: "BETA",
    ): void =>
      metrics.observed(
        "gauge",
        { name: prefix + name, help, labels: ofFlow, ...(stable && { stability: stable }) },
        () => summed(levels(), seats, of),
      );
    const executing = (level: Level): Iterable<Seat> => level.queues.executing;
    const waiting = (level: Level): Iterable<Seat> => level.queues.queues.flatMap((queue) => queue.waiting);
    const one = (): number => 1;
    const wide = ({ seats }: Seat): number => seats;
    flowGauge(
      "current_executing_requests",
      "Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem",
      executing,
      one,
      stability,
    );
    flowGauge(
      "current_executing_seats",
      "Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem",
      executing,
      wide,
      stability,
    );
    flowGauge(
      "current_inqueue_requests",
      "Number of requests currently pending in queues of the API Priority and Fairness subsystem",
      waiting,
      one,
      stability,
    );
    flowGauge(
      "current_inqueue_seats",
      "Number of seats currently pending in queues of the API Priority and Fairness subsystem",
      waiting,
      wide,
    );
  }

  begun(level: string, schema: string, seats: number, waitedMs: number): void {
    const flow = this.#flow(level, schema);
    flow.dispatched.inc();
    flow.seats.observe(seats);
    flow.waited.observe(waitedMs / 1000);
  }

  ended(level: string, schema: string, ms: number, isWatch: boolean): void {
    if (isWatch) this.#executions.with(level, schema, "watch").observe(ms / 1000);
    else this.#flow(level, schema).executed.observe(ms / 1000);
  }

  refused(level: string, schema: string, why: Refusal, waitedMs: number): void {
    this.#rejected.with(level, schema, why).inc();
    this.#waits.with(level, schema, "false").observe(waitedMs / 1000);
  }

  #flow(level: string, schema: string): Flow {
    const key = `${level} ${schema}`;
    let flow = this.#flows.get(key);
    if (!flow) {
      flow = {
        dispatched: this.#dispatched.with(level, schema),
        executed: this.#executions.with(level, schema, "regular"),
        waited: this.#waits.with(level, schema, "true"),
        seats: this.#estimates.with(level, schema),
      };
      this.#flows.set(key, flow);
    }
    return flow;
  }
}

function summed(
  levels: Iterable<Level>,
  seats: (level: Level) => Iterable<Seat>,
  of: (seat: Seat) => number,
): (readonly [readonly string[], number])[] {
  const sums = new Map<string, readonly [readonly string[], number]>();
  for (const level of levels) {
    for (const seat of seats(level)) {
      const key = `${level.name} ${seat.schema}`;
      sums.set(key, [[level.name, seat.schema], (sums.get(key)?.[1] ?? 0) + of(seat)]);
    }
  }
  return [...sums.values()];
}
