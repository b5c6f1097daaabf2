/**
 * A value as upstream's texts show it where they quote a whole struct: in its internal form, the fields under their Go
 * names, what is absent as null or zero.
 */
import { zero } from "./decode.ts";
import type { Field, StructType, Type } from "./model.ts";

const goName = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replace(/^Api(?=[A-Z])/, "API");

export function goForm(type: StructType, value: unknown): unknown {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const entries = [...type.byName.values()].flatMap((field): [string, unknown][] => {
    const own = given[field.name];
    // metadata is embedded in Go: its fields stand among the others, as far as they are set
    if (field.type.kind === "struct" && field.type.name === "ObjectMeta") return Object.entries(own ?? {});
    return [[goName(field.name), ofField(field, own)]];
  });
  return Object.fromEntries(entries);
}

function ofField(field: Field, value: unknown): unknown {
  if (value !== undefined && value !== null) return ofType(field.type, value);
  if (field.pointer || field.type.kind === "list" || field.type.kind === "map" || field.type.kind === "any")
    return null;
  return field.type.kind === "struct" ? goForm(field.type, undefined) : zero({ ...field, always: true });
}

function ofType(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case "struct":
      return goForm(type, value);
    case "list":
      return (value as readonly unknown[]).map((item) => ofType(type.of, item));
    case "map":
      return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, ofType(type.of, item)]));
    default:
      return value;
  }
}
