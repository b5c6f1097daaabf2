/**
 * Values of expressions. Plain ones are JavaScript's own: null, booleans, bigints for int, numbers for double, strings
 * (well-formed; their sizes count code points) and byte arrays; all others are classes.
 */
import type { Duration } from "./duration.ts";
import type { ListValue } from "./list.ts";
import type { MapValue } from "./map.ts";
import type { Opaque } from "./opaque.ts";
import type { Optional } from "./optional.ts";
import type { Timestamp } from "./timestamp.ts";
import type { TypeValue } from "./type-value.ts";
import type { Uint } from "./uint.ts";

export type Value =
  | null
  | boolean
  | bigint
  | Uint
  | number
  | string
  | Uint8Array
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | TypeValue
  | Optional
  | Opaque;
