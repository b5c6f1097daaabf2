/** The order of lists in a strategic merge patch: what the client ordered comes so, what the server has stays where it fits. */
import type { JsonObject } from "../schema/decode.ts";
import { goPlain, goTypeName } from "./go-text.ts";
import { badPatch } from "./patch-error.ts";

/** The identity of an item: its merge key's value, or itself. */
function keyOf(item: unknown, key: string | undefined): unknown {
  return key === undefined ? item : (item as JsonObject | null)?.[key];
}

/** Where an item of the same identity stands, or -1. */
export const indexOf = (list: readonly unknown[], item: unknown, key: string | undefined): number =>
  list.findIndex((other) => keyOf(other, key) === keyOf(item, key));

/** Where the item with this key stands, or -1. Throws PatchError for what is no map. */
export function keyedIndex(list: readonly unknown[], key: string, value: unknown): number {
  return list.findIndex((item, i) => {
    if (typeof item !== "object" || item === null || Array.isArray(item))
      throw badPatch(`value for key ${i} is not a map`);
    return key in item && (item as JsonObject)[key] === value;
  });
}

/** Two lists of scalars as one, each value once. */
export const merged = (old: readonly unknown[], patch: readonly unknown[]): readonly unknown[] => [
  ...new Set([...old, ...patch]),
];

export const deleted = (old: readonly unknown[], gone: readonly unknown[]): readonly unknown[] =>
  old.filter((item) => !gone.includes(item));

/**
 * `items` in an order that keeps that of `wanted`, for those it names, and that of `live` for the others, which are put in
 * among the first where `live` has them. `key` tells items that are maps apart.
 */
export function ordered(
  items: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  key: string | undefined,
): readonly unknown[] {
  const [named, others]: [unknown[], unknown[]] = [[], []];
  if (key !== undefined) for (const item of [...items, ...wanted, ...live]) checkKey(item, key);
  for (const item of items) {
    const found = key === undefined ? wanted.includes(item) : keyedIndex(wanted, key, (item as JsonObject)[key]) >= 0;
    (found ? named : others).push(item);
  }
  return interleaved(sortedBy(others, live, key), sortedBy(named, wanted, key), live, key);
}

function checkKey(item: unknown, key: string): void {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    throw badPatch(`expected a map[string]interface {}, but received a ${goTypeName(item)}`);
  if (!(key in item)) throw badPatch(`map: ${goPlain(item)} does not contain declared merge key: ${key}`);
}

/** What the order does not name comes first. */
function sortedBy(items: readonly unknown[], order: readonly unknown[], key: string | undefined): readonly unknown[] {
  const place = new Map(items.map((item) => [item, indexOf(order, item, key)]));
  return items.toSorted((a, b) => (place.get(a) ?? -1) - (place.get(b) ?? -1));
}

function interleaved(
  left: readonly unknown[],
  right: readonly unknown[],
  live: readonly unknown[],
  key: string | undefined,
): readonly unknown[] {
  const out: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [x, y] = [indexOf(live, left[l], key), indexOf(live, right[r], key)];
    if (x >= 0 && y >= 0 && x < y) out.push(left[l++]);
    else out.push(right[r++]);
  }
  return [...out, ...left.slice(l), ...right.slice(r)];
}
