/**
 * What a schema may say at all: which keywords there are, and which go together
 * (https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/#JSONSchemaProps).
 * Whether it is structural is asked elsewhere, and rules in CEL are, too.
 */
import type { FieldError, Path } from "../../validation/field-error.ts";
import type { JsonSchema } from "./json-schema.ts";

const types = ["array", "boolean", "integer", "number", "object", "string"];
const metaFields = new Set(["metadata", "kind", "apiVersion"]);

interface Place {
  /** Why no default may be given here, if so. */
  readonly noDefaults?: string;
  readonly insideMetadata: boolean;
  readonly isRoot: boolean;
}

export const schemaErrors = (schema: JsonSchema, path: Path): FieldError[] =>
  errorsOf(schema, path, { insideMetadata: false, isRoot: true });

function errorsOf(schema: JsonSchema, path: Path, place: Place): FieldError[] {
  return [
    ...keywordErrors(schema, path, place),
    ...below(schema, path, { ...place, isRoot: false }, place.isRoot),
    ...extensionErrors(schema, path),
    ...mapKeyErrors(schema, path),
  ];
}

function keywordErrors(schema: JsonSchema, path: Path, place: Place): FieldError[] {
  const { type = "" } = schema;
  const errors: FieldError[] = [];
  if (type && !types.includes(type)) errors.push(path.child("type").notSupported(type, types));
  if (schema.default !== undefined && place.noDefaults !== undefined)
    errors.push(path.child("default").forbidden(`must not be set ${place.noDefaults}`));
  const unsupported = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] as const;
  for (const name of unsupported)
    if (schema[name] !== undefined) errors.push(path.child(name).forbidden(`${name} is not supported`));
  if (type === "null")
    errors.push(path.child("type").forbidden("type cannot be set to null, use nullable as an alternative"));
  if (Array.isArray(schema.items))
    errors.push(path.child("items").forbidden("items must be a schema object and not an array"));
  if (place.insideMetadata && schema["x-kubernetes-embedded-resource"])
    errors.push(path.child("x-kubernetes-embedded-resource").forbidden("must not be used inside of resource meta"));
  if (schema.uniqueItems) {
    const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(path.child("uniqueItems").forbidden(why));
  }
  const { properties, additionalProperties } = schema;
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties ?? {}).length)
    errors.push(
      path.child("additionalProperties").forbidden("additionalProperties and properties are mutual exclusive"),
    );
  return errors;
}

/** Errors of the schemas within a schema. */
function below(schema: JsonSchema, path: Path, place: Place, isRoot: boolean): FieldError[] {
  const { properties = {}, additionalProperties, items, not, allOf = [], anyOf = [], oneOf = [] } = schema;
  const errors: FieldError[] = [];
  if (typeof additionalProperties === "object") {
    const noDefaults = "inside additionalProperties applying to object metadata";
    const inside = place.insideMetadata ? { ...place, noDefaults } : place;
    errors.push(...errorsOf(additionalProperties, path.child("additionalProperties"), inside));
  }
  for (const [name, property] of Object.entries(properties)) {
    const meta = (isRoot || schema["x-kubernetes-embedded-resource"]) && metaFields.has(name);
    const inside: Place = meta
      ? { ...place, insideMetadata: true, ...(isRoot && { noDefaults: `in top-level ${name}` }) }
      : place;
    errors.push(...errorsOf(property, path.child("properties").key(name), inside));
  }
  if (not) errors.push(...errorsOf(not, path.child("not"), place));
  for (const [name, all] of Object.entries({ allOf, oneOf, anyOf }))
    for (const [i, one] of all.entries()) errors.push(...errorsOf(one, path.child(name).index(i), place));
  for (const [name, one] of Object.entries(schema.definitions ?? {}))
    errors.push(...errorsOf(one, path.child("definitions").key(name), place));
  if (Array.isArray(items))
    for (const [i, one] of (items as readonly JsonSchema[]).entries())
      errors.push(...errorsOf(one, path.child("items").index(i), place));
  else if (items) errors.push(...errorsOf(items as JsonSchema, path.child("items"), place));
  for (const [name, one] of Object.entries(schema.dependencies ?? {}))
    if (!Array.isArray(one)) errors.push(...errorsOf(one as JsonSchema, path.child("dependencies").key(name), place));
  return errors;
}

