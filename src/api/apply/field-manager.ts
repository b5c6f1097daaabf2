/**
 * Who manages which field: the entries of `metadata.managedFields`, kept up on every write, and server-side apply on top
 * of them (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
 *
 * Nothing given in is changed. Entries that a write does not touch are passed on by reference, and so is their list.
 */
import { deepEqual, deepFreeze, type KubeObject, type ManagedFieldsEntry } from "../object.ts";
import { decode, emptyOf, type JsonObject } from "../schema/decode.ts";
import type { StructType } from "../schema/model.ts";
import { type Comparison, compare, filtered, touched, written } from "./compare.ts";
import { difference, type FieldSet, isEmpty, setOf, union } from "./field-set.ts";
import {
  capped,
  compareEntries,
  entryOf,
  fieldsOf,
  isReset,
  readEntries,
  sameOwner,
  withFields,
} from "./managed-entries.ts";
import { NoElement } from "./path-element.ts";
import type { WritableFields } from "./reset-fields.ts";
import { reconciled } from "./schema-change.ts";
import type { Convert } from "./versions.ts";

export interface WriteByManager {
  readonly schema: StructType;
  /** `apps/v1`: the version the write came in. */
  readonly apiVersion: string;
  /** At most 128 bytes. */
  readonly manager: string;
  /** Empty for the main resource. */
  readonly subresource: string;
  /** RFC 3339. */
  readonly time: string;
  /** What the path of the write may change at all. */
  readonly writable: WritableFields;
  /** Brings objects into the versions of other managers; without it there is but one version. */
  readonly convert?: Convert;
}

/** Fields that are nobody's. */
const systemFields = setOf(
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation"].map(inMetadata),
  ...["managedFields", "resourceVersion"].map(inMetadata),
);

function inMetadata(name: string): string[] {
  return ["f:metadata", `f:${name}`];
}

export const withoutSystemFields = (set: FieldSet): FieldSet => difference(set, systemFields);

const blanks = new WeakMap<StructType, JsonObject>();

/** An object of the schema in which nothing is set, as a new one is compared with; frozen and shared. */
export function blank(schema: StructType): JsonObject {
  const known = blanks.get(schema);
  if (known) return known;
  const made = deepFreeze(schema.read ? decode(schema, {}) : emptyOf(schema));
  blanks.set(schema, made);
  return made;
}

/**
 * The managed fields after a create or update by `write` has made `next` of `live`; undefined if there are none. Both are
 * in the version of the write. What `next` says of its own managed fields counts if it is valid, and an empty list there
 * ends the tracking until the next apply.
 */
export function recordUpdate(
  live: KubeObject | undefined,
  next: KubeObject,
  write: WriteByManager,
): ManagedFieldsEntry[] | undefined {
  try {
    const entries = reconciled(entriesBefore(live, next, write.subresource !== ""), write.schema);
    if (!entries.length && live) return undefined;
    const after = updated(entries, (live ?? blank(write.schema)) as JsonObject, next as JsonObject, write);
    return after.length ? (after as ManagedFieldsEntry[]) : undefined; // shared: whoever stores it freezes it
  } catch (error) {
    if (error instanceof NoElement) return undefined; // a list with nameless items: upstream gives up tracking as well
    throw error;
  }
}

const none: readonly ManagedFieldsEntry[] = [];

function entriesBefore(live: KubeObject | undefined, next: KubeObject, ofLive: boolean): readonly ManagedFieldsEntry[] {
  const [kept, given] = [live?.metadata.managedFields ?? none, next.metadata.managedFields];
  if (ofLive || !given || deepEqual(given, kept)) return kept;
  if (isReset(given)) return none;
  const read = readEntries(given);
  return read?.length ? read.sort(compareEntries) : kept;
}

/** The entries after `write` has made `after` of `before`, which need not have entries of their own. */
export function updated(
  entries: readonly ManagedFieldsEntry[],
  before: JsonObject,
  after: JsonObject,
  write: WriteByManager,
): readonly ManagedFieldsEntry[] {
  const changes = changesByVersion(before, after, write);
  const rest = takenFrom(entries, changes, undefined);
  const mine = withoutSystemFields(written(changes(write.apiVersion) as Comparison));
  if (isEmpty(mine)) return rest;
  const { apiVersion, subresource } = write;
  const who = { manager: write.manager || "unknown", operation: "Update", apiVersion, subresource };
  const previous = rest.find((entry) => sameOwner(entry, who));
  const entry = entryOf(who, previous ? union(fieldsOf(previous), mine) : mine, write.time);
  const others = previous ? rest.filter((other) => other !== previous) : rest;
  return capped([...others, entry]).toSorted(compareEntries);
}

/** What a write changes, as each version sees it; undefined for versions that are no more. */
export type ChangesByVersion = (apiVersion: string) => Comparison | undefined;

export function changesByVersion(before: JsonObject, after: JsonObject, write: WriteByManager): ChangesByVersion {
  const known = new Map<string, Comparison | undefined>();
  const find = (version: string): Comparison | undefined => {
    if (version === write.apiVersion) return filtered(compare(write.schema, before, after), write.writable);
    const [old, now] = [before, after].map((object) => write.convert?.(object, write.apiVersion, version));
    return old && now && filtered(compare(old.schema, old.object, now.object), write.writable);
  };
  return (version) => {
    if (!known.has(version)) known.set(version, find(version));
    return known.get(version);
  };
}

/** The entries without what a change took from them; `spared` keeps its own. */
export function takenFrom(
  entries: readonly ManagedFieldsEntry[],
  changes: ChangesByVersion,
  spared: ManagedFieldsEntry | undefined,
): readonly ManagedFieldsEntry[] {
  let out: ManagedFieldsEntry[] | undefined;
  entries.forEach((entry, i) => {
    const rest = entry === spared ? fieldsOf(entry) : restOf(entry, changes);
    if (rest === fieldsOf(entry) && !isEmpty(rest)) out?.push(entry);
    else {
      out ??= entries.slice(0, i);
      if (rest && !isEmpty(rest)) out.push(withFields(entry, rest));
    }
  });
  return out ?? entries;
}

function restOf(entry: ManagedFieldsEntry, changes: ChangesByVersion): FieldSet | undefined {
  const change = changes(entry.apiVersion ?? "");
  return change && difference(fieldsOf(entry), touched(change));
}
