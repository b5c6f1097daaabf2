/**
 * The types that a schema declares to expressions, with how large their values may become: from limits of the schema, or
 * else from what fits into a request. These sizes decide what rules are estimated to cost
 * (apiserver's cel/common/schemas.go).
 */
import type { JsonSchema } from "../../apiextensions/schema/json-schema.ts";
import type { Bounds } from "../cost/bounds.ts";
import type { SizeOf } from "../cost/estimate.ts";
import { listOf, mapOf, struct, type Type, types } from "../types/type.ts";
import { escapeName } from "./names.ts";

export interface Declared {
  readonly type: Type;
  /** The fewest bytes that a value takes in JSON. */
  readonly minBytes: number;
  /** The most characters, elements or entries. */
  readonly maxSize: number;
  /** Of lists and maps. */
  readonly element?: Declared;
  readonly key?: Declared;
  /** Of objects, by their names in expressions. */
  readonly fields?: ReadonlyMap<string, Declared>;
}

export const largestRequest = 3 * 1024 * 1024;

const simple = (type: Type, minBytes: number, maxSize = 0): Declared => ({ type, minBytes, maxSize });
const bool = simple(types.bool, 4);
const int = simple(types.int, 1);
const double = simple(types.double, 1);
const text = simple(types.string, 2);

/** Undefined where a schema says too little. `name` becomes that of the type, and the root of those within. */
export function declaredType(schema: JsonSchema, isResource: boolean, name: string): Declared | undefined {
  if (schema["x-kubernetes-int-or-string"]) return simple(types.dyn, 1, longestText(schema));
  const whole = isResource ? withTypeAndMetadata(schema) : schema;
  switch (whole.type) {
    case "array":
      return list(whole, name);
    case "object":
      return typeof whole.additionalProperties === "object" ? map(whole, name) : object(whole, name);
    case "string":
      return string(whole);
    case "boolean":
      return bool;
    case "number":
      return double;
    case "integer":
      return int;
    default:
      return undefined;
  }
}

const isEmbedded = (schema: JsonSchema): boolean => schema["x-kubernetes-embedded-resource"] === true;
const limit = (value: number): number => Math.max(value, 0);

function list(schema: JsonSchema, name: string): Declared | undefined {
  if (!schema.items || Array.isArray(schema.items)) return undefined;
  const items = schema.items as JsonSchema;
  const element = declaredType(items, isEmbedded(items), `${name}.@idx`);
  if (!element) return undefined;
  const fitting = Math.floor((largestRequest - 2) / (element.minBytes + 1));
  const maxSize = schema.maxItems === undefined ? fitting : limit(schema.maxItems);
  return { type: listOf(element.type), minBytes: 2, maxSize, element };
}

function map(schema: JsonSchema, name: string): Declared | undefined {
  const values = schema.additionalProperties as JsonSchema;
  const element = declaredType(values, isEmbedded(values), `${name}.@elem`);
  if (!element) return undefined;
  const fitting = Math.floor((largestRequest - 2) / (element.minBytes + 6));
  const maxSize = schema.maxProperties === undefined ? fitting : limit(schema.maxProperties);
  return { type: mapOf(types.string, element.type), minBytes: 2, maxSize, element, key: text };
}

function object(schema: JsonSchema, name: string): Declared {
  const required = new Set(schema.required);
  const fields = new Map<string, Declared>();
  let minBytes = 2;
  for (const [property, part] of Object.entries(schema.properties ?? {})) {
    const escaped = escapeName(property);
    const field = declaredType(part, isEmbedded(part), `${name}.${escaped ?? property}`);
    if (!field) continue;
    if (escaped !== undefined) fields.set(escaped, field);
    if (required.has(property) && part.default === undefined) minBytes += property.length + field.minBytes + 4;
  }
  const fieldTypes = new Map([...fields].map(([field, { type }]) => [field, type]));
  return { type: struct(name, fieldTypes), minBytes, maxSize: 0, fields };
}

const longestTime = 32;
const longestDuration = 32;
const dateLength = 12;

function string(schema: JsonSchema): Declared {
  switch (schema.format) {
    case "byte":
      return simple(types.bytes, 2, schema.maxLength === undefined ? largestRequest - 2 : limit(schema.maxLength));
    case "duration":
      return simple(types.duration, 3, longestDuration);
    case "date":
      return simple(types.timestamp, dateLength, dateLength);
    case "date-time":
      return simple(types.timestamp, 21, longestTime);
    default:
      return simple(types.string, 2, longestText(schema));
  }
}

const utf8 = new TextEncoder();

/** Characters may take four bytes. */
function longestText(schema: JsonSchema): number {
  if (schema.maxLength !== undefined) return limit(schema.maxLength) * 4;
  if (schema["x-kubernetes-int-or-string"] || !schema.enum?.length) return largestRequest - 2;
  return Math.max(0, ...schema.enum.map((each) => (typeof each === "string" ? utf8.encode(each).length : 0)));
}

const anyText: JsonSchema = { type: "string" };
const metadata: JsonSchema = { type: "object", properties: { name: anyText, generateName: anyText } };

/** Of whole objects, embedded ones too, expressions see what they are and how they are named. */
export function withTypeAndMetadata(schema: JsonSchema): JsonSchema {
  const { kind, apiVersion, metadata: own } = schema.properties ?? {};
  const isComplete =
    kind?.type === "string" &&
    apiVersion?.type === "string" &&
    own?.type === "object" &&
    own.properties?.name?.type === "string" &&
    own.properties.generateName?.type === "string";
  if (isComplete) return schema;
  return { ...schema, properties: { ...schema.properties, kind: anyText, apiVersion: anyText, metadata } };
}

/** The sizes of what lies within a variable of this type. */
export const sizesWithin =
  (root: Declared): SizeOf =>
  (path): Bounds | undefined => {
    if (!path?.length) return undefined;
    let at: Declared | undefined = root;
    for (const step of path.slice(1)) {
      if (step === "@items" || step === "@values") at = at.element;
      else if (step === "@keys") at = at.key;
      else at = at.fields?.get(step);
      if (!at) return undefined;
    }
    return { min: 0, max: at.maxSize };
  };
