/** The types of values at run time, their sizes, and their texts. */
import type { Type } from "../types/type.ts";
import { Duration } from "./duration.ts";
import { isList } from "./list.ts";
import { isMap } from "./map.ts";
import { Optional } from "./optional.ts";
import { Timestamp } from "./timestamp.ts";
import { TypeValue } from "./type-value.ts";
import { Uint } from "./uint.ts";
import type { Value } from "./value.ts";

/** As `type(x)` names it. */
export function typeName(value: Value): string {
  if (value === null) return "null_type";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "double";
    case "string":
      return "string";
  }
  if (value instanceof Uint) return "uint";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Timestamp) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof TypeValue) return "type";
  if (value instanceof Optional) return "optional_type";
  if (isList(value)) return "list";
  if (isMap(value)) return value.typeName ?? "map";
  return value.celType;
}

/** Whether a value may be given where an overload declares `type`; what is within lists and maps is not looked at. */
export function isOf(value: Value, type: Type): boolean {
  switch (type.kind) {
    case "dyn":
    case "param":
    case "error":
      return true;
    case "map":
      return isMap(value);
    default:
      return typeName(value) === type.name;
  }
}

/** How many code points. */
export function textLength(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code <= 0xdbff) {
      count--;
      i++;
    }
  }
  return count;
}

/** For costs: what has no size counts as one. */
export function sizeOf(value: Value): number {
  if (typeof value === "string") return textLength(value);
  if (typeof value !== "object" || value === null) return 1;
  if (value instanceof Uint8Array) return value.length;
  if (isList(value)) return value.length;
  if (isMap(value)) return value.size;
  if (value instanceof Optional && value.hasValue) return sizeOf(value.value);
  if ("celType" in value && value.size !== undefined) return value.size;
  return 1;
}

/** Go's `%g`. */
export function showDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
