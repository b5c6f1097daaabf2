/** The variables of a shell: some of them are handed on to the programs that it runs. */
import type { Variables as Arithmetic } from "./arithmetic.ts";

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

export class Variables implements Arithmetic {
  readonly #values = new Map<string, string>();
  readonly #exported = new Set<string>();
  readonly #readOnly = new Set<string>();

  /** What is no name of a variable is not taken, and not handed on. */
  constructor(env: Iterable<readonly [string, string]>) {
    for (const [name, value] of env) {
      if (!isName(name)) continue;
      this.#values.set(name, value);
      this.#exported.add(name);
    }
  }

  copy(): Variables {
    const made = new Variables([]);
    for (const [name, value] of this.#values) made.#values.set(name, value);
    for (const name of this.#exported) made.#exported.add(name);
    for (const name of this.#readOnly) made.#readOnly.add(name);
    return made;
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Throws Error where it may not be changed. */
  set(name: string, value: string): void {
    if (this.#readOnly.has(name)) throw new Error(`${name}: is read only`);
    this.#values.set(name, value);
  }

  unset(name: string): void {
    if (this.#readOnly.has(name)) throw new Error(`${name}: is read only`);
    this.#values.delete(name);
    this.#exported.delete(name);
  }

  export(name: string): void {
    this.#exported.add(name);
  }

  protect(name: string): void {
    this.#readOnly.add(name);
  }

  isExported(name: string): boolean {
    return this.#exported.has(name);
  }

  /** For a program that is run. */
  environment(): Map<string, string> {
    return new Map([...this.#values].filter(([name]) => this.#exported.has(name)));
  }

  all(): readonly (readonly [string, string])[] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
