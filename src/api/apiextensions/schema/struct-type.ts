/** A definition's schema as the type that patches, server-side apply and managed fields go by. */
import type { JsonObject } from "../../schema/decode.ts";
import type { Field, ListType, Scalar, StructType, Type } from "../../schema/model.ts";
import { anyType } from "../../schema/notation.ts";
import { types } from "../../schema/types.ts";
import type { JsonSchema } from "./json-schema.ts";

const scalars: Readonly<Record<string, Scalar>> = {
  string: "string",
  boolean: "bool",
  integer: "int64",
  number: "double",
};

const field = (name: string, type: Type, more: Partial<Field> = {}): Field => ({
  name,
  number: 0,
  type,
  pointer: true,
  always: false,
  inline: false,
  keepEmpty: false,
  wrapped: false,
  required: false,
  ...more,
});

const struct = (fields: readonly Field[], more: Partial<StructType>): StructType => ({
  kind: "struct",
  groupVersion: "",
  name: "",
  atomic: false,
  typed: false,
  fields,
  byName: new Map(fields.map((one) => [one.name, one])),
  always: [],
  defaulted: [],
  preserveUnknown: false,
  ...more,
});

/** The type of a kind's objects, which `read` reads. */
export function structTypeOf(
  schema: JsonSchema,
  read: (json: JsonObject, unknown?: string[]) => JsonObject,
): StructType {
  return { ...structOf({ ...schema, "x-kubernetes-embedded-resource": true }), read };
}

function typeOf(schema: JsonSchema): Type {
  if (schema["x-kubernetes-int-or-string"]) return { kind: "scalar", of: "IntOrString" };
  switch (schema.type) {
    case "array":
      return listOf(schema);
    case "object":
      return objectOf(schema);
    default: {
      const of = schema.type ? scalars[schema.type] : undefined;
      return of ? { kind: "scalar", of } : anyType;
    }
  }
}

function listOf(schema: JsonSchema): ListType {
  const { items, "x-kubernetes-list-type": listType, "x-kubernetes-list-map-keys": keys = [] } = schema;
  const of = items && !Array.isArray(items) ? typeOf(items as JsonSchema) : anyType;
  return { kind: "list", of, topology: listType === "set" || listType === "map" ? listType : "atomic", keys };
}

function objectOf(schema: JsonSchema): Type {
  const { properties, additionalProperties, "x-kubernetes-map-type": mapType } = schema;
  if (properties || schema["x-kubernetes-embedded-resource"] || schema["x-kubernetes-preserve-unknown-fields"])
    return structOf(schema);
  const of = typeof additionalProperties === "object" ? typeOf(additionalProperties) : anyType;
  return { kind: "map", of, atomic: mapType === "atomic" };
}

function structOf(schema: JsonSchema): StructType {
  const isResource = schema["x-kubernetes-embedded-resource"] ?? false;
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name]) => !(isResource && ["metadata", "kind", "apiVersion"].includes(name)))
    .map(([name, property]) =>
      field(name, typeOf(property), {
        required: schema.required?.includes(name) ?? false,
        ...(property.default !== undefined && { default: property.default }),
      }),
    );
  const metadata = isResource ? [field("metadata", types.struct("meta/v1.ObjectMeta"))] : [];
  return struct([...metadata, ...fields], {
    typed: isResource,
    atomic: schema["x-kubernetes-map-type"] === "atomic",
    preserveUnknown: schema["x-kubernetes-preserve-unknown-fields"] ?? false,
  });
}
