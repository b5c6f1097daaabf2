/** Values that may be absent (https://github.com/google/cel-spec/wiki/proposal-246). */
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { Duration } from "../values/duration.ts";
import { fail } from "../values/error.ts";
import { elements, isList, type ListValue, listValue } from "../values/list.ts";
import { isMap } from "../values/map.ts";
import { Optional } from "../values/optional.ts";
import { Timestamp } from "../values/timestamp.ts";
import { Uint } from "../values/uint.ts";
import type { Value } from "../values/value.ts";

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === "") return true;
  if (typeof value !== "object") return false;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Timestamp) return value.nanos === -62_135_596_800_000_000_000n;
  if (value instanceof Optional) return !value.hasValue;
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return value.size === 0;
  return "celType" in value && value.isZero === true;
}

function unwrap(list: ListValue): ListValue {
  const found: Value[] = [];
  for (const element of elements(list)) {
    if (!(element instanceof Optional)) return fail("value is not optional");
    if (element.hasValue) found.push(element.value);
  }
  return listValue(found);
}

const elementOf = (list: ListValue, index: number): Optional =>
  list.length === 0 ? Optional.none : Optional.of(list.at(index));
const never = (): never => fail("no such overload");

export const optionals: readonly FunctionDeclaration[] = [
  declare("optional.of", ["optional_of", "(V) optional(V)", (value: Value) => Optional.of(value)]),
  declare("optional.ofNonZeroValue", [
    "optional_ofNonZeroValue",
    "(V) optional(V)",
    (value: Value) => (isZero(value) ? Optional.none : Optional.of(value)),
  ]),
  declare("optional.none", ["optional_none", "() optional(V)", () => Optional.none]),
  declare("value", ["optional_value", "optional(V).() V", (optional: Optional) => optional.value]),
  declare("hasValue", ["optional_hasValue", "optional(V).() bool", (optional: Optional) => optional.hasValue]),
  declare("or", ["optional_or_optional", "optional(V).(optional(V)) optional(V)", never]),
  declare("orValue", ["optional_orValue_value", "optional(V).(V) V", never]),
  declare("_?._", ["select_optional_field", "(dyn, string) optional(V)", never]),
  declare(
    "_[?_]",
    ["list_optindex_optional_int", "(list(V), int) optional(V)", never],
    ["optional_list_optindex_optional_int", "(optional(list(V)), int) optional(V)", never],
    ["map_optindex_optional_value", "(map(K, V), K) optional(V)", never],
    ["optional_map_optindex_optional_value", "(optional(map(K, V)), K) optional(V)", never],
  ),
  declare(
    "_[_]",
    ["optional_list_index_int", "(optional(list(V)), int) optional(V)", never],
    ["optional_map_index_value", "(optional(map(K, V)), K) optional(V)", never],
  ),
  declare("last", ["list_last", "list(V).() optional(V)", (list: ListValue) => elementOf(list, list.length - 1)]),
  declare("first", ["list_first", "list(V).() optional(V)", (list: ListValue) => elementOf(list, 0)]),
  declare("optional.unwrap", ["optional_unwrap", "(list(optional(V))) list(V)", unwrap]),
  declare("unwrapOpt", ["optional_unwrapOpt", "list(optional(V)).() list(V)", unwrap]),
];
