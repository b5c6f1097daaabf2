/** Formats that a definition names and nobody checks. */
import { type Definition, isShared, schemaOf, versionsOf } from "../definition/versions.ts";
import { isKnownFormat } from "./formats.ts";
import type { JsonSchema } from "./json-schema.ts";

export function unknownFormats({ spec }: Definition): readonly string[] {
  const versions = versionsOf(spec);
  const looked = isShared(versions, "schema") ? versions.slice(0, 1) : versions;
  return looked.flatMap((version) => {
    const schema = schemaOf(version);
    return schema ? within(schema) : [];
  });
}

function within(schema: JsonSchema): string[] {
  const { items, additionalProperties, not, allOf = [], anyOf = [], oneOf = [], properties = {} } = schema;
  const below = [items, additionalProperties, not, ...allOf, ...anyOf, ...oneOf, ...Object.values(properties)];
  return [
    ...(isUnknown(schema) ? [schema.format as string] : []),
    ...below.flatMap((one) => (typeof one === "object" && !Array.isArray(one) ? within(one as JsonSchema) : [])),
  ];
}

function isUnknown({ type = "", format }: JsonSchema): boolean {
  if (!format) return false;
  switch (type) {
    case "":
    case "string":
      return !isKnownFormat(format);
    case "integer":
      return format !== "int32" && format !== "int64";
    case "number":
      return format !== "float" && format !== "double";
    default:
      return true;
  }
}
