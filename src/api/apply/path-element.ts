/**
 * One step of a path into an object, in the form that `fieldsV1` writes it: `f:name` for a field or key of a map,
 * `k:{"name":"x"}` for an item of a list by its keys, `v:1` for an item of a set, `i:0` for a place in a list.
 */

import { zero } from "../schema/decode.ts";
import { parseJson } from "../schema/json-text.ts";
import type { ListType, Type } from "../schema/model.ts";

/** Names come again and again, and their elements are keys of sets: each is made once. */
const ofNames = new Map<string, string>();
const mostNames = 5000;

export function fieldElement(name: string): string {
  let element = ofNames.get(name);
  if (element) return element;
  element = `f:${name}`;
  if (ofNames.size >= mostNames) ofNames.clear();
  ofNames.set(name, element);
  return element;
}

/** The name behind `f:`, if it is a field. */
export const fieldName = (element: string): string | undefined =>
  element.startsWith("f:") ? element.slice(2) : undefined;

/** A list's item cannot be told apart from others; the text says why. */
export class NoElement extends Error {
  override readonly name = "NoElement";
}

/** Go's encoding/json escapes these in what it writes. */
const special = /[<>&\u2028\u2029]/;
const escaped = (json: string): string =>
  special.test(json)
    ? json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;

/** What names an item of a `map` or `set` list. Throws NoElement. */
export function itemElement(list: ListType, item: unknown): string {
  return list.topology === "map" ? keyElement(list, item) : valueElement(item);
}

function keyElement(list: ListType, item: unknown): string {
  if (item === null || item === undefined)
    throw new NoElement("associative list with keys may not have a null element");
  if (typeof item !== "object" || Array.isArray(item))
    throw new NoElement("associative list with keys may not have non-map elements");
  let parts = "";
  for (const key of sortedKeys(list)) {
    const given = (item as { [key: string]: unknown })[key];
    const value = given === undefined ? defaultOf(list.of, key) : given;
    if (value !== undefined) parts += `${parts && ","}${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  if (!parts && list.keys.length) {
    const names = list.keys.map((k) => JSON.stringify(k)).join(" ");
    throw new NoElement(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return `k:${escaped(`{${parts}}`)}`;
}

const sorted = new WeakMap<ListType, readonly string[]>();
function sortedKeys(list: ListType): readonly string[] {
  if (list.keys.length < 2) return list.keys;
  const known = sorted.get(list);
  if (known) return known;
  const keys = list.keys.toSorted();
  sorted.set(list, keys);
  return keys;
}

/** Fields that are always written stand for their zero value where they are missing, as upstream's schemas say. */
function defaultOf(item: Type, key: string): unknown {
  const field = item.kind === "struct" ? item.byName.get(key) : undefined;
  if (!field) return undefined;
  return field.default ?? (field.always && !field.pointer ? zero(field) : undefined);
}

function valueElement(item: unknown): string {
  if (item === null || item === undefined)
    throw new NoElement("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new NoElement("not supported: associative list with lists as elements");
  if (typeof item === "object") throw new NoElement("associative list without keys has an element that's a map type");
  return `v:${JSON.stringify(item)}`;
}

/** A step as errors show it: `.spec`, `[name="x"]`, `[="x"]`, `[0]`. */
export function elementText(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case "f":
      return `.${rest}`;
    case "k":
      return `[${Object.entries(JSON.parse(rest) as object)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(",")}]`;
    case "v":
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

/**
 * An element that a client wrote, in the form that this file gives it; undefined if it is none. Elements of kinds unknown
 * are as good as absent: `""`.
 */
export function readElement(text: string): string | undefined {
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  const rest = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case "f":
      return text;
    case "i":
      return /^[+-]?\d+$/.test(rest) ? `i:${Number(rest)}` : undefined;
    case "v":
    case "k":
      return readJsonElement(text[0] as "k" | "v", rest);
    default:
      return "";
  }
}

function readJsonElement(kind: "k" | "v", text: string): string | undefined {
  try {
    const value = parseJson(text);
    if (kind === "v") return `v:${JSON.stringify(value)}`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `k:${escaped(JSON.stringify(Object.fromEntries(entries)))}`;
  } catch {
    return undefined;
  }
}

const ranks = ".fkvi";

/** A key of one field that holds plain text: the commonest, and in order as it is written. */
const isTextKey = /^k:\{"\w+":"[#-~]*"\}$/;

const isText = (element: string): boolean => element[0] === "f" || element === "." || isTextKey.test(element);

/** Puts elements in their order. Most sets hold names alone, whose order is that of their text. */
export const sortElements = (elements: string[]): string[] =>
  elements.every(isText) ? elements.sort() : elements.sort(compareElements);

/** The order in which sets list their elements: `.` first, fields by name, then items by key, value and place. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  if (a[0] !== b[0]) return ranks.indexOf(a[0] ?? "") - ranks.indexOf(b[0] ?? "");
  if (a[0] === "f" || (isTextKey.test(a) && isTextKey.test(b))) return a < b ? -1 : 1;
  const [x, y] = [JSON.parse(a.slice(2)), JSON.parse(b.slice(2))] as [unknown, unknown];
  if (a[0] !== "k") return compareScalars(x, y);
  const [left, right] = [Object.entries(x as object), Object.entries(y as object)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [p = ["", ""], q = ["", ""]] = [left[i], right[i]];
    const order = p[0] === q[0] ? compareScalars(p[1], q[1]) : p[0] < q[0] ? -1 : 1;
    if (order) return order;
  }
  return left.length - right.length;
}

/** Numbers, then text, then truth values. */
function compareScalars(a: unknown, b: unknown): number {
  const rank = (v: unknown): number => ["number", "string", "boolean"].indexOf(typeof v);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [x, y] = [a as string | number, b as string | number];
  return x === y ? 0 : x < y ? -1 : 1;
}
