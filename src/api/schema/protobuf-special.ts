/**
 * Messages whose JSON is not their fields: times, durations, quantities, int-or-string, raw JSON, and the three unions of
 * a CustomResourceDefinition's schema.
 */
import { rfc3339 } from "../../base/clock.ts";
import { formatQuantity, parseQuantity } from "../quantity.ts";
import { DecodeError, type JsonObject } from "./decode.ts";
import { parseJson } from "./json-text.ts";
import type { StructType, Type } from "./model.ts";
import { each, type ProtoReader, type ProtoWriter, readStruct, tag, writeStruct } from "./protobuf.ts";

/** Structs that are written as a union in JSON. */
export const specials = new Set([
  "Duration",
  "JSONSchemaPropsOrArray",
  "JSONSchemaPropsOrBool",
  "JSONSchemaPropsOrStringArray",
]);

const text = new TextDecoder();
const bytes = new TextEncoder();

export function decodeSpecial(type: Type, reader: ProtoReader, end: number): unknown {
  if (type.kind === "struct") return decodeUnion(type, reader, end);
  if (type.kind === "any") {
    let raw: Uint8Array | undefined;
    each(reader, end, (number) => {
      if (number !== 1) return false;
      raw = reader.bytes();
      return true;
    });
    if (!raw?.length) return null;
    try {
      return parseJson(text.decode(raw));
    } catch {
      throw new DecodeError("raw extension holds no JSON");
    }
  }
  if (type.kind !== "scalar") return null;
  const numbers: number[] = [];
  let word = "";
  each(reader, end, (number, wire) => {
    if (wire === 2) word = reader.string();
    else if (wire === 0) numbers[number] = Number(BigInt.asIntN(64, BigInt(String(reader.int64()))));
    else return false;
    return true;
  });
  switch (type.of) {
    case "Time":
    case "MicroTime": {
      const [, seconds, nanos = 0] = numbers;
      if (seconds === undefined && !nanos) return null;
      const at = rfc3339((seconds ?? 0) * 1000);
      return type.of === "Time" ? at : at.replace(/Z$/, `.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z`);
    }
    case "Quantity": {
      const quantity = parseQuantity(word || "0");
      if ("error" in quantity) throw new DecodeError(quantity.error);
      return formatQuantity(quantity);
    }
    default:
      return numbers[1] === 1 ? word : (numbers[2] ?? 0);
  }
}

export function encodeSpecial(type: Type, value: unknown, writer: ProtoWriter): boolean {
  if (type.kind === "struct") return encodeUnion(type, value, writer);
  if (type.kind === "any") {
    if (value !== null && value !== undefined) writer.uint32(tag(1, 2)).bytes(bytes.encode(JSON.stringify(value)));
    return true;
  }
  if (type.kind !== "scalar") return false;
  switch (type.of) {
    case "Time":
    case "MicroTime": {
      if (value === null) return true; // no time is an empty message
      const ms = Date.parse(value as string);
      const micros = Number(/\.(\d{6})Z$/.exec(value as string)?.[1] ?? 0);
      writer.uint32(tag(1, 0)).int64(Math.floor(ms / 1000));
      writer.uint32(tag(2, 0)).int32(micros * 1000);
      return true;
    }
    case "Quantity":
      writer.uint32(tag(1, 2)).string(value as string);
      return true;
    default:
      writer.uint32(tag(1, 0)).int64(typeof value === "string" ? 1 : 0);
      writer.uint32(tag(2, 0)).int32(typeof value === "number" ? value : 0);
      writer.uint32(tag(3, 2)).string(typeof value === "string" ? value : "");
      return true;
  }
}

function schemaType(type: StructType): StructType {
  const schema = type.fields.find((f) => f.name === "schema")?.type;
  if (schema?.kind !== "struct") throw new Error(`${type.name} has no schema`);
  return schema;
}

/** `metav1.Duration`: billionths of a second, in JSON a text such as `1.5s`. */
function decodeDuration(reader: ProtoReader, end: number): string {
  let nanos = 0;
  each(reader, end, (number) => {
    if (number !== 1) return false;
    nanos = Number(reader.int64());
    return true;
  });
  return `${nanos / 1e9}s`;
}

function decodeUnion(type: StructType, reader: ProtoReader, end: number): unknown {
  if (type.name === "Duration") return decodeDuration(reader, end);
  const schema = schemaType(type);
  const read = (): JsonObject => readStruct(schema, reader, reader.uint32() + reader.pos);
  let [allows, one]: [boolean, JsonObject | undefined] = [false, undefined];
  const many: unknown[] = [];
  const orBool = type.name === "JSONSchemaPropsOrBool";
  each(reader, end, (number) => {
    if (orBool && number === 1) allows = reader.bool();
    else if (orBool ? number === 2 : number === 1) one = read();
    else if (number === 2) many.push(type.name.endsWith("StringArray") ? reader.string() : read());
    else return false;
    return true;
  });
  return one ?? (orBool ? allows : many);
}

function encodeUnion(type: StructType, value: unknown, writer: ProtoWriter): boolean {
  if (type.name === "Duration") {
    writer.uint32(tag(1, 0)).int64(Math.round(Number.parseFloat(String(value)) * 1e9));
    return true;
  }
  const schema = schemaType(type);
  const write = (number: number, one: JsonObject): void => {
    writer.uint32(tag(number, 2)).fork();
    writeStruct(schema, one, writer);
    writer.ldelim();
  };
  if (type.name === "JSONSchemaPropsOrBool") {
    writer.uint32(tag(1, 0)).bool(value !== false);
    if (typeof value === "object" && value) write(2, value as JsonObject);
  } else if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === "string") writer.uint32(tag(2, 2)).string(item);
      else write(2, item as JsonObject);
    }
  } else write(1, value as JsonObject);
  return true;
}
