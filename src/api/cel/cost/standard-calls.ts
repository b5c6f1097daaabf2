/** What calls of the language's own functions cost, before they run and as they run. What is not here costs one. */

import { sizeOf } from "../values/describe.ts";
import type { Value } from "../values/value.ts";
import { type Bounds, charges, one, plus, scaled, times } from "./bounds.ts";
import type { CallEstimate, EstimatedCall } from "./estimate.ts";

const comparisons = new Set([
  ...["less", "greater", "less_equals", "greater_equals"].flatMap((name) => [`${name}_string`, `${name}_bytes`]),
  "equals",
  "not_equals",
]);

const reading = (size: Bounds): Bounds => scaled(size, charges.text);

export function estimateStandardCall({ overload, target, args, sizeOf }: EstimatedCall): CallEstimate | undefined {
  const [first, second] = args;
  if (comparisons.has(overload) && first && second) {
    const most = Math.min(sizeOf(first).max, sizeOf(second).max);
    return { cost: reading({ min: most > 0 ? 1 : 0, max: most }) };
  }
  switch (overload) {
    case "string_format":
      return target && { cost: reading(sizeOf(target)) };
    case "string_to_bytes": {
      if (!first) return undefined;
      const size = sizeOf(first);
      return { cost: reading(size), size: { min: size.min, max: size.max * 4 } };
    }
    case "bytes_to_string": {
      if (!first) return undefined;
      const size = sizeOf(first);
      return { cost: reading(size), size: { min: Math.floor(size.min / 4), max: size.max } };
    }
    case "strings_quote": {
      if (!first) return undefined;
      const size = sizeOf(first);
      return { cost: reading(size), size: { min: size.min + 2, max: size.max * 2 + 2 } };
    }
    case "starts_with_string":
    case "ends_with_string":
      return first && { cost: reading(sizeOf(first)) };
    case "in_list":
      return second && { cost: sizeOf(second) };
    case "matches_string":
      if (!target || !first) return undefined;
      return { cost: times(reading(plus(sizeOf(target), one)), scaled(sizeOf(first), charges.regex)) };
    case "contains_string":
      return target && first && { cost: times(reading(sizeOf(target)), reading(sizeOf(first))) };
    case "add_string":
    case "add_bytes":
    case "add_list": {
      if (!first || !second) return undefined;
      const size = plus(sizeOf(first), sizeOf(second));
      return { cost: overload === "add_list" ? one : reading(size), size };
    }
    default:
      return undefined;
  }
}

const read = (size: number): number => Math.ceil(size * charges.text);

/** What a call did cost; undefined for one. */
export function standardCost(overload: string, args: readonly Value[]): number | undefined {
  const size = (i: number): number => sizeOf(args[i] as Value);
  if (comparisons.has(overload)) return read(Math.min(size(0), size(1)));
  switch (overload) {
    case "starts_with_string":
    case "ends_with_string":
    case "string_to_bytes":
    case "bytes_to_string":
    case "strings_quote":
    case "string_format":
      return read(size(0));
    case "in_list":
      return size(1);
    case "add_string":
    case "add_bytes":
      return read(size(0) + size(1));
    case "matches_string":
      return read(1 + size(0)) * Math.ceil(size(1) * charges.regex);
    case "contains_string":
      return read(size(0)) * read(size(1));
    default:
      return undefined;
  }
}
