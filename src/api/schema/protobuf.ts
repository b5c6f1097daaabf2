/**
 * Kubernetes' protobuf form of objects (https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding):
 * four magic bytes, then `runtime.Unknown` around the object. Field numbers come from the notation. What protobuf
 * cannot tell (zero from absent, where Go has no pointer) follows the JSON form: decoding gives what decode.ts gives.
 */
import protobuf from "protobufjs/minimal.js";
import { DecodeError, type JsonObject, setKey, structuredCopy, zero, zeroInMap } from "./decode.ts";
import { deepest, tooDeep } from "./json-text.ts";
import type { Field, Scalar, StructType, Type } from "./model.ts";
import { decodeSpecial, encodeSpecial, specials } from "./protobuf-special.ts";

const { Reader, Writer } = protobuf;
export type ProtoReader = protobuf.Reader;
export type ProtoWriter = protobuf.Writer;

const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0);

/** The envelope: what the object calls itself, and its bytes. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** Opens the envelope. Throws DecodeError if the bytes are no protobuf of Kubernetes. */
export function openEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length < 4 || magic.some((b, i) => bytes[i] !== b)) {
    throw new DecodeError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  return guarded(() => {
    const reader = Reader.create(bytes);
    reader.pos = 4;
    let [apiVersion, kind] = ["", ""];
    let raw: Uint8Array = new Uint8Array();
    each(reader, reader.len, (number) => {
      if (number === 1) {
        const end = reader.uint32() + reader.pos;
        each(reader, end, (inner) => {
          if (inner === 1) apiVersion = reader.string();
          else if (inner === 2) kind = reader.string();
          else return false;
          return true;
        });
      } else if (number === 2) raw = reader.bytes();
      else return false;
      return true;
    });
    return { apiVersion, kind, raw };
  });
}

/** The object in the form that decode.ts gives, without apiVersion and kind. Throws DecodeError. */
export function decodeProtobuf(type: StructType, raw: Uint8Array): JsonObject {
  return guarded(() => {
    const reader = Reader.create(raw);
    depth = 0;
    return readStruct(type, reader, reader.len);
  });
}

/** The object with its envelope. */
export function encodeProtobuf(type: StructType, apiVersion: string, kind: string, object: JsonObject): Uint8Array {
  const writer = Writer.create();
  writer.uint32(tag(1, 2)).fork();
  writer.uint32(tag(1, 2)).string(apiVersion).uint32(tag(2, 2)).string(kind).ldelim();
  writer.uint32(tag(2, 2)).fork();
  writeStruct(type, object, writer);
  writer.ldelim();
  writer.uint32(tag(3, 2)).string("").uint32(tag(4, 2)).string("");
  const body = writer.finish();
  const all = new Uint8Array(4 + body.length);
  all.set(magic);
  all.set(body, 4);
  return all;
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError(`proto: ${error instanceof Error ? error.message : "cannot parse"}`);
  }
}

export const tag = (number: number, wire: number): number => (number << 3) | wire;

/** Calls `take` for each field up to `end`; where it returns false the field is skipped. */
export function each(reader: ProtoReader, end: number, take: (number: number, wire: number) => boolean): void {
  if (end > reader.len) throw new DecodeError("unexpected EOF");
  while (reader.pos < end) {
    const head = reader.uint32();
    if (!take(head >>> 3, head & 7)) reader.skipType(head & 7);
  }
}

const byNumber = new WeakMap<StructType, Map<number, Field>>();
function numbered(type: StructType): Map<number, Field> {
  let map = byNumber.get(type);
  if (!map) {
    map = new Map(type.fields.map((f) => [f.number, f]));
    byNumber.set(type, map);
  }
  return map;
}

/** Of the message that is being read; reading never waits. */
let depth = 0;

export function readStruct(type: StructType, reader: ProtoReader, end: number): JsonObject {
  const special = specials.has(type.name) ? decodeSpecial(type, reader, end) : undefined;
  if (special !== undefined) return special as JsonObject;
  const out: JsonObject = {};
  if (++depth > deepest) throw tooDeep();
  readInto(type, reader, end, out);
  depth--;
  for (const field of type.defaulted) if (!(field.name in out)) out[field.name] = structuredCopy(field.default);
  for (const field of type.always) if (!(field.name in out)) out[field.name] = zero(field);
  return out;
}

function readInto(type: StructType, reader: ProtoReader, end: number, out: JsonObject): void {
  const fields = numbered(type);
  each(reader, end, (number, wire) => {
    const field = fields.get(number);
    if (!field) return false;
    if (field.inline && field.type.kind === "struct") readInto(field.type, reader, reader.uint32() + reader.pos, out);
    else readField(field, wire, reader, out);
    return true;
  });
}

