/**
 * The entries of `metadata.managedFields` as they are kept: read with doubt where a client wrote them, identified, sorted,
 * and bounded in number. Entries that do not change are passed on as they are.
 */
import { deepFreeze, type ManagedFieldsEntry } from "../object.ts";
import { type FieldSet, ordered, readFieldSet, union } from "./field-set.ts";

/** So many entries of updates are kept apart; the oldest beyond them share one. */
const mostUpdaters = 10;
const ancient = "ancient-changes";

export const fieldsOf = (entry: ManagedFieldsEntry): FieldSet => (entry.fieldsV1 ?? {}) as FieldSet;

export const isApplied = (entry: ManagedFieldsEntry): boolean => entry.operation === "Apply";

/** Who the entry belongs to, as text; an applier is the same in every version. */
export function identityOf({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  return JSON.stringify({
    ...(manager && { manager }),
    operation,
    ...(operation !== "Apply" && { apiVersion }),
    ...(subresource && { subresource }),
  });
}

type Owner = Pick<ManagedFieldsEntry, "manager" | "operation" | "apiVersion" | "subresource">;

/** Whether two entries belong to the same; what `identityOf` says, without the text. */
export const sameOwner = (a: Owner, b: Owner): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  (a.subresource || "") === (b.subresource || "") &&
  (a.operation === "Apply" || a.apiVersion === b.apiVersion);

export function entryOf(who: Owner, fields: FieldSet, time: string | undefined): ManagedFieldsEntry {
  const entry: ManagedFieldsEntry = {};
  if (who.manager) entry.manager = who.manager;
  entry.operation = who.operation;
  entry.apiVersion = who.apiVersion;
  if (time) entry.time = time;
  entry.fieldsType = "FieldsV1";
  entry.fieldsV1 = kept(fields);
  if (who.subresource) entry.subresource = who.subresource;
  return entry;
}

export const withFields = (entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry => ({
  ...entry,
  fieldsV1: kept(fields),
});

/** Sets of late, by their text: objects of one template have the same, and share it. Frozen, as all that is shared. */
const shared = new Map<string, FieldSet>();
const mostShared = 500;
const longestShared = 8192;

/** The set in the form in which it is kept. */
function kept(fields: FieldSet): FieldSet {
  const set = ordered(fields);
  const text = JSON.stringify(set);
  if (text.length > longestShared) return set;
  const known = shared.get(text);
  if (known) return known;
  if (shared.size >= mostShared) shared.clear();
  shared.set(text, deepFreeze(set));
  return set;
}

/** Entries as a client wrote them, in the form of this server; undefined if any of them is not valid. */
export function readEntries(given: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] | undefined {
  const byIdentity = new Map<string, ManagedFieldsEntry>();
  for (const entry of given) {
    const { operation, apiVersion, fieldsType, fieldsV1, time } = entry;
    if ((operation !== "Apply" && operation !== "Update") || !apiVersion || fieldsType !== "FieldsV1") return undefined;
    const fields = readFieldSet(fieldsV1);
    if (!fields) return undefined;
    byIdentity.set(identityOf(entry), entryOf(entry, fields, time ?? undefined));
  }
  return [...byIdentity.values()];
}

/** Whether a client asks to forget all managers: `[]` or `[{}]`. */
export function isReset(given: readonly ManagedFieldsEntry[] | undefined | null): boolean {
  if (!given) return false;
  const [first] = given;
  return given.length === 0 || (given.length === 1 && first !== undefined && Object.keys(first).length === 0);
}

const secondOf = ({ time }: ManagedFieldsEntry): string => time ?? "";
const byText = (a: string | undefined, b: string | undefined): number =>
  (a ?? "") === (b ?? "") ? 0 : (a ?? "") < (b ?? "") ? -1 : 1;

/** Appliers first, then by time, manager, version and subresource. */
export const compareEntries = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): number =>
  byText(a.operation, b.operation) ||
  byText(secondOf(a), secondOf(b)) ||
  byText(a.manager, b.manager) ||
  byText(a.apiVersion, b.apiVersion) ||
  byText(a.subresource, b.subresource);

/** Puts the oldest updates of one version together until few enough are left. */
export function capped(entries: readonly ManagedFieldsEntry[]): readonly ManagedFieldsEntry[] {
  const updaters = entries.filter((entry) => !isApplied(entry));
  if (updaters.length <= mostUpdaters) return entries;
  const kept = new Set(entries);
  const firsts = new Map<string, ManagedFieldsEntry>();
  const buckets = new Map<string, ManagedFieldsEntry>();
  for (const entry of updaters) {
    if (entry.manager === ancient && !entry.subresource) buckets.set(entry.apiVersion ?? "", entry);
  }
  let count = updaters.length;
  updaters.sort((a, b) => byText(secondOf(a), secondOf(b)) || byText(identityOf(a), identityOf(b)));
  for (const entry of updaters) {
    if (count <= mostUpdaters) break;
    const version = entry.apiVersion ?? "";
    const first = firsts.get(version);
    if (!first) {
      firsts.set(version, entry);
      continue;
    }
    const bucket = buckets.get(version) ?? first;
    const fields = union(fieldsOf(entry), fieldsOf(bucket));
    const merged = entryOf(
      { manager: ancient, operation: "Update", apiVersion: version },
      fields,
      entry.time ?? undefined,
    );
    kept.delete(bucket);
    kept.delete(entry);
    kept.add(merged);
    buckets.set(version, merged);
    count--;
  }
  return [...kept];
}
