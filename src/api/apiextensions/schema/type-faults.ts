/** Whether a value is of the type that a schema wants. */
import type { Fault } from "./faults.ts";
import { isKnownFormat } from "./formats.ts";
import type { JsonSchema } from "./json-schema.ts";

/** What a schema says of types; formats that are not known for them are none. */
export interface Fit {
  readonly types: readonly string[];
  readonly format: string;
  readonly nullable: boolean;
}

export const typesOf = (schema: JsonSchema): readonly string[] =>
  schema["x-kubernetes-int-or-string"] ? ["integer", "string"] : schema.type ? [schema.type] : [];

/** The format that is checked; those that are not known for the type are not. */
export function formatOf(schema: JsonSchema): string {
  const { format = "" } = schema;
  if (!format) return "";
  const types = typesOf(schema);
  switch (types.length === 1 ? types[0] : "") {
    case "":
    case "string":
      return isKnownFormat(format) ? format : "";
    case "integer":
      return format === "int32" || format === "int64" ? format : "";
    case "number":
      return format === "float" || format === "double" ? format : "";
    default:
      return "";
  }
}

/** Whether a number is a whole one that 64 bits hold, as it would be read. */
const isWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= 2 ** 63;

export function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "number":
      return isWhole(value) ? "integer" : "number";
    default:
      return "object";
  }
}

export function typeFault({ types, format, nullable }: Fit, value: unknown, at: string): Fault | undefined {
  const fault = (wanted: string, given: string): Fault => ({
    kind: "type",
    at,
    value: given,
    text: `${at} in body must be of type ${wanted}: ${JSON.stringify(given)}`,
  });
  if (value === null) return types.length && !nullable ? fault(types.join(","), "null") : undefined;
  const type = jsonType(value);
  const numeric = types.includes("number") || types.includes("integer");
  const fits = types.includes(type) || (type === "integer" && types.includes("number"));
  if (format && type !== "string" && type !== "array" && !fits)
    return fault(format, type === "integer" ? "int64" : type === "number" ? "float64" : "");
  if (format && !numeric && (type === "string" || type === "array")) return undefined;
  return fits ? undefined : fault(types.join(","), type);
}
