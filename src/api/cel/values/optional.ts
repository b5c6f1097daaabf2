import { fail } from "./error.ts";
import type { Value } from "./value.ts";

/** A value that may be absent. */
export class Optional {
  readonly #held: Value | undefined;

  private constructor(held: Value | undefined) {
    this.#held = held;
  }

  static readonly none = new Optional(undefined);

  static of(value: Value): Optional {
    return new Optional(value);
  }

  get hasValue(): boolean {
    return this.#held !== undefined;
  }

  get value(): Value {
    return this.#held === undefined ? fail("optional.none() dereference") : this.#held;
  }
}
