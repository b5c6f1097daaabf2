/** Functions on lists: Kubernetes' own, the extension's at its third version, and those on sets. */
import { declare, type FunctionDeclaration, type Implementation } from "../check/environment.ts";
import { compare, equal, includes } from "../values/compare.ts";
import { typeName } from "../values/describe.ts";
import { Duration } from "../values/duration.ts";
import { fail } from "../values/error.ts";
import { elements, isList, type ListValue, listValue } from "../values/list.ts";
import { entriesOf, insert, type MapValue } from "../values/map.ts";
import { Uint } from "../values/uint.ts";
import type { Value } from "../values/value.ts";
import { operators } from "./operators.ts";

const comparable = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"] as const;

const perType = (
  name: string,
  typesOf: readonly string[],
  overload: (type: string) => [string, string, Implementation],
): FunctionDeclaration => declare(name, ...typesOf.map(overload));

function isSorted(list: ListValue): boolean {
  for (let i = 1; i < list.length; i++) if (compare(list.at(i - 1), list.at(i)) > 0) return false;
  return true;
}

/** The first element that no other goes before; `sign` is -1 for the least. */
const extreme =
  (name: string, sign: number) =>
  (list: ListValue): Value => {
    if (list.length === 0) return fail(`${name} called on empty list`);
    let best = list.at(0);
    for (const element of elements(list)) if (compare(element, best) * sign > 0) best = element;
    return best;
  };

const zeros: Readonly<Record<string, Value>> = { int: 0n, uint: new Uint(0n), double: 0, duration: new Duration(0n) };
const additions = operators.find((declared) => declared.name === "_+_")?.overloads ?? [];
const addTo = (type: string): ((a: Value, b: Value) => Value) =>
  additions.find((overload) => overload.args[0]?.kind === type)?.run as (a: Value, b: Value) => Value;

const sum =
  (type: string) =>
  (list: ListValue): Value => {
    const add = addTo(type);
    let total = zeros[type] as Value;
    for (const element of elements(list)) total = add(total, element);
    return total;
  };

function indexOf(list: ListValue, wanted: Value): bigint {
  for (let i = 0; i < list.length; i++) if (equal(list.at(i), wanted)) return BigInt(i);
  return -1n;
}

function lastIndexOf(list: ListValue, wanted: Value): bigint {
  for (let i = list.length - 1; i >= 0; i--) if (equal(list.at(i), wanted)) return BigInt(i);
  return -1n;
}

function slice(list: ListValue, start: bigint, end: bigint): ListValue {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) return fail(`${call}, negative indexes not supported`);
  if (start > end) return fail(`${call}, start index must be less than or equal to end index`);
  if (BigInt(list.length) < end) return fail(`${call}, list is length ${list.length}`);
  return listValue([...elements(list)].slice(Number(start), Number(end)));
}

function flatten(list: ListValue, depth = 1n): Value[] {
  if (depth < 0n) return fail("level must be non-negative");
  return [...elements(list)].flatMap((element) =>
    depth > 0n && isList(element) ? flatten(element, depth - 1n) : [element],
  );
}

function sortBy(list: ListValue, keys: ListValue): ListValue {
  if (list.length !== keys.length) {
    const sizes = `${list.length} and ${keys.length} elements respectively`;
    return fail(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${sizes}`,
    );
  }
  if (list.length === 0) return list;
  const first = typeName(keys.at(0));
  const pairs = Array.from({ length: list.length }, (_, i) => ({ key: keys.at(i), value: list.at(i) }));
  if (pairs.some(({ key }) => typeName(key) !== first)) return fail("list elements must have the same type");
  return listValue(pairs.toSorted((a, b) => compare(a.key, b.key)).map(({ value }) => value));
}

function distinct(list: ListValue): ListValue {
  const found: Value[] = [];
  for (const element of elements(list)) if (!found.some((other) => equal(element, other))) found.push(element);
  return listValue(found);
}

const longestRange = 10_000_000n;

/** The numbers below `count`. One that no budget would allow is not made. */
function range(count: bigint): ListValue {
  if (count > longestRange) return fail("lists.range: too many elements");
  return listValue(Array.from({ length: Math.max(Number(count), 0) }, (_, i) => BigInt(i)));
}

const contains = (list: ListValue, part: ListValue): boolean =>
  [...elements(part)].every((element) => includes(list, element));

function insertAll(map: MapValue, more: MapValue): MapValue {
  let grown = map;
  for (const [key, value] of entriesOf(more)) grown = insert(grown, key, value);
  return grown;
}

export const lists: readonly FunctionDeclaration[] = [
  perType("isSorted", comparable, (type) => [`list_${type}_is_sorted_bool`, `list(${type}).() bool`, isSorted]),
  perType("sum", Object.keys(zeros), (type) => [`list_${type}_sum_${type}`, `list(${type}).() ${type}`, sum(type)]),
  perType("max", comparable, (type) => [`list_${type}_max_${type}`, `list(${type}).() ${type}`, extreme("max", 1)]),
  perType("min", comparable, (type) => [`list_${type}_min_${type}`, `list(${type}).() ${type}`, extreme("min", -1)]),
  declare("indexOf", ["list_a_index_of_int", "list(A).(A) int", indexOf]),
  declare("lastIndexOf", ["list_a_last_index_of_int", "list(A).(A) int", lastIndexOf]),
  declare("slice", ["list_slice", "list(T).(int, int) list(T)", slice]),
  declare(
    "flatten",
    ["list_flatten", "list(list(T)).() list(T)", (list: ListValue) => listValue(flatten(list))],
    [
      "list_flatten_int",
      "list(dyn).(int) list(dyn)",
      (list: ListValue, depth: bigint) => listValue(flatten(list, depth)),
    ],
  ),
  perType("sort", comparable, (type) => [
    `list_${type}_sort`,
    `list(${type}).() list(${type})`,
    (list: ListValue) => sortBy(list, list),
  ]),
  perType("@sortByAssociatedKeys", comparable, (type) => [
    `list_${type}_sortByAssociatedKeys`,
    `list(T).(list(${type})) list(T)`,
    sortBy,
  ]),
  declare("lists.range", ["lists_range", "(int) list(int)", range]),
  declare("reverse", [
    "list_reverse",
    "list(T).() list(T)",
    (list: ListValue) => listValue([...elements(list)].reverse()),
  ]),
  declare("distinct", ["list_distinct", "list(T).() list(T)", distinct]),
  declare("sets.contains", ["list_sets_contains_list", "(list(T), list(T)) bool", contains]),
  declare("sets.equivalent", [
    "list_sets_equivalent_list",
    "(list(T), list(T)) bool",
    (a: ListValue, b: ListValue) => contains(a, b) && contains(b, a),
  ]),
  declare("sets.intersects", [
    "list_sets_intersects_list",
    "(list(T), list(T)) bool",
    (a: ListValue, b: ListValue) => [...elements(a)].some((element) => includes(b, element)),
  ]),
  declare(
    "cel.@mapInsert",
    [
      "@mapInsert_map_key_value",
      "(map(K, V), K, V) map(K, V)",
      (map: MapValue, key: Value, value: Value) => insert(map, key, value),
    ],
    ["@mapInsert_map_map", "(map(K, V), map(K, V)) map(K, V)", insertAll],
  ),
];
