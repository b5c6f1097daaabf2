/** The operators of the language (https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions). */
import { declare, type FunctionDeclaration, type Implementation } from "../check/environment.ts";
import { largestInt, largestUint, smallestInt } from "../syntax/literal.ts";
import { compare, equal, includes } from "../values/compare.ts";
import { Duration } from "../values/duration.ts";
import { fail } from "../values/error.ts";
import { concatenate, type ListValue } from "../values/list.ts";
import type { MapValue } from "../values/map.ts";
import type { Timestamp } from "../values/timestamp.ts";
import { Uint } from "../values/uint.ts";
import type { Value } from "../values/value.ts";

const int = (value: bigint): bigint => (value < smallestInt || value > largestInt ? fail("integer overflow") : value);
export const uint = (value: bigint): Uint =>
  value < 0n || value > largestUint ? fail("unsigned integer overflow") : new Uint(value);

type Ints = (a: bigint, b: bigint) => bigint;
const onInts =
  (compute: Ints) =>
  (a: bigint, b: bigint): bigint =>
    int(compute(a, b));
const onUints =
  (compute: Ints) =>
  (a: Uint, b: Uint): Uint =>
    uint(compute(a.value, b.value));

const add: Ints = (a, b) => a + b;
const subtract: Ints = (a, b) => a - b;
const multiply: Ints = (a, b) => a * b;
const divide: Ints = (a, b) => (b === 0n ? fail("division by zero") : a / b);
const modulo: Ints = (a, b) => {
  if (b === 0n) return fail("modulus by zero");
  return a === smallestInt && b === -1n ? fail("integer overflow") : a % b;
};

const joinBytes = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
};

const never: Implementation = () => fail("no such overload");

const arithmetic: readonly FunctionDeclaration[] = [
  declare(
    "_+_",
    ["add_bytes", "(bytes, bytes) bytes", joinBytes],
    ["add_double", "(double, double) double", (a: number, b: number) => a + b],
    [
      "add_duration_duration",
      "(duration, duration) duration",
      (a: Duration, b: Duration) => Duration.checked(a.nanos + b.nanos),
    ],
    ["add_duration_timestamp", "(duration, timestamp) timestamp", (a: Duration, b: Timestamp) => b.plus(a)],
    ["add_timestamp_duration", "(timestamp, duration) timestamp", (a: Timestamp, b: Duration) => a.plus(b)],
    ["add_int64", "(int, int) int", onInts(add)],
    ["add_list", "(list(A), list(A)) list(A)", (a: ListValue, b: ListValue) => concatenate(a, b)],
    ["add_string", "(string, string) string", (a: string, b: string) => a + b],
    ["add_uint64", "(uint, uint) uint", onUints(add)],
  ),
  declare(
    "_-_",
    ["subtract_double", "(double, double) double", (a: number, b: number) => a - b],
    [
      "subtract_duration_duration",
      "(duration, duration) duration",
      (a: Duration, b: Duration) => Duration.checked(a.nanos - b.nanos),
    ],
    ["subtract_int64", "(int, int) int", onInts(subtract)],
    [
      "subtract_timestamp_duration",
      "(timestamp, duration) timestamp",
      (a: Timestamp, b: Duration) => a.plus(Duration.checked(-b.nanos)),
    ],
    ["subtract_timestamp_timestamp", "(timestamp, timestamp) duration", (a: Timestamp, b: Timestamp) => a.since(b)],
    ["subtract_uint64", "(uint, uint) uint", onUints(subtract)],
  ),
  declare(
    "_*_",
    ["multiply_double", "(double, double) double", (a: number, b: number) => a * b],
    ["multiply_int64", "(int, int) int", onInts(multiply)],
    ["multiply_uint64", "(uint, uint) uint", onUints(multiply)],
  ),
  declare(
    "_/_",
    ["divide_double", "(double, double) double", (a: number, b: number) => a / b],
    ["divide_int64", "(int, int) int", onInts(divide)],
    ["divide_uint64", "(uint, uint) uint", onUints(divide)],
  ),
  declare(
    "_%_",
    ["modulo_int64", "(int, int) int", onInts(modulo)],
    ["modulo_uint64", "(uint, uint) uint", onUints(modulo)],
  ),
  declare(
    "-_",
    ["negate_double", "(double) double", (a: number) => -a],
    ["negate_int64", "(int) int", (a: bigint) => int(-a)],
  ),
];

const logic: readonly FunctionDeclaration[] = [
  declare("_?_:_", ["conditional", "(bool, A, A) A", never]),
  declare("_&&_", ["logical_and", "(bool, bool) bool", never]),
  declare("_||_", ["logical_or", "(bool, bool) bool", never]),
  declare("!_", ["logical_not", "(bool) bool", (a: boolean) => !a]),
  declare("@not_strictly_false", ["not_strictly_false", "(bool) bool", never]),
  declare("_==_", ["equals", "(A, A) bool", (a: Value, b: Value) => equal(a, b)]),
  declare("_!=_", ["not_equals", "(A, A) bool", (a: Value, b: Value) => !equal(a, b)]),
  declare("_[_]", ["index_list", "(list(A), int) A", never], ["index_map", "(map(A, B), A) B", never]),
  declare(
    "@in",
    ["in_list", "(A, list(A)) bool", (a: Value, b: ListValue) => includes(b, a)],
    ["in_map", "(A, map(A, B)) bool", (a: Value, b: MapValue) => b.find(a) !== undefined],
  ),
];

/** Types that have an order, and the numbers that have one among each other. */
const ordered: readonly (readonly [suffix: string, a: string, b: string])[] = [
  ["bool", "bool", "bool"],
  ["int64", "int", "int"],
  ["int64_double", "int", "double"],
  ["int64_uint64", "int", "uint"],
  ["uint64", "uint", "uint"],
  ["uint64_double", "uint", "double"],
  ["uint64_int64", "uint", "int"],
  ["double", "double", "double"],
  ["double_int64", "double", "int"],
  ["double_uint64", "double", "uint"],
  ["string", "string", "string"],
  ["bytes", "bytes", "bytes"],
  ["timestamp", "timestamp", "timestamp"],
  ["duration", "duration", "duration"],
];

const comparison = (name: string, prefix: string, holds: (order: number) => boolean): FunctionDeclaration =>
  declare(
    name,
    ...ordered.map(([suffix, a, b]): [string, string, Implementation] => [
      `${prefix}_${suffix}`,
      `(${a}, ${b}) bool`,
      (x: Value, y: Value) => holds(compare(x, y)),
    ]),
  );

export const operators: readonly FunctionDeclaration[] = [
  ...logic,
  ...arithmetic,
  comparison("_<_", "less", (order) => order < 0),
  comparison("_<=_", "less_equals", (order) => order <= 0),
  comparison("_>_", "greater", (order) => order > 0),
  comparison("_>=_", "greater_equals", (order) => order >= 0),
];
