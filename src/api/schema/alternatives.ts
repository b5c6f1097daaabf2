/**
 * The types that are something else in JSON than their fields, which their Go types read by code of their own: those of
 * apiextensions that are one of two things (a schema or a boolean, a schema or several, a schema or names), and durations,
 * which are a text.
 */
import type { StructType, Type } from "./model.ts";

const boolean: Type = { kind: "scalar", of: "bool" };
const text: Type = { kind: "scalar", of: "string" };

const listOf = (of: Type): Type => ({ kind: "list", of, topology: "atomic", keys: [] });

export const isAlternative = ({ name }: StructType): boolean => name.startsWith("JSONSchemaPropsOr");

/** What `json` is read as, where `type` is such a choice. */
export function alternativeOf(type: StructType, json: unknown): Type | undefined {
  if (type.name === "Duration") return text;
  if (!isAlternative(type)) return undefined;
  if (typeof json === "boolean" && type.name === "JSONSchemaPropsOrBool") return boolean;
  const several = type.byName.get("jSONSchemas") ?? type.byName.get("property");
  if (Array.isArray(json) && several?.type.kind === "list") return listOf(several.type.of);
  return type.byName.get("schema")?.type;
}