function extensionErrors(schema: JsonSchema, path: Path): FieldError[] {
  const { type = "" } = schema;
  const errors: FieldError[] = [];
  const typed = (wanted: string, extension: string): void => {
    const why = `must be ${wanted} if ${extension} is specified`;
    errors.push(type ? path.child("type").invalid(type, why) : path.child("type").required(why));
  };
  if (schema["x-kubernetes-preserve-unknown-fields"] === false)
    errors.push(path.child("x-kubernetes-preserve-unknown-fields").invalid(false, "must be true or undefined"));
  const { "x-kubernetes-map-type": mapType, "x-kubernetes-list-type": listType } = schema;
  if (mapType !== undefined && type !== "object") typed("object", "x-kubernetes-map-type");
  if (mapType !== undefined && !["atomic", "granular"].includes(mapType))
    errors.push(path.child("x-kubernetes-map-type").notSupported(mapType, ["atomic", "granular"]));
  if (listType !== undefined && type !== "array") typed("array", "x-kubernetes-list-type");
  else if (listType === "set") errors.push(...setItemErrors(schema, path.child("items")));
  if (listType !== undefined && !["atomic", "set", "map"].includes(listType))
    errors.push(path.child("x-kubernetes-list-type").notSupported(listType, ["atomic", "set", "map"]));
  return errors;
}

/** Items of a set are compared as a whole. */
function setItemErrors({ items }: JsonSchema, path: Path): FieldError[] {
  if (!items || Array.isArray(items)) return [];
  const { type, "x-kubernetes-list-type": listType, "x-kubernetes-map-type": mapType } = items as JsonSchema;
  const why = "must be atomic as item of a list with x-kubernetes-list-type=set";
  if (type === "array" && listType !== undefined && listType !== "atomic")
    return [path.child("x-kubernetes-list-type").invalid(listType, why)];
  // the list type is what upstream shows there, which an object has not
  if (type === "object" && mapType !== "atomic") return [path.child("x-kubernetes-map-type").invalid(listType, why)];
  return [];
}

function mapKeyErrors(schema: JsonSchema, path: Path): FieldError[] {
  const { "x-kubernetes-list-type": listType, "x-kubernetes-list-map-keys": keys = [], items } = schema;
  const errors: FieldError[] = [];
  if (keys.length && listType !== "map") {
    const [at, why] = [path.child("x-kubernetes-list-type"), "must be map if x-kubernetes-list-map-keys is non-empty"];
    errors.push(listType === undefined ? at.required(why) : at.invalid(listType, why));
  }
  const single = items && !Array.isArray(items) ? (items as JsonSchema) : undefined;
  if (listType === "map") errors.push(...mapErrors(schema, single, path));
  if (!single || (listType !== "set" && listType !== "map")) return errors;
  const at = path.child("items");
  if (single.nullable)
    errors.push(at.child("nullable").forbidden(`cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType === "set") return errors;
  for (const key of keys) {
    const property = single.properties?.[key];
    if (!property) continue;
    const there = at.child("properties").key(key);
    const why = "this property is in x-kubernetes-list-map-keys, so it";
    if (!single.required?.includes(key) && property.default === undefined)
      errors.push(there.child("default").required(`${why} must have a default or be a required property`));
    if (property.nullable) errors.push(there.child("nullable").forbidden(`${why} cannot be nullable`));
  }
  return errors;
}

function mapErrors(schema: JsonSchema, single: JsonSchema | undefined, path: Path): FieldError[] {
  const { "x-kubernetes-list-map-keys": keys = [], items } = schema;
  const errors: FieldError[] = [];
  const [atKeys, atItems] = [path.child("x-kubernetes-list-map-keys"), path.child("items")];
  if (!keys.length) errors.push(atKeys.required("must not be empty if x-kubernetes-list-type is map"));
  if (!items) errors.push(atItems.required("must have a schema if x-kubernetes-list-type is map"));
  else if (!single)
    errors.push(atItems.invalid(items, "must only have a single schema if x-kubernetes-list-type is map"));
  else if (single.type !== "object") {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(atItems.child("type").invalid(single.type ?? "", why));
  } else {
    const seen = new Set<string>();
    for (const key of keys) {
      const property = single.properties?.[key];
      if (!property) errors.push(atKeys.invalid(keys, "entries must all be names of item properties"));
      else if (property.type === "array" || property.type === "object") {
        const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
        errors.push(atItems.child("properties").key(key).child("type").invalid(single.type, why));
      }
      if (seen.has(key)) errors.push(atKeys.invalid(keys, "must not contain duplicate entries"));
      seen.add(key);
    }
  }
  return errors;
}
