import { fail } from "./error.ts";
import type { Value } from "./value.ts";

/** Lists. Those over objects of the API make their elements when they are asked for. */
export interface ListValue {
  readonly kind: "list";
  readonly length: number;
  at(index: number): Value;
  /** Equality of its own: a set's does not regard order. Undefined: element by element. */
  sameAs?(other: ListValue, equal: (a: Value, b: Value) => boolean): boolean;
  /** Concatenation of its own: a set gains no element twice. */
  plus?(other: ListValue): ListValue;
}

class ArrayList implements ListValue {
  readonly kind = "list";
  readonly #elements: readonly Value[];

  constructor(elements: readonly Value[]) {
    this.#elements = elements;
  }

  get length(): number {
    return this.#elements.length;
  }

  at(index: number): Value {
    return this.#elements[index] as Value;
  }
}

/** Two lists behind each other, joined only when they are read: loops append one element at a time. */
class GrownList implements ListValue {
  readonly kind = "list";
  readonly #elements: Value[];
  readonly length: number;

  constructor(elements: Value[], length: number) {
    this.#elements = elements;
    this.length = length;
  }

  at(index: number): Value {
    return this.#elements[index] as Value;
  }

  /** Shares the array with this list, which does not see what is added behind its end. */
  grown(more: ListValue): GrownList {
    const elements = this.#elements.length === this.length ? this.#elements : this.#elements.slice(0, this.length);
    for (let i = 0; i < more.length; i++) elements.push(more.at(i));
    return new GrownList(elements, this.length + more.length);
  }
}

class LazyList implements ListValue {
  readonly kind = "list";
  readonly length: number;
  readonly #make: (index: number) => Value;

  constructor(length: number, make: (index: number) => Value) {
    this.length = length;
    this.#make = make;
  }

  at(index: number): Value {
    return this.#make(index);
  }
}

export const listValue = (elements: readonly Value[]): ListValue => new ArrayList(elements);
export const lazyList = (length: number, make: (index: number) => Value): ListValue => new LazyList(length, make);
export const emptyList = listValue([]);

export function concatenate(a: ListValue, b: ListValue): ListValue {
  if (a.plus) return a.plus(b);
  const grown = a instanceof GrownList ? a : new GrownList([...elements(a)], a.length);
  return grown.grown(b);
}

export function* elements(list: ListValue): Generator<Value> {
  for (let i = 0; i < list.length; i++) yield list.at(i);
}

export const isList = (value: Value): value is ListValue =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "list";

/** The element at an index that an expression gives. */
export function elementAt(list: ListValue, index: bigint): Value {
  if (index < 0n || index >= BigInt(list.length)) return fail(`index out of bounds: ${index}`);
  return list.at(Number(index));
}
