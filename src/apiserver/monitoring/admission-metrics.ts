/** How long admission takes, as a whole and by plugin (upstream's `admission/metrics`). */
import { type Clock, preciseMs } from "../../base/clock.ts";
import type { Distribution, Histogram } from "../../base/metrics/histogram.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { AdmissionPlugin, AdmissionRequest, Rounds } from "../admission/admission.ts";

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];
const stability = "STABLE";
type Step = "admit" | "validate";

export class AdmissionMetrics {
  readonly #clock: Clock;
  readonly #steps: Histogram;
  readonly #controllers: Histogram;
  readonly #kept = new Map<string, Distribution>();

  constructor(metrics: Metrics, clock: Clock) {
    this.#clock = clock;
    this.#steps = metrics.histogram({
      ...{ name: "apiserver_admission_step_admission_duration_seconds", stability, buckets },
      labels: ["type", "operation", "rejected"],
      help: "Admission sub-step latency histogram in seconds, broken out for each operation and API resource and step type (validate or admit).",
    });
    this.#controllers = metrics.histogram({
      ...{ name: "apiserver_admission_controller_admission_duration_seconds", stability, buckets },
      labels: ["name", "type", "operation", "rejected"],
      help: "Admission controller latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).",
    });
  }

  /** A plugin whose work is measured. */
  measured(plugin: AdmissionPlugin): AdmissionPlugin {
    const { name } = plugin;
    return {
      name,
      ...(plugin.admit && {
        admit: (request: AdmissionRequest, rounds: Rounds) =>
          this.#run("admit", name, request, () => plugin.admit?.(request, rounds)),
      }),
      ...(plugin.validate && {
        validate: (request: AdmissionRequest) => this.#run("validate", name, request, () => plugin.validate?.(request)),
      }),
      ...(plugin.undo && { undo: (request: AdmissionRequest) => plugin.undo?.(request) }),
    };
  }

  /** All plugins of a step, one after another. */
  step(step: Step, request: AdmissionRequest, run: () => Promise<void>): Promise<void> | void {
    return this.#run(step, "", request, run);
  }

  #run(step: Step, name: string, request: AdmissionRequest, run: () => Promise<void> | void): Promise<void> | void {
    const began = preciseMs(this.#clock);
    const end = (rejected: boolean): void => {
      const seconds = (preciseMs(this.#clock) - began) / 1000;
      this.#of(name, step, request.operation, rejected).observe(seconds);
    };
    try {
      const work = run();
      if (!work) return end(false);
      return work.then(
        () => end(false),
        (error: unknown) => {
          end(true);
          throw error;
        },
      );
    } catch (error) {
      end(true);
      throw error;
    }
  }

  #of(name: string, step: Step, operation: string, rejected: boolean): Distribution {
    const key = `${name} ${step} ${operation} ${rejected}`;
    let kept = this.#kept.get(key);
    if (!kept) {
      const labels = [step, operation, String(rejected)];
      kept = name ? this.#controllers.with(name, ...labels) : this.#steps.with(...labels);
      this.#kept.set(key, kept);
    }
    return kept;
  }
}
