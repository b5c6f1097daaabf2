/** Histograms: how many observations were at most each bound, their sum and their count. */
import { Children, type Description, type Family, heading, labelText, numberText } from "./family.ts";

export class Distribution {
  sum = 0;
  count = 0;
  readonly counts: Float64Array;
  readonly #bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length);
  }

  observe(value: number): void {
    this.sum += value;
    this.count++;
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i++) {
      if (value <= (bounds[i] as number)) {
        this.counts[i] = (this.counts[i] as number) + 1;
        return;
      }
    }
  }
}

export interface HistogramDescription extends Description {
  /** Rising; above the last there is always +Inf. */
  readonly buckets: readonly number[];
}

export class Histogram implements Family {
  readonly #description: HistogramDescription;
  readonly #children: Children<Distribution>;

  constructor(description: HistogramDescription) {
    this.#description = description;
    this.#children = new Children(() => new Distribution(description.buckets));
  }

  get name(): string {
    return this.#description.name;
  }

  /** What is known under these label values; callers on hot paths keep it. */
  with(...values: readonly string[]): Distribution {
    return this.#children.get(values);
  }

  *lines(): Iterable<string> {
    const { name, labels = [], buckets } = this.#description;
    let isFirst = true;
    for (const { values, child } of this.#children.all()) {
      if (isFirst) yield* heading(this.#description, "histogram");
      isFirst = false;
      const own = labelText(labels, values);
      const before = own && `${own},`;
      let upTo = 0;
      for (const [i, bound] of buckets.entries()) {
        upTo += child.counts[i] ?? 0;
        yield `${name}_bucket{${before}le="${numberText(bound)}"} ${upTo}`;
      }
      yield `${name}_bucket{${before}le="+Inf"} ${child.count}`;
      yield `${name}_sum${own && `{${own}}`} ${numberText(child.sum)}`;
      yield `${name}_count${own && `{${own}}`} ${child.count}`;
    }
  }
}

/** `count` bounds from `start`, each `factor` times the one before (Prometheus' ExponentialBuckets). */
export const exponential = (start: number, factor: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((start * factor ** i).toPrecision(12)));
