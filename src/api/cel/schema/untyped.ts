/** JSON without a schema, as expressions see it. Whole numbers are ints. */
import type { ListValue } from "../values/list.ts";
import { lazyList } from "../values/list.ts";
import type { MapValue } from "../values/map.ts";
import type { Value } from "../values/value.ts";

export function untypedValue(json: unknown): Value {
  if (json === undefined || json === null) return null;
  if (typeof json === "string" || typeof json === "boolean" || typeof json === "bigint") return json;
  if (typeof json === "number") return Number.isInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return untypedList(json);
  return new JsonMap(json as Readonly<Record<string, unknown>>);
}

const untypedList = (json: readonly unknown[]): ListValue =>
  lazyList(json.length, (index) => untypedValue(json[index]));

class JsonMap implements MapValue {
  readonly kind = "map";
  readonly #json: Readonly<Record<string, unknown>>;

  constructor(json: Readonly<Record<string, unknown>>) {
    this.#json = json;
  }

  get size(): number {
    return this.keys().length;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== "string" || !Object.hasOwn(this.#json, key)) return undefined;
    const found = this.#json[key];
    return found === undefined ? undefined : untypedValue(found);
  }

  keys(): readonly string[] {
    return Object.keys(this.#json).filter((key) => this.#json[key] !== undefined);
  }
}
