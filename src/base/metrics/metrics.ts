/**
 * A set of metrics and its text for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). Recording
 * costs an addition, and a look-up where the caller has not kept its labelled value.
 */
import type { Description, Family } from "./family.ts";
import { Histogram, type HistogramDescription } from "./histogram.ts";
import { Counter, Gauge, Observed } from "./values.ts";

export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

export class Metrics {
  readonly #families = new Map<string, Family>();

  counter(description: Description): Counter {
    return this.#own(description, Counter, () => new Counter(description));
  }

  gauge(description: Description): Gauge {
    return this.#own(description, Gauge, () => new Gauge(description));
  }

  histogram(description: HistogramDescription): Histogram {
    return this.#own(description, Histogram, () => new Histogram(description));
  }

  /** Values that are looked up whenever somebody asks, by the latest `look` that was given. */
  observed(
    type: "counter" | "gauge",
    description: Description,
    look: () => Iterable<readonly [labels: readonly string[], value: number]>,
  ): void {
    this.#families.set(description.name, new Observed(description, type, look));
  }

  /** The metric of that name; what begins anew goes on counting where it was. Throws Error if it is of another type. */
  #own<F extends Family>({ name }: Description, type: new (description: never) => F, make: () => F): F {
    const known = this.#families.get(name);
    if (known instanceof type) return known;
    if (known) throw new Error(`the metric ${name} is there already`);
    const made = make();
    this.#families.set(name, made);
    return made;
  }

  /** All metrics, in the order of their names. */
  text(): string {
    const lines: string[] = [];
    for (const name of [...this.#families.keys()].sort()) lines.push(...(this.#families.get(name) as Family).lines());
    return lines.length ? `${lines.join("\n")}\n` : "";
  }
}
