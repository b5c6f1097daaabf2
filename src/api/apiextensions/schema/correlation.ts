/**
 * An old and a new value of the same place in an object, walked down together: what is told of a value that was wrong
 * before and has not changed is let pass
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting).
 * Items of a list are told apart where the schema names keys for them, and are no pairs otherwise.
 */
import { deepEqual, isMap } from "../../object.ts";
import type { JsonSchema } from "./json-schema.ts";

export class Correlation {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: JsonSchema;
  #same: boolean | undefined;
  #byKeys: ReadonlyMap<string, unknown> | undefined;

  constructor(value: unknown, old: unknown, schema: JsonSchema) {
    this.value = value;
    this.old = old;
    this.schema = schema;
  }

  /** Whether nothing has changed here. */
  get unchanged(): boolean {
    this.#same ??= deepEqual(this.value, this.old);
    return this.#same;
  }

  field(name: string): Correlation | undefined {
    if (!isMap(this.value) || !isMap(this.old)) return undefined;
    if (!Object.hasOwn(this.value, name) || !Object.hasOwn(this.old, name)) return undefined;
    const schema = propertyOf(this.schema, name);
    return schema && new Correlation(this.value[name], this.old[name], schema);
  }

  item(index: number): Correlation | undefined {
    const { items } = this.schema;
    if (this.schema["x-kubernetes-list-type"] !== "map" || !items || Array.isArray(items)) return undefined;
    if (!Array.isArray(this.value) || !Array.isArray(this.old)) return undefined;
    const item: unknown = this.value[index];
    this.#byKeys ??= byKeys(this.old, this.schema);
    const old = this.#byKeys.get(keysOf(item, this.schema));
    return old === undefined ? undefined : new Correlation(item, old, items as JsonSchema);
  }
}

/** The schema of a field of an object, if there is any. */
export function propertyOf({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** The keys of an item of a `map` list as text, defaults of the schema standing in for those that it lacks. */
function keysOf(item: unknown, { "x-kubernetes-list-map-keys": keys = [], items }: JsonSchema): string {
  const schema = items as JsonSchema | undefined;
  const at = (key: string): unknown => (isMap(item) ? item[key] : undefined) ?? schema?.properties?.[key]?.default;
  return JSON.stringify(keys.map((key) => at(key) ?? null));
}

function byKeys(items: readonly unknown[], schema: JsonSchema): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const item of items) {
    const key = keysOf(item, schema);
    if (!found.has(key)) found.set(key, item);
  }
  return found;
}
