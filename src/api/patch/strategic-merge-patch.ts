/**
 * Strategic merge patch: lists merge by the keys that the API's types declare
 * (https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md).
 * Order of precedence in a merged list: `$setElementOrder`, the patch, the live list.
 */
import type { JsonObject } from "../schema/decode.ts";
import type { Field, StructType, Type } from "../schema/model.ts";
import { anyType } from "../schema/notation.ts";
import { goPlain, goTypeName } from "./go-text.ts";
import { badPatch, PatchError } from "./patch-error.ts";
import { deleted, indexOf, keyedIndex, merged, ordered } from "./strategic-list.ts";

const directive = "$patch";
const retainKeys = "$retainKeys";
const deletionPrefix = "$deleteFromPrimitiveList";
const orderPrefix = "$setElementOrder";

/** The patched document; neither argument is changed, and the result shares parts with both. Throws PatchError. */
export function strategicMergePatch(before: JsonObject, patch: JsonObject, schema: StructType): JsonObject {
  return mergeMaps(before, patch, schema);
}

const isMap = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

interface Place {
  readonly type: Type;
  readonly patch: Field["patch"];
}

function placeOf(type: Type, key: string): Place {
  if (type.kind === "struct") {
    const field = type.byName.get(key);
    return { type: field?.type ?? anyType, patch: field?.patch };
  }
  return { type: type.kind === "map" ? type.of : anyType, patch: undefined };
}

const itemType = (type: Type): Type => (type.kind === "list" ? type.of : anyType);

function mergeMaps(before: JsonObject | undefined, patch: JsonObject, type: Type): JsonObject {
  if (directive in patch) return directed(patch);
  const out: JsonObject = { ...before };
  const { [retainKeys]: retained, ...rest } = patch;
  if (retained !== undefined) retain(out, rest, retained);
  mergeOrderedLists(out, rest, type);
  for (const given in rest) {
    const deleting = given.startsWith(deletionPrefix);
    const key = deleting ? keyAfter(given, deletionPrefix, "invalid patch format of primitive list") : given;
    mergeKey(out, key, rest[given], deleting, placeOf(type, key));
  }
  return out;
}

function directed(patch: JsonObject): JsonObject {
  const { [directive]: what, ...rest } = patch;
  if (what === "replace") return rest;
  if (what === "delete") return {};
  throw badPatch(`unknown patch type: ${goPlain(what)} in map: ${goPlain(patch)}`);
}

function keyAfter(given: string, prefix: string, fault: string): string {
  const slash = given.indexOf("/");
  if (slash < 0 || given.slice(0, slash) !== prefix) throw badPatch(fault);
  return given.slice(slash + 1);
}

/** Keeps only the keys that are listed; all that the patch sets must be among them. */
function retain(out: JsonObject, patch: JsonObject, retained: unknown): void {
  const fault = "invalid patch format of retainKeys";
  if (!Array.isArray(retained)) throw badPatch(fault);
  for (const key in patch) {
    const quiet = patch[key] === null || key.startsWith(deletionPrefix) || key.startsWith(orderPrefix);
    if (!quiet && !retained.includes(key)) throw badPatch(fault);
  }
  for (const key in out) if (!retained.includes(key)) delete out[key];
}

function mergeKey(out: JsonObject, key: string, value: unknown, deleting: boolean, place: Place): void {
  if (value === null) {
    delete out[key];
    return;
  }
  const old = out[key];
  const bothMaps = isMap(old) && isMap(value);
  const bothLists = Array.isArray(old) && Array.isArray(value);
  if (bothMaps) set(out, key, place.patch?.replace ? value : mergeMaps(old, value, place.type));
  else if (bothLists) out[key] = mergeLists(old, value, place, deleting);
  else if (!deleting) {
    const made = withoutDirectives(old === undefined || !sameKind(old, value) ? withoutNulls(value) : value);
    if (made === undefined) delete out[key];
    else set(out, key, made);
  }
}

function set(out: JsonObject, key: string, value: unknown): void {
  if (key !== "__proto__") out[key] = value;
  else Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
}

const sameKind = (a: unknown, b: unknown): boolean => typeof a === typeof b;

/** A list laid over another: merged if its field says so, else put in its place. */
function mergeLists(
  old: readonly unknown[],
  patch: readonly unknown[],
  { type, patch: how }: Place,
  deleting: boolean,
): readonly unknown[] {
  if (!how?.merge && !deleting) return patch;
  if (!old.length && !patch.length) return old;
  const key = how?.mergeKey;
  if (elementKind([old, patch]) !== "map") {
    if (deleting) return deleted(old, patch);
    return ordered(merged(old, patch), patch, old, undefined);
  }
  if (!key) throw badPatch("cannot merge lists without merge key for struct");
  const { kept, wanted } = special(old, patch, key);
  return ordered(mergeItems(kept, wanted, key, itemType(type)), wanted, kept, key);
}

