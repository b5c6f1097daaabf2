/** Lists whose items differ: those of a set as a whole, those of a map by their keys. */
import { isMap } from "../../object.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { propertyOf } from "./correlation.ts";
import type { JsonSchema } from "./json-schema.ts";

export function listTypeErrors(value: unknown, schema: JsonSchema | undefined, path = new Path()): FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) {
    const { items } = schema;
    const single = items && !Array.isArray(items) ? (items as JsonSchema) : undefined;
    return [
      ...listErrors(value, schema, path),
      ...value.flatMap((item, i) => listTypeErrors(item, single, path.index(i))),
    ];
  }
  if (!isMap(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const at = Object.hasOwn(schema.properties ?? {}, name) ? path.child(name) : path.key(name);
    return listTypeErrors(value[name], propertyOf(schema, name), at);
  });
}

function listErrors(items: readonly unknown[], schema: JsonSchema, path: Path): FieldError[] {
  const type = schema["x-kubernetes-list-type"];
  if (type === "set") return repeated(items).map((i) => path.index(i).duplicate(items[i]));
  if (type !== "map") return [];
  const stray = items.findIndex((item) => item !== null && !isMap(item));
  if (stray >= 0) return [path.index(stray).invalid(items[stray], "must be an object for an array of list-type map")];
  const names = schema["x-kubernetes-list-map-keys"] ?? [];
  const keys = items.map((item) =>
    Object.fromEntries(names.flatMap((name) => (isMap(item) && name in item ? [[name, item[name]]] : []))),
  );
  return repeated(keys).map((i) => path.index(i).duplicate(keys[i]));
}

/** Where something stands for the second time; a third time is not told. */
function repeated(items: readonly unknown[]): number[] {
  const seen = new Map<string, number>();
  const found: number[] = [];
  items.forEach((item, i) => {
    const key = canonical(item);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    if (times === 1) found.push(i);
  });
  return found;
}

/** JSON whose keys are sorted: equal values have equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isMap(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
