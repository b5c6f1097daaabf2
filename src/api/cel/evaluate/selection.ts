/** Fields and elements: `a.b`, `a[b]`, `a.?b`, `a[?b]`, `has(a.b)`. */
import { typeName } from "../values/describe.ts";
import { fail } from "../values/error.ts";
import { elementAt, isList } from "../values/list.ts";
import { isMap, valueAt } from "../values/map.ts";
import { Optional } from "../values/optional.ts";
import { Uint } from "../values/uint.ts";
import type { Value } from "../values/value.ts";

/** What is at `key`; of an optional value an optional one. */
export function select(from: Value, key: Value): Value {
  if (from instanceof Optional) return selectOptional(from, key);
  if (typeof from === "object" && from !== null) {
    if (isMap(from)) return valueAt(from, key);
    if (isList(from)) return elementAt(from, indexOf(key));
  }
  return fail(`no such key: ${key instanceof Uint ? key.value : String(key)}`);
}

/** What is at `key`, or nothing. */
export function selectOptional(from: Value, key: Value): Optional {
  const container = from instanceof Optional ? (from.hasValue ? from.value : undefined) : from;
  if (container === undefined) return Optional.none;
  const found = find(container, key);
  return found === undefined ? Optional.none : Optional.of(found);
}

export function isPresent(from: Value, key: Value): boolean {
  const container = from instanceof Optional ? (from.hasValue ? from.value : undefined) : from;
  return container !== undefined && find(container, key) !== undefined;
}

function find(from: Value, key: Value): Value | undefined {
  if (typeof from === "object" && from !== null) {
    if (isMap(from)) return from.find(key);
    if (isList(from)) {
      const index = indexOf(key);
      return index < 0n || index >= BigInt(from.length) ? undefined : from.at(Number(index));
    }
  }
  return undefined;
}

/** Whole numbers of any type are indexes. */
function indexOf(key: Value): bigint {
  if (typeof key === "bigint") return key;
  if (key instanceof Uint) return key.value;
  if (typeof key === "number" && Number.isInteger(key)) return BigInt(key);
  return fail(`unsupported index type '${typeName(key)}' in list`);
}
