/**
 * Objects within objects (`x-kubernetes-embedded-resource`): their metadata is read as that of objects of their own, and
 * must be valid as such.
 */
import type { ObjectMeta } from "../../object.ts";
import { DecodeError, decode, type JsonObject } from "../../schema/decode.ts";
import { types } from "../../schema/types.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { Path } from "../../validation/field-error.ts";
import { isDns1035Label, pathSegmentName } from "../../validation/names.ts";
import { validateObjectMeta } from "../../validation/object-meta.ts";
import { propertyOf } from "./correlation.ts";
import type { JsonSchema } from "./json-schema.ts";

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** Metadata in its canonical form; `unknown` receives the paths of what it does not know. Throws DecodeError. */
export function readMetadata(json: unknown, prefix: string, unknown?: string[]): JsonObject {
  const found: string[] = [];
  const metadata = decode(types.struct("meta/v1.ObjectMeta"), json, found);
  unknown?.push(...found.map((text) => `${prefix}.${/^unknown field "(.*)"$/.exec(text)?.[1] ?? text}`));
  return metadata;
}

/**
 * Brings the metadata of embedded objects into its form. `unknown` receives the paths of what it does not know. Throws
 * DecodeError where a type does not fit.
 */
export function coerceEmbedded(value: unknown, schema: JsonSchema | undefined, unknown?: string[], path = ""): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items && !Array.isArray(items))
      for (const [i, item] of value.entries()) coerceEmbedded(item, items as JsonSchema, unknown, `${path}[${i}]`);
    return;
  }
  if (!isObject(value)) return;
  for (const name of Object.keys(value)) {
    const at = join(path, name);
    if (schema["x-kubernetes-embedded-resource"]) {
      if (name === "apiVersion" || name === "kind") {
        if (typeof value[name] !== "string")
          throw new DecodeError(new Path(at).invalid(value[name], "must be a string").toString());
        continue;
      }
      if (name === "metadata") {
        coerceMetadata(value, at, unknown);
        continue;
      }
    }
    coerceEmbedded(value[name], propertyOf(schema, name), unknown, at);
  }
}

function coerceMetadata(object: JsonObject, at: string, unknown: string[] | undefined): void {
  try {
    object.metadata = readMetadata(object.metadata, at, unknown);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(new Path(at).invalid(object.metadata, error.message).toString());
  }
}

/** Errors of embedded objects: each must say what it is, and be named well. */
export function embeddedErrors(value: unknown, schema: JsonSchema | undefined, path: Path): FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items || Array.isArray(items)) return [];
    return value.flatMap((item, i) => embeddedErrors(item, items as JsonSchema, path.index(i)));
  }
  if (!isObject(value)) return [];
  const errors = schema["x-kubernetes-embedded-resource"] ? resourceErrors(value, path) : [];
  for (const name of Object.keys(value)) {
    const at = Object.hasOwn(schema.properties ?? {}, name) ? path.child(name) : path.key(name);
    errors.push(...embeddedErrors(value[name], propertyOf(schema, name), at));
  }
  return errors;
}

function resourceErrors(value: JsonObject, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ["apiVersion", "kind"]) if (!(name in value)) errors.push(path.child(name).required());
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion === "string") {
    if (!apiVersion) errors.push(path.child("apiVersion").invalid(apiVersion, "must not be empty"));
    else if (apiVersion.split("/").length > 2)
      errors.push(path.child("apiVersion").invalid(apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  }
  if (typeof kind === "string") {
    const faults = isDns1035Label(kind.toLowerCase());
    if (!kind) errors.push(path.child("kind").invalid(kind, "must not be empty"));
    else if (faults.length)
      errors.push(
        path.child("kind").invalid(kind, `may have mixed case, but should otherwise match: ${faults.join(",")}`),
      );
  }
  if (isObject(metadata)) {
    const named: ObjectMeta = { ...metadata, name: String(metadata.name || "fakename") };
    errors.push(...validateObjectMeta(named, Boolean(metadata.namespace), pathSegmentName, path.child("metadata")));
  }
  return errors;
}
