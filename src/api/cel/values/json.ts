/** Values of expressions as JSON, as cel-go's `google.protobuf.Value` has them. */
import { encodeBase64 } from "../../../base/base64.ts";
import { typeName } from "./describe.ts";
import { Duration } from "./duration.ts";
import { fail } from "./error.ts";
import { elements, isList } from "./list.ts";
import { entriesOf, isMap } from "./map.ts";
import { Optional } from "./optional.ts";
import { Timestamp } from "./timestamp.ts";
import { Uint } from "./uint.ts";
import type { Value } from "./value.ts";

/** Throws CelError for what JSON cannot hold. */
export function jsonOf(value: Value): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "string" || typeof value === "number")
    return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (value instanceof Timestamp || value instanceof Duration) return value.toString();
  if (value instanceof Optional) return value.hasValue ? jsonOf(value.value) : null;
  if (isList(value)) return [...elements(value)].map(jsonOf);
  if (isMap(value)) return Object.fromEntries([...entriesOf(value)].map(([key, item]) => [textOf(key), jsonOf(item)]));
  return fail(`unsupported conversion of ${typeName(value)} into JSON`);
}

const textOf = (key: Value): string =>
  typeof key === "string" ? key : key instanceof Uint ? String(key.value) : String(key);
