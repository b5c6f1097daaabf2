import { fail } from "./error.ts";
import { Uint } from "./uint.ts";
import type { Value } from "./value.ts";

/** Maps, and objects: their fields are keys. Those over objects of the API make their values when they are asked for. */
export interface MapValue {
  readonly kind: "map";
  readonly size: number;
  find(key: Value): Value | undefined;
  keys(): Iterable<Value>;
  /** The name of an object's type; maps have none. */
  readonly typeName?: string;
  /** Equality of its own: of objects, fields outside the schema count too. */
  sameAs?(other: MapValue, equal: (a: Value, b: Value) => boolean): boolean;
}

class HashMap implements MapValue {
  readonly kind = "map";
  readonly #entries: ReadonlyMap<string, readonly [Value, Value]>;

  constructor(entries: ReadonlyMap<string, readonly [Value, Value]>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(key: Value): Value | undefined {
    const hashed = hashKey(key);
    return hashed === undefined ? undefined : this.#entries.get(hashed)?.[1];
  }

  *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }

  with(key: Value, value: Value): HashMap {
    const hashed = hashOrFail(key);
    if (this.#entries.has(hashed)) fail(`insert failed: key ${showKey(key)} already exists`);
    return new HashMap(new Map([...this.#entries, [hashed, [key, value]]]));
  }
}

/** Later entries of the same key win. */
export function mapValue(entries: Iterable<readonly [Value, Value]>): MapValue {
  const hashed = new Map<string, readonly [Value, Value]>();
  for (const [key, value] of entries) hashed.set(hashOrFail(key), [key, value]);
  return new HashMap(hashed);
}

export const emptyMap = mapValue([]);

export function insert(map: MapValue, key: Value, value: Value): MapValue {
  const base = map instanceof HashMap ? map : (mapValue(entriesOf(map)) as HashMap);
  return base.with(key, value);
}

export function* entriesOf(map: MapValue): Generator<readonly [Value, Value]> {
  for (const key of map.keys()) yield [key, map.find(key) as Value];
}

export const isMap = (value: Value): value is MapValue =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "map";

export function valueAt(map: MapValue, key: Value): Value {
  const found = map.find(key);
  return found === undefined ? fail(`no such key: ${showKey(key)}`) : found;
}

const showKey = (key: Value): string => (key instanceof Uint ? String(key.value) : String(key));

/** Numbers that are equal are the same key, whatever their types. */
function hashKey(key: Value): string | undefined {
  switch (typeof key) {
    case "string":
      return `s${key}`;
    case "boolean":
      return `b${key}`;
    case "bigint":
      return `n${key}`;
    case "number":
      return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
    default:
      return key instanceof Uint ? `n${key.value}` : undefined;
  }
}

const hashOrFail = (key: Value): string => hashKey(key) ?? fail("unsupported key type");
