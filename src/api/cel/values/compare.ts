/** Equality and order of values. Numbers of different types compare by what they stand for. */
import { Duration } from "./duration.ts";
import { fail, noOverload } from "./error.ts";
import { elements, isList, type ListValue } from "./list.ts";
import { entriesOf, isMap, type MapValue } from "./map.ts";
import { Optional } from "./optional.ts";
import { Timestamp } from "./timestamp.ts";
import { TypeValue } from "./type-value.ts";
import { Uint } from "./uint.ts";
import type { Value } from "./value.ts";

/** Values of different types are not equal, numbers aside; NaN equals nothing. */
export function equal(a: Value, b: Value): boolean {
  if (typeof a === "string" || typeof a === "boolean" || a === null) return a === b;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && sameNumber(x, y);
  if (typeof b !== "object" || b === null || typeof a !== "object") return false;
  if (isList(a)) return isList(b) && sameLists(a, b);
  if (isMap(a)) return isMap(b) && sameMaps(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.of === b.of;
  if (a instanceof Optional) {
    if (!(b instanceof Optional) || a.hasValue !== b.hasValue) return false;
    return !a.hasValue || equal(a.value, b.value);
  }
  return "celType" in a && "celType" in b && a.equals(b);
}

const numberOf = (value: Value): bigint | number | undefined => {
  if (typeof value === "bigint" || typeof value === "number") return value;
  return value instanceof Uint ? value.value : undefined;
};

/** JavaScript compares bigints with numbers exactly. */
const sameNumber = (a: bigint | number, b: bigint | number): boolean =>
  !(a < b) && !(a > b) && !Number.isNaN(a) && !Number.isNaN(b);

function sameLists(a: ListValue, b: ListValue): boolean {
  if (a.sameAs) return a.sameAs(b, equal);
  if (b.sameAs) return b.sameAs(a, equal);
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equal(a.at(i), b.at(i))) return false;
  return true;
}

function sameMaps(a: MapValue, b: MapValue): boolean {
  if (a.sameAs) return a.sameAs(b, equal);
  if (b.sameAs) return b.sameAs(a, equal);
  if (a.size !== b.size) return false;
  for (const [key, value] of entriesOf(a)) {
    const other = b.find(key);
    if (other === undefined || !equal(value, other)) return false;
  }
  return true;
}

/** Negative, zero or positive. What has no order, or not with each other, is no such overload. */
export function compare(a: Value, b: Value): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) {
    if (Number.isNaN(Number(x)) || Number.isNaN(Number(y))) return fail("NaN values cannot be ordered");
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  if (a instanceof Duration && b instanceof Duration) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  return noOverload();
}

const surrogate = /[\ud800-\udfff]/;

/** By code points, as UTF-8 sorts; JavaScript's own order differs beyond the basic plane. */
function compareText(a: string, b: string): number {
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** `value` is in `list`. */
export function includes(list: ListValue, value: Value): boolean {
  for (const element of elements(list)) if (equal(element, value)) return true;
  return false;
}
