/**
 * Takes from an object what its schema does not know, and puts in what the schema gives it
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning). All of it
 * works on an object of the caller's own.
 */
import type { JsonObject } from "../../schema/decode.ts";
import { structuredCopy } from "../../schema/decode.ts";
import { propertyOf } from "./correlation.ts";
import type { JsonSchema } from "./json-schema.ts";

const metaFields = new Set(["apiVersion", "kind", "metadata"]);
const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const itemsOf = ({ items }: JsonSchema): JsonSchema | undefined =>
  Array.isArray(items) ? undefined : (items as JsonSchema | undefined);

/** The paths of the fields that are dropped, sorted; those of metadata are left to whoever reads that. */
export function prune(object: JsonObject, schema: JsonSchema): string[] {
  const dropped: string[] = [];
  pruneValue(object, { ...schema, "x-kubernetes-embedded-resource": true }, "", dropped);
  return dropped.sort();
}

const below = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** A value that need not be an object of its own; `dropped` receives the paths. */
export function pruneValue(value: unknown, schema: JsonSchema | undefined, path: string, dropped: string[]): void {
  const keeps = schema?.["x-kubernetes-preserve-unknown-fields"] ?? false;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      const at = `${path}[${i}]`;
      const items = schema && itemsOf(schema);
      if (!keeps) pruneValue(item, items, at, dropped);
      // within what is kept whole, only known fields are looked into
      else if (items) pruneValue(item, { ...items, "x-kubernetes-preserve-unknown-fields": true }, at, dropped);
    });
    return;
  }
  if (!isObject(value)) return;
  const isResource = schema?.["x-kubernetes-embedded-resource"] ?? false;
  for (const name of Object.keys(value)) {
    if (isResource && metaFields.has(name)) continue;
    const known = schema && propertyOf(schema, name);
    if (known) pruneValue(value[name], known, below(path, name), dropped);
    else if (schema?.additionalProperties !== undefined) pruneValue(value[name], undefined, below(path, name), dropped);
    else if (!keeps) {
      dropped.push(below(path, name));
      delete value[name];
    }
  }
}

/** Takes out nulls where the schema allows none and has no default to put in their place. */
export function pruneNulls(value: unknown, schema: JsonSchema | undefined): void {
  if (Array.isArray(value)) for (const item of value) pruneNulls(item, schema && itemsOf(schema));
  if (!isObject(value)) return;
  for (const name of Object.keys(value)) {
    const known = schema && propertyOf(schema, name);
    if (value[name] === null && known && !known.nullable && known.default === undefined) delete value[name];
    else pruneNulls(value[name], known);
  }
}

const wantsDefault = (value: unknown, schema: JsonSchema): boolean => value === null && !schema.nullable;

/** Puts defaults in where there is nothing, or a null that is not allowed; within what is there, not around it. */
export function applyDefaults(value: unknown, schema: JsonSchema | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    if (!items) return;
    value.forEach((item, i) => {
      if (wantsDefault(item, items)) value[i] = structuredCopy(items.default ?? null);
      applyDefaults(value[i], items);
    });
    return;
  }
  if (!isObject(value)) return;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    if (!Object.hasOwn(value, name) || wantsDefault(value[name], property))
      value[name] = structuredCopy(property.default);
  }
  for (const name of Object.keys(value)) {
    const known = propertyOf(schema, name);
    if (!known) continue;
    if (!Object.hasOwn(schema.properties ?? {}, name) && wantsDefault(value[name], known))
      value[name] = structuredCopy(known.default ?? null);
    applyDefaults(value[name], known);
  }
}
