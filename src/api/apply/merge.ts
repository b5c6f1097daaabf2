/** Lays an applied configuration over a live object, and takes fields out of one; both leave their arguments as they are. */
import { isMap } from "../object.ts";
import type { ListType, MapType, StructType, Type } from "../schema/model.ts";
import { type FieldSet, isEmpty, isMember, noFields } from "./field-set.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import { fieldType, hasFields, structureOf } from "./structure.ts";

type Plain = { readonly [field: string]: unknown };

/**
 * `live` with all that `config` says. Nothing is taken away; items that both have stand in the order of `config`, those of
 * `live` alone where they were between them.
 */
export function merge(type: Type, live: unknown, config: unknown): unknown {
  if (config === undefined || live === config) return live;
  if (live === undefined) return config;
  const structure = structureOf(type, config === null ? live : config);
  switch (structure.is) {
    case "leaf":
      return config;
    case "object":
      if (!hasFields(live) && !hasFields(config)) return config;
      return mergeFields(structure.type, isMap(live) ? live : {}, isMap(config) ? config : {});
    case "list":
      if (!hasItems(live) && !hasItems(config)) return config;
      return mergeItems(structure.type, listed(live), listed(config));
  }
}

const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function mergeFields(type: StructType | MapType, live: Plain, config: Plain): Plain {
  const out: { [field: string]: unknown } = { ...live };
  for (const name in config) {
    const inner = fieldType(type, name);
    if (inner) define(out, name, merge(inner, live[name], config[name]));
  }
  return out;
}

/** A plain assignment to `__proto__` would set no field. */
function define(out: { [field: string]: unknown }, name: string, value: unknown): void {
  if (name !== "__proto__") out[name] = value;
  else Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Items of a list with their elements; what stands there twice has no one item to merge with. */
class Items {
  readonly elements: readonly string[];
  readonly #byElement = new Map<string, unknown>();

  constructor(type: ListType, items: readonly unknown[]) {
    this.elements = items.map((item) => itemElement(type, item));
    this.elements.forEach((element, i) => {
      this.#byElement.set(element, this.#byElement.has(element) ? null : items[i]);
    });
  }

  has(element: string): boolean {
    return this.#byElement.has(element);
  }

  at(element: string): unknown {
    return this.#byElement.get(element);
  }
}

function mergeItems(type: ListType, live: readonly unknown[], config: readonly unknown[]): readonly unknown[] {
  const [old, now] = [new Items(type, live), new Items(type, config)];
  const shared = now.elements.filter((element) => old.has(element));
  const out: unknown[] = [];
  const merged = new Set<string>();
  const take = (element: string): void => {
    merged.add(element);
    out.push(merge(type.of, old.at(element), now.at(element)));
  };
  let [l, c, s] = [0, 0, 0];
  while (l < live.length || c < config.length) {
    const mine = old.elements[l];
    const theirs = now.elements[c];
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs) {
        take(mine);
        l++;
        c++;
        s++;
        continue;
      }
      if (now.has(mine) && shared[s] !== undefined && shared[s] !== mine) {
        l++; // both have it, but it is not its turn
        continue;
      }
    }
    if (mine !== undefined) {
      if (!now.has(mine)) {
        out.push(live[l]);
        l++;
        continue;
      }
      if (merged.has(mine)) l++;
    }
    if (theirs !== undefined) {
      take(theirs);
      c++;
      if (shared[s] === theirs) s++;
    }
  }
  return out;
}

/** `value` without the members of `fields`. What loses all that was in it is null, as upstream leaves it. */
export function remove(type: Type, value: unknown, fields: FieldSet): unknown {
  if (isEmpty(fields)) return value;
  const structure = structureOf(type, value);
  switch (structure.is) {
    case "leaf":
      return type.kind === "scalar" ? value : null;
    case "object":
      return isMap(value) ? removeFields(structure.type, value, fields) : null;
    case "list":
      return Array.isArray(value) ? removeItems(structure.type, value, fields) : null;
  }
}

/** What lies below a node, as a set of its own. */
function belowOf(node: FieldSet | undefined): FieldSet {
  if (!node || !("." in node)) return node ?? noFields;
  const { ".": _, ...below } = node;
  return below;
}

function removeFields(type: StructType | MapType, value: Plain, fields: FieldSet): Plain | null {
  const out: { [field: string]: unknown } = {};
  for (const name in value) {
    const node = fields[fieldElement(name)];
    if (node && isMember(node)) continue;
    const inner = fieldType(type, name);
    define(out, name, node && inner ? remove(inner, value[name], belowOf(node)) : value[name]);
  }
  return hasFields(out) ? out : null;
}

function removeItems(type: ListType, value: readonly unknown[], fields: FieldSet): readonly unknown[] | null {
  const out: unknown[] = [];
  for (const item of value) {
    const node = fields[itemElement(type, item)];
    if (node && isMember(node)) continue;
    out.push(node ? remove(type.of, item, belowOf(node)) : item);
  }
  return out.length ? out : null;
}
