/** What calls of the extension libraries cost (sets, lists): cel-go gives theirs by overload. */

import { sizeOf } from "../values/describe.ts";
import { isList } from "../values/list.ts";
import type { Value } from "../values/value.ts";
import { type Bounds, charges, exactly, one, plus, scaled, sum, times, unbounded } from "./bounds.ts";
import type { CallEstimate, EstimatedCall, Part } from "./estimate.ts";

const setFactors: Readonly<Record<string, number>> = {
  list_sets_contains_list: 1,
  list_sets_intersects_list: 1,
  list_sets_equivalent_list: 2,
};

/** The value of a literal index. */
function literalInt(part: Part | undefined, otherwise: number): number {
  const node = part?.node;
  if (node?.kind !== "literal" || typeof node.value !== "bigint") return otherwise;
  return node.value < 0n ? 0 : Number(node.value);
}

/** An end before the start is a mistake that upstream counts as endless. */
const between = (start: number, end: number): number => (end < start ? unbounded : end - start);

const allocating = (factor: number, size: Bounds): CallEstimate => ({
  cost: sum([scaled(size, factor), one, exactly(charges.list)]),
  size,
});

const sorting = /^list_(\w+)_(sort|sortByAssociatedKeys)$/;
const isText = (type: string): boolean => type === "string" || type === "bytes";

export function estimateExtensionCall({ overload, target, args, sizeOf }: EstimatedCall): CallEstimate | undefined {
  const [first, second] = args;
  const factor = Object.hasOwn(setFactors, overload) ? setFactors[overload] : undefined;
  if (factor !== undefined && first && second) {
    return { cost: plus(scaled(times(sizeOf(first), sizeOf(second)), factor), one) };
  }
  const sorted = sorting.exec(overload);
  if (sorted) {
    const keys = sorted[2] === "sort" ? target : first;
    const size = keys ? sizeOf(keys) : undefined;
    return size && allocating(2 + (isText(sorted[1] ?? "") ? charges.text : 0), times(size, size));
  }
  switch (overload) {
    case "list_slice":
      if (!target) return undefined;
      return allocating(1, exactly(between(literalInt(first, 0), literalInt(second, sizeOf(target).max))));
    case "lists_range":
      return allocating(1, exactly(literalInt(first, unbounded)));
    case "list_reverse":
      return target && allocating(1, sizeOf(target));
    case "list_flatten":
    case "list_flatten_int":
      return target && allocating(first ? literalInt(first, unbounded) : 1, sizeOf(target));
    case "list_distinct": {
      if (!target) return undefined;
      const size = sizeOf(target);
      return allocating(2, times(size, size));
    }
    default:
      return undefined;
  }
}

const allocated = (factor: number, size: number): number => Math.floor(size * factor) + 1 + charges.list;

function compared(list: Value): number {
  if (!isList(list) || list.length === 0) return allocated(2, 0);
  const first = list.at(0);
  const factor = 2 + (typeof first === "string" || first instanceof Uint8Array ? charges.text : 0);
  return allocated(factor, list.length ** 2);
}

export function extensionCost(overload: string, args: readonly Value[], result: Value): number | undefined {
  const [first = null, second = null] = args;
  const factor = Object.hasOwn(setFactors, overload) ? setFactors[overload] : undefined;
  if (factor !== undefined) return 1 + Math.floor(sizeOf(first) * sizeOf(second) * factor);
  const sorted = sorting.exec(overload);
  if (sorted) return compared(sorted[2] === "sort" ? first : second);
  switch (overload) {
    case "list_slice":
    case "lists_range":
    case "list_reverse":
      return allocated(1, sizeOf(result));
    case "list_flatten":
    case "list_flatten_int":
      return allocated(args.length > 1 ? Number(second) : 1, sizeOf(first));
    case "list_distinct":
      return compared(first);
    default:
      return undefined;
  }
}