/** All items of lists must be of one kind. */
function elementKind(lists: readonly (readonly unknown[])[]): "map" | "scalar" {
  let first: string | undefined;
  for (const item of lists.flat()) {
    if (Array.isArray(item) && first === undefined) {
      throw new PatchError("Invalid", 422, "the server rejected our request due to an error in our request");
    }
    first ??= goTypeName(item);
    if (goTypeName(item) !== first) throw badPatch(`list element types are not identical: ${goPlain(lists)}`);
  }
  if (first === undefined) throw badPatch("no elements in any of the given slices");
  return first.startsWith("map") ? "map" : "scalar";
}

const noKey = (item: JsonObject, key: string): PatchError =>
  badPatch(`map: ${goPlain(item)} does not contain declared merge key: ${key}`);

/** Carries out the items that say what to do (`$patch: delete`, `$patch: replace`), and leaves the others. */
function special(
  old: readonly unknown[],
  patch: readonly unknown[],
  key: string,
): { kept: readonly unknown[]; wanted: readonly unknown[] } {
  let kept = old;
  let replace = false;
  const wanted: unknown[] = [];
  for (const item of patch as readonly JsonObject[]) {
    const what = item[directive];
    if (!(directive in item)) wanted.push(item);
    else if (what === "replace") replace = true;
    else if (what === "delete") {
      if (!(key in item)) throw noKey(item, key);
      kept = kept.filter((have) => !isMap(have) || !(key in have) || have[key] !== item[key]);
    } else if (what === "merge") throw badPatch("merging lists cannot yet be specified in the patch");
    else throw badPatch(`unknown patch type: ${goPlain(what)} in map: ${goPlain(item)}`);
  }
  return replace ? { kept: wanted, wanted: [] } : { kept, wanted };
}

function mergeItems(kept: readonly unknown[], wanted: readonly unknown[], key: string, type: Type): readonly unknown[] {
  const out = [...kept];
  for (const item of wanted as readonly JsonObject[]) {
    if (!(key in item)) throw noKey(item, key);
    const at = keyedIndex(out, key, item[key]);
    if (at < 0) out.push(item);
    else out[at] = mergeMaps(out[at] as JsonObject, item, type);
  }
  return out;
}

/** Lists that come with an order of their own (`$setElementOrder/…`); they are done with afterwards. */
function mergeOrderedLists(out: JsonObject, patch: JsonObject, type: Type): void {
  for (const given of Object.keys(patch)) {
    if (!given.startsWith(orderPrefix)) continue;
    const order = asList(patch[given]);
    delete patch[given];
    const key = keyAfter(given, orderPrefix, "invalid patch format of setElementOrder list");
    const [old, wanted] = [out[key], patch[key]].map((list) => (list === undefined ? undefined : asList(list)));
    const place = placeOf(type, key);
    const mergeKey = place.patch?.mergeKey;
    checkOrder(wanted ?? [], order, mergeKey);
    if (!old && !wanted) continue;
    const all = !wanted ? old : !old ? withoutDirectives(wanted) : mergeLists(old, wanted, place, false);
    elementKind([old ?? [], wanted ?? []]);
    out[key] = ordered(all as readonly unknown[], order, old ?? [], mergeKey);
    delete patch[key];
  }
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw badPatch(`expected a []interface {}, but received a ${goTypeName(value)}`);
  return value;
}

/** What the patch sets must stand in its order list too, one after the other. */
function checkOrder(wanted: readonly unknown[], order: readonly unknown[], key: string | undefined): void {
  if (!order.length || !wanted.length) return;
  const items = key ? wanted.filter((item) => asMap(item)[directive] !== "delete") : wanted;
  let [i, o] = [0, 0];
  while (i < items.length && o < order.length) {
    const item = items[i];
    if (isMap(item) && directive in item) i++;
    else {
      if (sameItem(item, order[o], key)) i++;
      o++;
    }
  }
  if (i >= items.length) return;
  throw badPatch(
    `The order in patch list:\n${goPlain(wanted)}\n doesn't match ${orderPrefix} list:\n${goPlain(order)}\n`,
  );
}

function asMap(value: unknown): JsonObject {
  if (!isMap(value)) throw badPatch(`expected a map[string]interface {}, but received a ${goTypeName(value)}`);
  return value;
}

function sameItem(a: unknown, b: unknown, key: string | undefined): boolean {
  if (!key) return a === b;
  const [x, y] = [asMap(a), asMap(b)];
  if (!(key in x)) throw noKey(x, key);
  if (!(key in y)) throw noKey(y, key);
  return indexOf([y], x, key) === 0;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === null ? null : withoutNulls(item)));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

/** What becomes of a value that has nothing to merge with; undefined if it is itself a directive. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (directive in value) return undefined;
  const kept = Object.entries(value).map(([key, item]) => [key, withoutDirectives(item)] as const);
  return Object.fromEntries(kept.filter(([, item]) => item !== undefined));
}
