/**
 * Sets of fields, in the very form in which `fieldsV1` holds them, so that nothing is decoded or encoded on the way: an
 * object whose keys are path elements and whose values are the sets below them. A node is itself a member of the set if it
 * holds `.` or nothing at all (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
 *
 * All operations are pure; results share the parts that did not change.
 */
import type { Type } from "../schema/model.ts";
import { compareElements, elementText, fieldName, readElement, sortElements } from "./path-element.ts";
import { childType } from "./structure.ts";

/** The root lists what is in it; `{}` is the empty set there, and a lone member everywhere below. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}
/** A set that is being made. */
export interface FieldNode {
  [element: string]: FieldSet;
}

/** A member with nothing below it. */
export const leaf: FieldSet = Object.freeze({});
export const noFields: FieldSet = leaf;

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether a node below the root is a member itself. */
export const isMember = (node: FieldSet): boolean => "." in node || isEmpty(node);

/** A node from its membership and what is below it; undefined if nothing is in it. */
export function nodeOf(member: boolean, below: FieldSet | undefined): FieldSet | undefined {
  if (!below || isEmpty(below)) return member ? leaf : undefined;
  return member ? { ".": leaf, ...below } : below;
}

export function setOf(...paths: readonly (readonly string[])[]): FieldSet {
  return paths.reduce<FieldSet>((set, path) => {
    const one = path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), leaf);
    return union(set, one);
  }, noFields);
}

/** What is in `a` or in `b`. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  let out: FieldNode | undefined;
  for (const element in b) {
    if (element === ".") continue;
    const [mine, theirs] = [a[element], b[element] as FieldSet];
    const both = mine ? unionNodes(mine, theirs) : theirs;
    if (both === mine) continue;
    out ??= { ...a };
    out[element] = both;
  }
  return out ?? a;
}

function unionNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const member = isMember(a) || isMember(b);
  if (isEmpty(a)) return isMember(b) ? b : { ".": leaf, ...b };
  const merged = union(a, b);
  return member && !isMember(merged) ? { ".": leaf, ...merged } : merged;
}

/** What is in `a` but not in `b`; a member whose parent alone is in `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, false);
}

/** `a` without the members of `b` and all that is below them. */
export function excluding(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, true);
}

function without(a: FieldSet, b: FieldSet, deep: boolean): FieldSet {
  let out: FieldNode | undefined;
  for (const element in b) {
    const [mine, theirs] = [a[element], b[element] as FieldSet];
    if (!mine || element === ".") continue;
    const rest = deep && isMember(theirs) ? undefined : nodeWithout(mine, theirs, deep);
    if (rest === mine) continue;
    out ??= { ...a };
    if (rest) out[element] = rest;
    else delete out[element];
  }
  return out ?? a;
}

function nodeWithout(a: FieldSet, b: FieldSet, deep: boolean): FieldSet | undefined {
  const was = isMember(a);
  const member = was && !isMember(b);
  if (isEmpty(a)) return member ? a : undefined;
  const rest = without(a, b, deep);
  if (member === was) {
    for (const element in rest) if (element !== ".") return rest;
    return member ? leaf : undefined;
  }
  const { ".": _, ...below } = rest;
  return isEmpty(below) ? undefined : below;
}

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldNode = {};
  for (const element in a) {
    const [mine, theirs] = [a[element] as FieldSet, b[element]];
    if (!theirs || element === ".") continue;
    const node = nodeOf(isMember(mine) && isMember(theirs), intersection(mine, theirs));
    if (node) out[element] = node;
  }
  return out;
}

/** `set` with the fields of structs on the way to its members as members too; keys of maps and items of lists are not. */
export function withNamedFields(set: FieldSet, type: Type | undefined): FieldSet {
  const out: FieldNode = {};
  for (const element in set) {
    if (element === ".") continue;
    const node = set[element] as FieldSet;
    const name = fieldName(element);
    const named = name !== undefined && type?.kind === "struct" && type.byName.has(name);
    const below = isEmpty(node) ? undefined : withNamedFields(node, type && childType(type, element));
    out[element] = nodeOf(named || isMember(node), below) ?? leaf;
  }
  return out;
}

/** Every member's path as errors show it: those of one level first, then what is below each. */
export function paths(set: FieldSet, before = ""): string[] {
  const elements = sortElements(Object.keys(set).filter((element) => element !== "."));
  const members = elements.filter((e) => isMember(set[e] as FieldSet)).map((e) => before + elementText(e));
  return [...members, ...elements.flatMap((e) => paths(set[e] as FieldSet, before + elementText(e)))];
}

/** The set with its elements in the order in which upstream writes them; the same set if they are. */
export function ordered(set: FieldSet): FieldSet {
  let changed: FieldNode | undefined;
  let sorted = true;
  let last = "";
  for (const element in set) {
    if (last && sorted && compareElements(last, element) > 0) sorted = false;
    last = element;
    const node = set[element] as FieldSet;
    const below = ordered(node);
    if (below === node) continue;
    changed ??= { ...set };
    changed[element] = below;
  }
  if (sorted) return changed ?? set;
  const from = changed ?? set;
  const out: FieldNode = {};
  for (const element of sortElements(Object.keys(set))) out[element] = from[element] as FieldSet;
  return out;
}

/** `fieldsV1` as a client wrote it, as a set; undefined if it is none. */
export function readFieldSet(given: unknown): FieldSet | undefined {
  if (given === undefined || given === null) return noFields;
  if (typeof given !== "object" || Array.isArray(given)) return undefined;
  const out: FieldNode = {};
  for (const [text, below] of Object.entries(given)) {
    const element = text === "." ? text : readElement(text);
    const node = readFieldSet(below);
    if (element === undefined || !node) return undefined;
    if (element) out[element] = node;
  }
  return out;
}
