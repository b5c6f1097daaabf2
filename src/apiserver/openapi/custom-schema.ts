/**
 * The schemas of custom kinds as clients see them: those of their definitions, with what every object has. OpenAPI v2 can
 * say less, and kubectl reads it in ways of its own
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#publish-validation-schema-in-openapi).
 */
import type { JsonSchema } from "../../api/apiextensions/schema/json-schema.ts";
import type { CustomForm, Kind } from "../../api/kind.ts";
import { apiVersionWords, kindWords, listMetadataWords, metadataWords } from "./descriptions.ts";
import type { Schema } from "./fixed-schemas.ts";
import type { Form } from "./schemas.ts";

export type CustomKind = Kind & { readonly custom: CustomForm };

const conventions = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
const embeddedApiVersionWords = `apiVersion defines the versioned schema of this representation of an object. More info: ${conventions}#resources`;
const embeddedKindWords = `kind is a string value representing the type of this object. In CamelCase. More info: ${conventions}#types-kinds`;
const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** `stable.example.com`, `v1`, `Gear`: `com.example.stable.v1.Gear`. */
export const customSchemaName = ({ group, version }: Pick<Kind, "group" | "version">, kind: string): string =>
  `${group.split(".").reverse().join(".")}.${version}.${kind}`;

/** References have no words beside them: they are wrapped. */
const reference = (name: string, description: string): Schema => ({
  description,
  allOf: [{ $ref: `#/components/schemas/${name}` }],
});
const metadata = reference(`${meta}.ObjectMeta`, metadataWords);
const typed = {
  apiVersion: { type: "string", description: apiVersionWords },
  kind: { type: "string", description: kindWords },
};

const mark = ({ group, version, selectableFields }: Kind, kind: string): Schema => {
  const fields = Object.keys(selectableFields).map((fieldPath) => ({ fieldPath }));
  return {
    "x-kubernetes-group-version-kind": [{ group, kind, version }],
    ...(fields.length && { "x-kubernetes-selectable-fields": fields }),
  };
};

export function customSchema(kind: CustomKind, form: Form): Schema {
  const { jsonSchema } = kind.custom;
  const isFree = form === "v2" && jsonSchema["x-kubernetes-preserve-unknown-fields"] === true;
  // With any property named, kubectl would take all others for mistakes.
  if (jsonSchema.type === undefined || isFree) return { type: "object", ...mark(kind, kind.kind) };
  const published = publish(form === "v2" ? forSwagger(jsonSchema) : jsonSchema, form);
  const properties = { ...(published.properties as object), ...typed, metadata };
  return { ...published, properties, ...mark(kind, kind.kind) };
}

export function customListSchema(kind: CustomKind): Schema {
  const items = { $ref: `#/components/schemas/${customSchemaName(kind, kind.kind)}` };
  const { listKind } = kind.custom;
  return {
    description: `${listKind} is a list of ${kind.kind}`,
    type: "object",
    required: ["items"],
    properties: {
      ...typed,
      items: { description: `List of ${kind.plural}. More info: ${conventions}`, type: "array", items },
      metadata: reference(`${meta}.ListMeta`, listMetadataWords),
    },
    ...mark(kind, listKind),
  };
}

type Change = (schema: JsonSchema) => JsonSchema;

/** Changes what lies directly inside. */
function inside(schema: JsonSchema, change: Change): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, change(one)])),
    }),
    ...(items && !Array.isArray(items) && { items: change(items as JsonSchema) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: change(additionalProperties) }),
  };
}

/** Writes out what the extensions imply: the two types of int-or-string, the fields of embedded resources. */
function publish(schema: JsonSchema, form: Form): Schema {
  const deep = inside(schema, (one) => publish(one, form) as JsonSchema) as Schema;
  if (schema["x-kubernetes-int-or-string"]) return form === "v3" ? withBothTypes(schema) : deep;
  if (!schema["x-kubernetes-embedded-resource"]) return deep;
  if (form === "v2" && schema["x-kubernetes-preserve-unknown-fields"]) return deep;
  const required = schema.required ?? [];
  return {
    ...deep,
    properties: {
      ...(deep.properties as object),
      apiVersion: { type: "string", description: embeddedApiVersionWords },
      kind: { type: "string", description: embeddedKindWords },
      metadata,
    },
    required: [...required, ...["kind", "apiVersion"].filter((name) => !required.includes(name))],
  };
}

const bothTypes: readonly JsonSchema[] = [{ type: "integer" }, { type: "string" }];
const saysBothTypes = (anyOf: readonly JsonSchema[] | undefined): boolean =>
  anyOf?.length === 2 && anyOf.every((one, i) => one.type === bothTypes[i]?.type);

function withBothTypes(schema: JsonSchema): Schema {
  const { anyOf, allOf } = schema;
  if (saysBothTypes(anyOf) || saysBothTypes(allOf?.[0]?.anyOf)) return schema as Schema;
  if (!anyOf) return { ...schema, anyOf: bothTypes };
  return { ...schema, allOf: [{ anyOf: bothTypes }, ...(allOf ?? [])] };
}

/** What OpenAPI v2 cannot say is left open; so is what kubectl would take for stricter than it is meant. */
function forSwagger(schema: JsonSchema): JsonSchema {
  const { allOf: _, anyOf: __, oneOf: ___, not: ____, nullable, ...rest } = schema;
  const isFree = schema["x-kubernetes-preserve-unknown-fields"] === true;
  let open: JsonSchema = rest;
  if (nullable || isFree) open = without(open, "items", "properties");
  if (nullable || (open.type === "array" && !open.items) || (isFree && open.type === "object"))
    open = without(open, "type");
  return inside(withoutNullables(open), forSwagger);
}

/** Who may be null need not be there. */
function withoutNullables(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties, required } = schema;
  if (!required) return schema;
  const isNullableMap = typeof additionalProperties === "object" && additionalProperties.nullable === true;
  const kept = isNullableMap ? [] : required.filter((name) => !properties?.[name]?.nullable);
  return kept.length ? { ...schema, required: kept } : without(schema, "required");
}

const without = (schema: JsonSchema, ...names: readonly (keyof JsonSchema)[]): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name as keyof JsonSchema)));
