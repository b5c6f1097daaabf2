/** What all metrics have: a name, what it means, labels, and the text by which Prometheus reads it. */

/** How long a metric can be relied on; stands before its help, as upstream writes it. */
export type Stability = "ALPHA" | "BETA" | "STABLE" | "INTERNAL";

export interface Description {
  readonly name: string;
  readonly help: string;
  readonly stability?: Stability;
  readonly labels?: readonly string[];
}

/** A metric with all its label values. */
export interface Family {
  readonly name: string;
  /** The lines of the text format, heading first; none while there is nothing to tell. */
  lines(): Iterable<string>;
}

const escaped = (text: string): string => text.replace(/[\\\n"]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`));

export function* heading({ name, help, stability = "ALPHA" }: Description, type: string): Iterable<string> {
  yield `# HELP ${name} [${stability}] ${help.replace(/[\\\n]/g, (c) => (c === "\n" ? "\\n" : "\\\\"))}`;
  yield `# TYPE ${name} ${type}`;
}

/** `a="1",b="2"`. */
export const labelText = (labels: readonly string[], values: readonly string[]): string =>
  labels.map((label, i) => `${label}="${escaped(values[i] ?? "")}"`).join(",");

export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** Children by the values of their labels: each is made once, and callers that know theirs keep it. */
export class Children<C> {
  readonly #make: () => C;
  readonly #all = new Map<string, { readonly values: readonly string[]; readonly child: C }>();

  constructor(make: () => C) {
    this.#make = make;
  }

  get(values: readonly string[]): C {
    const key = values.length === 1 ? (values[0] as string) : values.join("\u0000");
    let found = this.#all.get(key);
    if (!found) {
      found = { values, child: this.#make() };
      this.#all.set(key, found);
    }
    return found.child;
  }

  delete(values: readonly string[]): void {
    this.#all.delete(values.join("\u0000"));
  }

  clear(): void {
    this.#all.clear();
  }

  all(): Iterable<{ readonly values: readonly string[]; readonly child: C }> {
    return this.#all.values();
  }
}
