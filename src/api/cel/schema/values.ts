/**
 * Objects of the API as expressions see them: JSON read through its schema, each part when it is asked for
 * (apiserver's cel/common/valuesunstructured.go).
 */
import { decodeBase64 } from "../../../base/base64.ts";
import type { JsonSchema } from "../../apiextensions/schema/json-schema.ts";
import { deepEqual } from "../../object.ts";
import { parseDuration } from "../values/duration.ts";
import { fail } from "../values/error.ts";
import { isList, type ListValue } from "../values/list.ts";
import { isMap, type MapValue } from "../values/map.ts";
import { parseDate, parseTimestamp } from "../values/timestamp.ts";
import type { Value } from "../values/value.ts";
import { withTypeAndMetadata } from "./declared.ts";
import { escapeName, unescapeName } from "./names.ts";
import { untypedValue } from "./untyped.ts";

/** What a value is to an expression; what does not fit the schema faults. */
export function schemaValue(json: unknown, schema: JsonSchema): Value {
  if (json === undefined || json === null) {
    return schema.nullable ? null : fail("invalid data, got null for schema with nullable=false");
  }
  if (schema["x-kubernetes-int-or-string"]) {
    if (typeof json === "string" || isWhole(json)) return untypedValue(json);
    return fail("invalid data, expected XIntOrString value to be either a string or integer");
  }
  switch (schema.type) {
    case "object":
      return objectValue(json, schema);
    case "array":
      return arrayValue(json, schema);
    case "string":
      return stringValue(json, schema.format);
    case "number":
      return isNumber(json) ? Number(json) : fail(`invalid data, expected float, got ${goType(json)}`);
    case "integer":
      return isWhole(json) ? BigInt(json) : fail(`invalid data, expected int, got ${goType(json)}`);
    case "boolean":
      return typeof json === "boolean" ? json : fail(`invalid data, expected bool, got ${goType(json)}`);
    default:
      if (schema["x-kubernetes-preserve-unknown-fields"]) return untypedValue(json);
      return fail(
        "invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or " +
          `x-kubernetes-preserve-unknown-fields is true, got ${schema.type ?? ""}`,
      );
  }
}

const isNumber = (json: unknown): json is number | bigint => typeof json === "number" || typeof json === "bigint";
const isWhole = (json: unknown): json is number | bigint =>
  typeof json === "bigint" || (typeof json === "number" && Number.isInteger(json));
const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null && !Array.isArray(json);

function goType(json: unknown): string {
  if (isWhole(json)) return "int64";
  if (Array.isArray(json)) return "[]interface {}";
  if (isRecord(json)) return "map[string]interface {}";
  return { number: "float64", boolean: "bool" }[typeof json as string] ?? typeof json;
}

function stringValue(json: unknown, format: string | undefined): Value {
  if (typeof json !== "string") return fail(`invalid data, expected string, got ${goType(json)}`);
  switch (format) {
    case "duration":
      return parseDuration(json) ?? parseWordyDuration(json) ?? fail(`Invalid duration ${json}`);
    case "date":
      return parseDate(json) ?? fail(`Invalid date formatted string ${json}`);
    case "date-time":
      return (
        parseTimestamp(json.toUpperCase()) ??
        parseTimestamp(`${json.toUpperCase()}Z`) ??
        fail(`Invalid date-time formatted string ${json}`)
      );
    case "byte":
      return bytesOf(json);
    default:
      return json;
  }
}

function bytesOf(text: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch {
    return fail(`Invalid byte formatted string ${text}`);
  }
}

const wordyUnits: readonly (readonly [RegExp, string, number])[] = [
  [/^(ns|nano|nanos|nanosecond|nanoseconds)$/, "ns", 1],
  [/^(us|µs|micro|micros|microsecond|microseconds)$/, "us", 1],
  [/^(ms|milli|millis|millisecond|milliseconds)$/, "ms", 1],
  [/^(s|sec|secs|second|seconds)$/, "s", 1],
  [/^(m|min|mins|minute|minutes)$/, "m", 1],
  [/^(h|hr|hrs|hour|hours)$/, "h", 1],
  [/^(d|day|days)$/, "h", 24],
  [/^(w|wk|wks|week|weeks)$/, "h", 168],
];

/** `3 days`, which the format allows beside Go's notation. */
function parseWordyDuration(text: string): Value | undefined {
  const match = /^\s*(\d+)\s*([A-Za-zµ]+)\s*$/.exec(text);
  const unit = match && wordyUnits.find(([words]) => words.test(match[2] ?? ""));
  return unit ? parseDuration(`${Number(match[1]) * unit[2]}${unit[1]}`) : undefined;
}

function objectValue(json: unknown, schema: JsonSchema): Value {
  if (!isRecord(json)) return fail("invalid data, expected a map for the provided schema with type=object");
  const whole = schema["x-kubernetes-embedded-resource"] ? withTypeAndMetadata(schema) : schema;
  return new SchemaObject(json, whole);
}

