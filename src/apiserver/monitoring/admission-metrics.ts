/** How long admission takes, as a whole and by plugin (upstream's `admission/metrics`). */
import { type Clock, preciseMs } from "../../base/clock.ts";
import type { Distribution, Histogram } from "../../base/metrics/histogram.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Counter } from "../../base/metrics/values.ts";
import type { AdmissionPlugin, AdmissionRequest, Rounds } from "../admission/admission.ts";

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];
const stability = "STABLE";
type Step = "admit" | "validate";
const largestCode = 600;

export interface WebhookCall {
  readonly name: string;
  readonly type: "admit" | "validating";
  readonly operation: string;
}
export interface WebhookOutcome {
  readonly rejected: boolean;
  readonly code: number;
  /** It could not be asked. */
  readonly isCallFault?: boolean;
  /** It could not, and its policy is to go on. */
  readonly failedOpen?: boolean;
}

export class AdmissionMetrics {
  readonly #clock: Clock;
  readonly #steps: Histogram;
  readonly #controllers: Histogram;
  readonly #webhooks: Histogram;
  readonly #calls: Counter;
  readonly #refusals: Counter;
  readonly #opened: Counter;
  readonly #whole: Readonly<Record<Step, StopWatch>>;

  constructor(metrics: Metrics, clock: Clock) {
    this.#clock = clock;
    this.#whole = { admit: this.#watchOf("admit"), validate: this.#watchOf("validate") };
    this.#steps = metrics.histogram({
      ...{ name: "apiserver_admission_step_admission_duration_seconds", stability, buckets },
      labels: ["type", "operation", "rejected"],
      help: "Admission sub-step latency histogram in seconds, broken out for each operation and API resource and step type (validate or admit).",
    });
    const labels = ["name", "type", "operation", "rejected"];
    this.#webhooks = metrics.histogram({
      ...{ name: "apiserver_admission_webhook_admission_duration_seconds", stability, labels },
      help: "Admission webhook latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).",
      buckets: [...buckets, 10, 25],
    });
    this.#calls = metrics.counter({
      ...{
        name: "apiserver_admission_webhook_request_total",
        labels: ["name", "type", "operation", "code", "rejected"],
      },
      help: "Admission webhook request total, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify whether the request was rejected or not and an HTTP status code. Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.",
    });
    this.#refusals = metrics.counter({
      name: "apiserver_admission_webhook_rejection_count",
      labels: ["name", "type", "operation", "error_type", "rejection_code"],
      help: "Admission webhook rejection count, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify an error type (calling_webhook_error or apiserver_internal_error if an error occurred; no_error otherwise) and optionally a non-zero rejection code if the webhook rejects the request with an HTTP status code (honored by the apiserver when the code is greater or equal to 400). Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.",
    });
    this.#opened = metrics.counter({
      ...{ name: "apiserver_admission_webhook_fail_open_count", labels: ["name", "type"] },
      help: "Admission webhook fail open count, identified by name and broken out for each admission type (validating or admit).",
    });
    this.#controllers = metrics.histogram({
      ...{ name: "apiserver_admission_controller_admission_duration_seconds", stability, buckets },
      labels: ["name", "type", "operation", "rejected"],
      help: "Admission controller latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).",
    });
  }

  /** A call of a webhook. */
  webhook({ name, type, operation }: WebhookCall, ms: number, outcome: WebhookOutcome): void {
    const { rejected, code } = outcome;
    const shown = String(Math.min(code, largestCode));
    this.#webhooks.with(name, type, operation, String(rejected)).observe(ms / 1000);
    this.#calls.with(name, type, operation, shown, String(rejected)).inc();
    if (outcome.failedOpen) this.#opened.with(name, type).inc();
    if (!rejected) return;
    const kind = outcome.isCallFault ? "calling_webhook_error" : "no_error";
    this.#refusals.with(name, type, operation, kind, outcome.isCallFault ? "0" : shown).inc();
  }

  /** A plugin whose work is measured. */
  measured(plugin: AdmissionPlugin): AdmissionPlugin {
    const { name } = plugin;
    const [admitted, validated] = [this.#watchOf("admit", name), this.#watchOf("validate", name)];
    return {
      name,
      ...(plugin.admit && {
        admit: (request: AdmissionRequest, rounds: Rounds) =>
          admitted.time(request.operation, () => plugin.admit?.(request, rounds)),
      }),
      ...(plugin.validate && {
        validate: (request: AdmissionRequest) => validated.time(request.operation, () => plugin.validate?.(request)),
      }),
      ...(plugin.undo && { undo: (request: AdmissionRequest) => plugin.undo?.(request) }),
    };
  }

  /** All plugins of a step, one after another. */
  step(step: Step, request: AdmissionRequest, run: () => Promise<void>): Promise<void> | void {
    return this.#whole[step].time(request.operation, run);
  }

  #watchOf(step: Step, name?: string): StopWatch {
    return new StopWatch(this.#clock, (operation, rejected) => {
      const labels = [step, operation, String(rejected)];
      return name ? this.#controllers.with(name, ...labels) : this.#steps.with(...labels);
    });
  }
}

type Operation = AdmissionRequest["operation"];
type Outcomes = { [operation in Operation]?: Distribution };

/** Times one plugin, or a step; where its figures go is looked up once. */
class StopWatch {
  readonly #clock: Clock;
  readonly #find: (operation: Operation, rejected: boolean) => Distribution;
  readonly #passed: Outcomes = {};
  readonly #rejected: Outcomes = {};

  constructor(clock: Clock, find: (operation: Operation, rejected: boolean) => Distribution) {
    this.#clock = clock;
    this.#find = find;
  }

  time(operation: Operation, run: () => Promise<void> | void): Promise<void> | void {
    const began = preciseMs(this.#clock);
    let work: Promise<void> | void;
    try {
      work = run();
    } catch (error) {
      this.#end(operation, began, true);
      throw error;
    }
    return work ? this.#wait(operation, began, work) : this.#end(operation, began, false);
  }

  async #wait(operation: Operation, began: number, work: Promise<void>): Promise<void> {
    let rejected = true;
    try {
      await work;
      rejected = false;
    } finally {
      this.#end(operation, began, rejected);
    }
  }

  #end(operation: Operation, began: number, rejected: boolean): void {
    const outcomes = rejected ? this.#rejected : this.#passed;
    outcomes[operation] ??= this.#find(operation, rejected);
    outcomes[operation]?.observe((preciseMs(this.#clock) - began) / 1000);
  }
}
