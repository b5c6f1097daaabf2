/**
 * Whether the defaults of a schema are values that it allows
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting).
 */
import { deepEqual } from "../../object.ts";
import { DecodeError, type JsonObject, structuredCopy } from "../../schema/decode.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { Path as FieldPath } from "../../validation/field-error.ts";
import { compileRules } from "../rules/rules.ts";
import { coerceEmbedded, embeddedErrors, readMetadata } from "./embedded.ts";
import type { JsonSchema } from "./json-schema.ts";
import { pruneValue } from "./prune.ts";
import { valueErrors } from "./value-faults.ts";

/** The resource around a default that lies in its metadata: what it would be with the default in its place. */
interface Surrounding {
  readonly schema: JsonSchema;
  readonly steps: readonly string[];
}

const metaFields = new Set(["metadata", "apiVersion", "kind"]);

/** Errors of all defaults of a schema at `path`. Those within `additionalProperties` are not allowed, and not looked at. */
export function defaultErrors(schema: JsonSchema, path: Path): FieldError[] {
  const root = { ...schema, "x-kubernetes-embedded-resource": true };
  return errorsOf(root, path, { schema: root, steps: [] }, false);
}

function errorsOf(schema: JsonSchema, path: Path, around: Surrounding, insideMetadata: boolean): FieldError[] {
  const isResource = schema["x-kubernetes-embedded-resource"] ?? false;
  const here: Surrounding = isResource ? { schema, steps: [] } : around;
  const inside = insideMetadata && !isResource;
  const errors: FieldError[] = [];
  if (schema.default !== undefined)
    errors.push(...(inside ? inMetadata(schema, path, here) : outside(schema, path, isResource)));
  const { items, properties = {} } = schema;
  // a list stands for one item of it
  if (items && !Array.isArray(items))
    errors.push(...errorsOf(items as JsonSchema, path.child("items"), step(here, "0"), inside));
  for (const [name, property] of Object.entries(properties)) {
    const meta = inside || (isResource && metaFields.has(name));
    errors.push(...errorsOf(property, path.child("properties").key(name), step(here, name), meta));
  }
  return errors;
}

const step = ({ schema, steps }: Surrounding, name: string): Surrounding => ({ schema, steps: [...steps, name] });

function outside(schema: JsonSchema, path: Path, isResource: boolean): FieldError[] {
  const at = path.child("default");
  const value = schema.default;
  const errors: FieldError[] = [];
  const pruned = structuredCopy(value);
  pruneValue(pruned, schema, "", []);
  if (!deepEqual(pruned, value)) errors.push(at.invalid(value, "must not have unknown fields"));
  try {
    coerceEmbedded(structuredCopy(value), schema);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [...errors, at.invalid(value, error.message)];
  }
  const embedded = embeddedErrors(value, schema, at);
  return [...errors, ...(embedded.length ? embedded : valueAndRules(schema, value, at, isResource))];
}

function inMetadata(schema: JsonSchema, path: Path, around: Surrounding): FieldError[] {
  const at = path.child("default");
  const object = surround(around.steps, schema.default);
  const wrong = (why: string): FieldError[] => [at.invalid(schema.default, `must result in valid metadata: ${why}`)];
  try {
    if ("metadata" in object) object.metadata = readMetadata(object.metadata, "metadata");
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return wrong(`metadata: Invalid value: ${error.message}`);
  }
  const errors = embeddedErrors(object, { ...around.schema, "x-kubernetes-embedded-resource": true }, new FieldPath());
  return errors.length ? wrong(errors.map(String).join(", ")) : valueAndRules(schema, schema.default, at, false);
}

function surround(steps: readonly string[], value: unknown): JsonObject {
  const inner = steps.reduceRight<unknown>((below, name) => (name === "0" ? [below] : { [name]: below }), value);
  return { apiVersion: "validation/v1", kind: "Validation", ...(inner as JsonObject) };
}

/** Rules are asked as if the value had been so before, and as if it were new. */
function valueAndRules(schema: JsonSchema, value: unknown, at: Path, isResource: boolean): FieldError[] {
  const errors = valueErrors(schema, value, at);
  if (errors.length) return errors;
  const rules = compileRules(schema, { isResource });
  const before = rules?.validate(value, value, at, { ratchet: false }) ?? [];
  return before.length ? before : (rules?.validate(value, undefined, at, { ratchet: false }) ?? []);
}
