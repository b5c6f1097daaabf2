/** Conversions between types, sizes, and the types themselves. */
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { type Type, types } from "../types/type.ts";
import { showDouble, textLength, typeName } from "../values/describe.ts";
import { Duration, parseDuration } from "../values/duration.ts";
import { fail } from "../values/error.ts";
import type { ListValue } from "../values/list.ts";
import type { MapValue } from "../values/map.ts";
import { isInRange, parseTimestamp, Timestamp } from "../values/timestamp.ts";
import { TypeValue } from "../values/type-value.ts";
import type { Uint } from "../values/uint.ts";
import type { Value } from "../values/value.ts";
import { uint } from "./operators.ts";

const same = <T extends Value>(value: T): T => value;
const unconvertible = (to: Type): never => fail(`type conversion error from 'string' to '${to.name}'`);

const intOf = (value: bigint): bigint =>
  value > (1n << 63n) - 1n || value < -(1n << 63n) ? fail("integer overflow") : value;

function doubleToInt(value: number): bigint {
  const fits = value > -(2 ** 63) && value < 2 ** 63;
  return fits ? BigInt(Math.trunc(value)) : fail("integer overflow");
}

function doubleToUint(value: number): Uint {
  const fits = value >= 0 && value < 2 ** 64;
  return fits ? uint(BigInt(Math.trunc(value))) : fail("unsigned integer overflow");
}

function stringToInt(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) return unconvertible(types.int);
  const value = BigInt(text.replace("+", ""));
  return value < -(1n << 63n) || value >= 1n << 63n ? unconvertible(types.int) : value;
}

function stringToUint(text: string): Uint {
  if (!/^\d+$/.test(text) || BigInt(text) >= 1n << 64n) return unconvertible(types.uint);
  return uint(BigInt(text));
}

/** As Go's ParseFloat reads numbers. */
function stringToDouble(text: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    if (/nan/i.test(text)) return special[1] ? unconvertible(types.double) : Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return unconvertible(types.double);
  const value = Number(text);
  return Number.isFinite(value) ? value : unconvertible(types.double);
}

function stringToBool(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : unconvertible(types.bool);
}

function stringToTimestamp(text: string): Timestamp {
  const time = parseTimestamp(text);
  if (!time) return unconvertible(types.timestamp);
  return isInRange(time) ? time : fail("timestamp overflow");
}

function bytesToString(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("invalid UTF-8 in bytes, cannot convert to string");
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const listSize = (list: ListValue): bigint => BigInt(list.length);
const mapSize = (map: MapValue): bigint => BigInt(map.size);
const stringSize = (text: string): bigint => BigInt(textLength(text));
const bytesSize = (bytes: Uint8Array): bigint => BigInt(bytes.length);

export const conversions: readonly FunctionDeclaration[] = [
  declare(
    "size",
    ["size_bytes", "(bytes) int", bytesSize],
    ["bytes_size", "bytes.() int", bytesSize],
    ["size_list", "(list(A)) int", listSize],
    ["list_size", "list(A).() int", listSize],
    ["size_map", "(map(A, B)) int", mapSize],
    ["map_size", "map(A, B).() int", mapSize],
    ["size_string", "(string) int", stringSize],
    ["string_size", "string.() int", stringSize],
  ),
  declare("type", ["type", "(A) type(A)", (value: Value) => new TypeValue(typeName(value))]),
  declare("bool", ["bool_to_bool", "(bool) bool", same<boolean>], ["string_to_bool", "(string) bool", stringToBool]),
  declare(
    "bytes",
    ["bytes_to_bytes", "(bytes) bytes", same<Uint8Array>],
    ["string_to_bytes", "(string) bytes", encode],
  ),
  declare(
    "double",
    ["double_to_double", "(double) double", same<number>],
    ["int64_to_double", "(int) double", (value: bigint) => Number(value)],
    ["string_to_double", "(string) double", stringToDouble],
    ["uint64_to_double", "(uint) double", (value: Uint) => Number(value.value)],
  ),
  declare(
    "duration",
    ["duration_to_duration", "(duration) duration", same<Duration>],
    ["int64_to_duration", "(int) duration", (value: bigint) => new Duration(value)],
    ["string_to_duration", "(string) duration", (text: string) => parseDuration(text) ?? unconvertible(types.duration)],
  ),
  declare("dyn", ["to_dyn", "(A) dyn", same<Value>]),
  declare(
    "int",
    ["int64_to_int64", "(int) int", same<bigint>],
    ["double_to_int64", "(double) int", doubleToInt],
    ["duration_to_int64", "(duration) int", (value: Duration) => value.nanos],
    ["string_to_int64", "(string) int", stringToInt],
    ["timestamp_to_int64", "(timestamp) int", (value: Timestamp) => BigInt(Math.floor(value.ms / 1000))],
    ["uint64_to_int64", "(uint) int", (value: Uint) => intOf(value.value)],
  ),
  declare(
    "string",
    ["string_to_string", "(string) string", same<string>],
    ["bool_to_string", "(bool) string", String],
    ["bytes_to_string", "(bytes) string", bytesToString],
    ["double_to_string", "(double) string", showDouble],
    ["duration_to_string", "(duration) string", String],
    ["int64_to_string", "(int) string", String],
    ["timestamp_to_string", "(timestamp) string", String],
    ["uint64_to_string", "(uint) string", (value: Uint) => String(value.value)],
  ),
  declare(
    "timestamp",
    ["timestamp_to_timestamp", "(timestamp) timestamp", same<Timestamp>],
    ["int64_to_timestamp", "(int) timestamp", (value: bigint) => Timestamp.checked(value * 1_000_000_000n)],
    ["string_to_timestamp", "(string) timestamp", stringToTimestamp],
  ),
  declare(
    "uint",
    ["uint64_to_uint64", "(uint) uint", same<Uint>],
    ["double_to_uint64", "(double) uint", doubleToUint],
    ["int64_to_uint64", "(int) uint", uint],
    ["string_to_uint64", "(string) uint", stringToUint],
  ),
];