function readField(field: Field, wire: number, reader: ProtoReader, out: JsonObject): void {
  const { type, name } = field;
  if (type.kind === "list" && !field.wrapped) {
    out[name] ??= [];
    const list = out[name] as unknown[];
    const packed = wire === 2 && type.of.kind === "scalar" && ["int32", "int64", "bool"].includes(type.of.of);
    if (!packed) list.push(readValue(type.of, reader));
    else for (const end = reader.uint32() + reader.pos; reader.pos < end; ) list.push(readValue(type.of, reader));
  } else if (type.kind === "map") {
    out[name] ??= {};
    const map = out[name] as JsonObject;
    let key = "";
    let value: unknown;
    each(reader, reader.uint32() + reader.pos, (number) => {
      if (number === 1) key = reader.string();
      else if (number === 2) value = readValue(type.of, reader);
      else return false;
      return true;
    });
    value ??= type.of.kind === "scalar" ? zeroInMap(type.of) : {};
    setKey(map, key, value);
  } else {
    const value = readValue(type, reader);
    const empty = value === "" || value === 0 || value === false || value === null;
    if (!empty || field.pointer || field.always || (type.kind === "scalar" && type.of === "IntOrString"))
      out[name] = value;
  }
}

function readValue(type: Type, reader: ProtoReader): unknown {
  switch (type.kind) {
    case "scalar":
      return readScalar(type.of, reader);
    case "struct":
      return readStruct(type, reader, reader.uint32() + reader.pos);
    case "list": {
      // a list inside a map or list travels as a message that holds it: { 1: items }
      const items: unknown[] = [];
      each(
        reader,
        reader.uint32() + reader.pos,
        (number) => number === 1 && items.push(readValue(type.of, reader)) > 0,
      );
      return items;
    }
    default:
      return decodeSpecial(type, reader, reader.uint32() + reader.pos);
  }
}

const long = (value: unknown): number => Number(BigInt.asIntN(64, BigInt(String(value))));

function readScalar(of: Scalar, reader: ProtoReader): unknown {
  switch (of) {
    case "string":
      return reader.string();
    case "bool":
      return reader.bool();
    case "int32":
      return reader.int32();
    case "int64":
      return long(reader.int64());
    case "double":
      return reader.double();
    case "bytes":
      return protobuf.util.base64.encode(...whole(reader.bytes()));
    default:
      return decodeSpecial({ kind: "scalar", of }, reader, reader.uint32() + reader.pos);
  }
}

const whole = (bytes: Uint8Array): [Uint8Array, number, number] => [bytes, 0, bytes.length];

export function writeStruct(type: StructType, object: JsonObject, writer: ProtoWriter): void {
  if (specials.has(type.name) && encodeSpecial(type, object, writer)) return;
  for (const field of type.fields.toSorted((a, b) => a.number - b.number)) {
    if (field.inline && field.type.kind === "struct") {
      writer.uint32(tag(field.number, 2)).fork();
      writeStruct(field.type, object, writer);
      writer.ldelim();
    } else writeField(field, object[field.name], writer);
  }
}

function writeField(field: Field, value: unknown, writer: ProtoWriter): void {
  const { type, number } = field;
  if (type.kind === "list" && !field.wrapped) {
    for (const item of (value ?? []) as unknown[]) writeValue(type.of, number, item, writer);
  } else if (type.kind === "map") {
    const map = (value ?? {}) as JsonObject;
    for (const key of Object.keys(map).sort()) {
      writer.uint32(tag(number, 2)).fork().uint32(tag(1, 2)).string(key);
      writeValue(type.of, 2, map[key], writer);
      writer.ldelim();
    }
  } else if (value !== undefined && value !== null) writeValue(type, number, value, writer);
  // gogo writes every field that is no pointer, zero or not
  else if (!field.pointer && type.kind !== "any" && !(type.kind === "scalar" && type.of === "bytes"))
    writeZero(type, number, writer);
}

function writeZero(type: Type, number: number, writer: ProtoWriter): void {
  if (type.kind === "struct") {
    writer.uint32(tag(number, 2)).fork();
    writeStruct(type, {}, writer);
    writer.ldelim();
  } else if (type.kind === "scalar") {
    const zeros: Partial<Record<Scalar, unknown>> = {
      string: "",
      bool: false,
      int32: 0,
      int64: 0,
      double: 0,
      Quantity: "",
      IntOrString: 0,
    };
    if (type.of in zeros) writeValue(type, number, zeros[type.of], writer);
    else writer.uint32(tag(number, 2)).bytes(new Uint8Array());
  }
}

function writeValue(type: Type, number: number, value: unknown, writer: ProtoWriter): void {
  if (type.kind === "scalar") {
    writeScalar(type.of, number, value, writer);
    return;
  }
  writer.uint32(tag(number, 2)).fork();
  if (type.kind === "struct") writeStruct(type, value as JsonObject, writer);
  else if (type.kind === "list") for (const item of value as unknown[]) writeValue(type.of, 1, item, writer);
  else encodeSpecial(type, value, writer);
  writer.ldelim();
}

function writeScalar(of: Scalar, number: number, value: unknown, writer: ProtoWriter): void {
  switch (of) {
    case "string":
      writer.uint32(tag(number, 2)).string(value as string);
      return;
    case "bool":
      writer.uint32(tag(number, 0)).bool(value as boolean);
      return;
    case "int32":
      writer.uint32(tag(number, 0)).int32(value as number);
      return;
    case "int64":
      writer.uint32(tag(number, 0)).int64(value as number);
      return;
    case "double":
      writer.uint32(tag(number, 1)).double(value as number);
      return;
    case "bytes":
      writer.uint32(tag(number, 2)).bytes(value as string);
      return;
    default:
      writer.uint32(tag(number, 2)).fork();
      encodeSpecial({ kind: "scalar", of }, value, writer);
      writer.ldelim();
  }
}
