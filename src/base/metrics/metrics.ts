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
    return this.add(new Counter(description));
  }

  gauge(description: Description): Gauge {
    return this.add(new Gauge(description));
  }

  histogram(description: HistogramDescription): Histogram {
    return this.add(new Histogram(description));
  }

  /** Values that are looked up whenever somebody asks. */
  observed(
    type: "counter" | "gauge",
    description: Description,
    look: () => Iterable<readonly [labels: readonly string[], value: number]>,
  ): void {
    this.add(new Observed(description, type, look));
  }

  /** Throws Error if the name is taken. */
  add<F extends Family>(family: F): F {
    if (this.#families.has(family.name)) throw new Error(`the metric ${family.name} is there already`);
    this.#families.set(family.name, family);
    return family;
  }

  /** All metrics, in the order of their names. */
  text(): string {
    const lines: string[] = [];
    for (const name of [...this.#families.keys()].sort()) lines.push(...(this.#families.get(name) as Family).lines());
    return lines.length ? `${lines.join("\n")}\n` : "";
  }
}