class SchemaObject implements MapValue {
  readonly kind = "map";
  readonly json: Readonly<Record<string, unknown>>;
  readonly #schema: JsonSchema;

  constructor(json: Readonly<Record<string, unknown>>, schema: JsonSchema) {
    this.json = json;
    this.#schema = schema;
  }

  get size(): number {
    return Object.keys(this.json).length;
  }

  get #isObject(): boolean {
    return this.#schema.properties !== undefined;
  }

  #schemaOf(name: string): JsonSchema | undefined {
    const { properties, additionalProperties } = this.#schema;
    if (properties) return Object.hasOwn(properties, name) ? properties[name] : undefined;
    return typeof additionalProperties === "object" ? additionalProperties : undefined;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== "string") return fail("no such overload");
    const name = this.#isObject ? unescapeName(key) : key;
    if (name === undefined || !Object.hasOwn(this.json, name)) return undefined;
    const value = this.json[name];
    // a field that is null is as good as absent
    if (value === undefined || (value === null && this.#isObject)) return undefined;
    const schema = this.#schemaOf(name);
    return schema && schemaValue(value, schema);
  }

  *keys(): Generator<Value> {
    for (const name of Object.keys(this.json)) {
      if (this.#schemaOf(name)) yield this.#isObject ? (escapeName(name) ?? name) : name;
    }
  }

  sameAs(other: MapValue, equal: (a: Value, b: Value) => boolean): boolean {
    if (this.size !== other.size) return false;
    return Object.keys(this.json).every((name) => {
      if (!this.#schemaOf(name)) {
        const known = other instanceof SchemaObject && Object.hasOwn(other.json, name);
        return !known || deepEqual(this.json[name], other.json[name]);
      }
      const [a, b] = [this.find(name), other.find(name)];
      return a === undefined || b === undefined ? a === b : equal(a, b);
    });
  }
}

function arrayValue(json: unknown, schema: JsonSchema): Value {
  if (!Array.isArray(json)) return fail("invalid data, expected an array for the provided schema with type=array");
  if (!schema.items || Array.isArray(schema.items)) {
    return fail("invalid array type, expected Items with a non-empty Schema");
  }
  const items = schema.items as JsonSchema;
  const make = (index: number): Value => schemaValue(json[index], items);
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return new KeyedList(json.length, make, textOf);
    case "map": {
      const keys = schema["x-kubernetes-list-map-keys"] ?? [];
      return new KeyedList(json.length, make, (element) => keysText(element, keys));
    }
    default:
      return new SchemaList(json.length, make);
  }
}

class SchemaList implements ListValue {
  readonly kind = "list";
  readonly length: number;
  readonly #make: (index: number) => Value;
  readonly #made: Value[] = [];

  constructor(length: number, make: (index: number) => Value) {
    this.length = length;
    this.#make = make;
  }

  at(index: number): Value {
    this.#made[index] ??= this.#make(index);
    return this.#made[index] as Value;
  }
}

/** A set, or a list that is told apart by keys: its order does not count, and what is added takes its place. */
class KeyedList extends SchemaList {
  readonly #keyOf: (element: Value) => string;
  #byKey: ReadonlyMap<string, Value> | undefined;

  constructor(length: number, make: (index: number) => Value, keyOf: (element: Value) => string) {
    super(length, make);
    this.#keyOf = keyOf;
  }

  #keyed(): ReadonlyMap<string, Value> {
    this.#byKey ??= new Map(this.#all().map((element) => [this.#keyOf(element), element]));
    return this.#byKey;
  }

  #all(): Value[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }

  sameAs(other: ListValue, equal: (a: Value, b: Value) => boolean): boolean {
    if (other.length !== this.length) return false;
    const keyed = this.#keyed();
    for (let i = 0; i < other.length; i++) {
      const element = other.at(i);
      const own = keyed.get(this.#keyOf(element));
      if (own === undefined || !equal(own, element)) return false;
    }
    return true;
  }

  plus(other: ListValue): ListValue {
    const joined = new Map(this.#keyed());
    for (let i = 0; i < other.length; i++) joined.set(this.#keyOf(other.at(i)), other.at(i));
    const all = [...joined.values()];
    return new KeyedList(all.length, (index) => all[index] as Value, this.#keyOf);
  }
}

/** A text that tells values apart. */
function textOf(value: Value): string {
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  if (isList(value)) return `[${Array.from({ length: value.length }, (_, i) => textOf(value.at(i))).join()}]`;
  if (isMap(value)) {
    const fields = [...value.keys()].map((key) => `${String(key)}:${textOf(value.find(key) ?? null)}`);
    return `{${fields.sort().join()}}`;
  }
  return String(value);
}

const keysText = (element: Value, keys: readonly string[]): string =>
  keys
    .map((key) =>
      typeof element === "object" && element !== null && isMap(element)
        ? element.find(escapeName(key) ?? key)
        : undefined,
    )
    .map((value) => (value === undefined ? "" : textOf(value)))
    .join("\n");
