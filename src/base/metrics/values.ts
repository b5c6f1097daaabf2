/** Counters, which rise, and gauges, which go up and down. */
import { Children, type Description, type Family, heading, labelText, numberText } from "./family.ts";

export class Value {
  value = 0;
  inc(by = 1): void {
    this.value += by;
  }
  dec(by = 1): void {
    this.value -= by;
  }
  set(to: number): void {
    this.value = to;
  }
}

class Values implements Family {
  readonly #description: Description;
  readonly #type: string;
  readonly #children = new Children(() => new Value());

  constructor(description: Description, type: string) {
    this.#description = description;
    this.#type = type;
    // a metric without labels is told from the start
    if (!description.labels?.length) this.#children.get([]);
  }

  get name(): string {
    return this.#description.name;
  }

  /** The value under these label values; callers on hot paths keep it. */
  with(...values: readonly string[]): Value {
    return this.#children.get(values);
  }

  /** Forgets what it knows of these label values. */
  delete(...values: readonly string[]): void {
    this.#children.delete(values);
  }

  *lines(): Iterable<string> {
    yield* told(this.#description, this.#type, this.#children.all());
  }
}

export class Counter extends Values {
  constructor(description: Description) {
    super(description, "counter");
  }
  inc(by = 1): void {
    this.with().inc(by);
  }
}

export class Gauge extends Values {
  constructor(description: Description) {
    super(description, "gauge");
  }
  set(to: number): void {
    this.with().set(to);
  }
}

/** Values that are looked up when they are asked for. */
export class Observed implements Family {
  readonly #description: Description;
  readonly #type: "counter" | "gauge";
  readonly #look: () => Iterable<readonly [labels: readonly string[], value: number]>;

  constructor(
    description: Description,
    type: "counter" | "gauge",
    look: () => Iterable<readonly [labels: readonly string[], value: number]>,
  ) {
    this.#description = description;
    this.#type = type;
    this.#look = look;
  }

  get name(): string {
    return this.#description.name;
  }

  *lines(): Iterable<string> {
    const all = [...this.#look()].map(([values, value]) => ({ values, child: { value } }));
    yield* told(this.#description, this.#type, all);
  }
}

function* told(
  description: Description,
  type: string,
  all: Iterable<{ readonly values: readonly string[]; readonly child: { readonly value: number } }>,
): Iterable<string> {
  let isFirst = true;
  for (const { values, child } of all) {
    if (isFirst) yield* heading(description, type);
    isFirst = false;
    const labels = labelText(description.labels ?? [], values);
    yield `${description.name}${labels && `{${labels}}`} ${numberText(child.value)}`;
  }
}
