/**
 * What differs between two forms of an object, as sets of fields. Values that are the same by reference are not looked
 * into, so a status written over an unchanged spec costs what the status costs.
 */
import { deepEqual, isMap } from "../object.ts";
import type { ListType, MapType, StructType, Type } from "../schema/model.ts";
import { rawType } from "../schema/notation.ts";
import { type FieldNode, type FieldSet, leaf, nodeOf, noFields, union } from "./field-set.ts";
import { fieldElement, itemElement } from "./path-element.ts";
import type { WritableFields } from "./reset-fields.ts";
import { fieldType, hasFields, structureOf } from "./structure.ts";

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Whether a set below some place, or the place itself, was added, modified or removed. */
type Changes = { -readonly [K in keyof Comparison]?: FieldSet | undefined };
const kinds = ["added", "modified", "removed"] as const;
const modifiedLeaf: Changes = { modified: leaf };

/** Both are of `type`; undefined stands for nothing at all. Lists may hold items of one key twice. */
export function compare(type: StructType, before: unknown, after: unknown): Comparison {
  const changes = compareValues(type, before, after);
  return {
    added: changes?.added ?? noFields,
    modified: changes?.modified ?? noFields,
    removed: changes?.removed ?? noFields,
  };
}

/** The comparison of what may be written. */
export function filtered({ added, modified, removed }: Comparison, writable: WritableFields): Comparison {
  return { added: writable(added), modified: writable(modified), removed: writable(removed) };
}

/** What the new form has that is new or other. */
export const written = ({ added, modified }: Comparison): FieldSet => union(modified, added);
export const touched = (comparison: Comparison): FieldSet => union(written(comparison), comparison.removed);

function compareValues(type: Type, before: unknown, after: unknown): Changes | undefined {
  if (before === after) return undefined;
  if (type === rawType) return compareRaw(before, after);
  if (before === undefined) return { added: wholeOf(type, after) };
  if (after === undefined) return { removed: wholeOf(type, before) };
  const structure = structureOf(type, after === null ? before : after);
  if (type.kind === "any" && structureOf(type, before).is !== structureOf(type, after).is) {
    if (before !== null && after !== null) return changedForm(type, before, after);
  }
  switch (structure.is) {
    case "leaf":
      return deepEqual(before, after) ? undefined : modifiedLeaf;
    case "object":
      if (!hasFields(before) && !hasFields(after)) return deepEqual(before, after) ? undefined : modifiedLeaf;
      return compareFields(structure.type, before, after);
    case "list":
      if (deepEqual(before, after)) return undefined; // cheaper than to name all items, and mostly so
      if (!hasItems(before) && !hasItems(after)) return modifiedLeaf;
      return compareItems(structure.type, listed(before), listed(after));
  }
}

/** What Go holds as bytes is one field, whatever is in it. */
function compareRaw(before: unknown, after: unknown): Changes | undefined {
  if (before === undefined) return { added: leaf };
  if (after === undefined) return { removed: leaf };
  return deepEqual(before, after) ? undefined : modifiedLeaf;
}

const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A value without a type of its own was an object and is none now, or the other way round. */
function changedForm(type: Type, before: unknown, after: unknown): Changes {
  const { ".": _was, ...removed } = isMap(before) ? wholeOf(type, before) : noFields;
  const { ".": _is, ...added } = isMap(after) ? wholeOf(type, after) : noFields;
  return { modified: leaf, removed: nodeOf(false, removed), added: nodeOf(false, added) };
}

class Gathered {
  readonly changes: Changes = {};
  readonly #nodes: { -readonly [K in keyof Comparison]?: FieldNode } = {};
  any = false;

  put(element: string, found: Changes | undefined): void {
    if (!found) return;
    for (const kind of kinds) {
      const node = found[kind];
      if (!node) continue;
      const into = this.#nodes[kind];
      if (into) into[element] = node;
      else this.changes[kind] = this.#nodes[kind] = { [element]: node };
      this.any = true;
    }
  }

  get found(): Changes | undefined {
    return this.any ? this.changes : undefined;
  }
}

function compareFields(type: StructType | MapType, before: unknown, after: unknown): Changes | undefined {
  const [old, now] = [isMap(before) ? before : {}, isMap(after) ? after : {}];
  const gathered = new Gathered();
  for (const name in now) {
    if (old[name] === now[name]) continue;
    const inner = fieldType(type, name);
    if (inner) gathered.put(fieldElement(name), compareValues(inner, old[name], now[name]));
  }
  for (const name in old) {
    if (now[name] !== undefined || old[name] === undefined) continue;
    const inner = fieldType(type, name);
    if (inner) gathered.put(fieldElement(name), { removed: wholeOf(inner, old[name]) });
  }
  return gathered.found;
}

function compareItems(type: ListType, before: readonly unknown[], after: readonly unknown[]): Changes | undefined {
  const [old, now] = [itemsByElement(type, before), itemsByElement(type, after)];
  const gathered = new Gathered();
  for (const [element, items] of now) gathered.put(element, compareItem(type, old.get(element) ?? [], items));
  for (const [element, items] of old) {
    if (!now.has(element)) gathered.put(element, compareItem(type, items, []));
  }
  return gathered.found;
}

/** Items of one key: mostly one on each side; several are one leaf, whatever is in them. */
function compareItem(type: ListType, before: readonly unknown[], after: readonly unknown[]): Changes | undefined {
  if (before.length <= 1 && after.length <= 1) return compareValues(type.of, before[0], after[0]);
  if (before.length > 1 && after.length > 1) return deepEqual(before, after) ? undefined : modifiedLeaf;
  if (before.length > 1) {
    return { removed: leaf, added: after.length ? wholeOf(type.of, after[0]) : undefined };
  }
  return { added: leaf, removed: before.length ? wholeOf(type.of, before[0]) : undefined };
}

function itemsByElement(type: ListType, items: readonly unknown[]): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(type, item);
    const same = found.get(element);
    if (same) same.push(item);
    else found.set(element, [item]);
  }
  return found;
}

/** A value and all that is in it, as the node of its place. */
export function wholeOf(type: Type, value: unknown): FieldSet {
  if (type === rawType) return leaf;
  const structure = structureOf(type, value);
  if (structure.is === "object" && hasFields(value)) return addFields({ ".": leaf }, structure.type, value);
  if (structure.is === "list" && hasItems(value)) return addItems({ ".": leaf }, structure.type, listed(value));
  return leaf;
}

function addFields(node: FieldNode, type: StructType | MapType, value: unknown): FieldNode {
  const fields = value as { readonly [field: string]: unknown };
  for (const name in fields) {
    const given = fields[name];
    const inner = given === undefined ? undefined : fieldType(type, name);
    if (inner) node[fieldElement(name)] = wholeOf(inner, given);
  }
  return node;
}

function addItems(node: FieldNode, type: ListType, items: readonly unknown[]): FieldNode {
  for (const item of items) {
    const element = itemElement(type, item);
    node[element] = node[element] ? leaf : wholeOf(type.of, item); // several of one key are one leaf
  }
  return node;
}
