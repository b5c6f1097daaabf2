/**
 * Server-side apply: lays what one manager wants over the live object, takes out what it wanted before and nobody else
 * manages, and refuses where others manage a field that would change.
 */
import { ApiError, badRequest } from "../errors.ts";
import { deepEqual, type KubeObject, type ManagedFieldsEntry } from "../object.ts";
import type { JsonObject } from "../schema/decode.ts";
import { faultsOf, fieldSetOf } from "./applied-fields.ts";
import { written } from "./compare.ts";
import {
  blank,
  type ChangesByVersion,
  changesByVersion,
  takenFrom,
  updated,
  type WriteByManager,
  withoutSystemFields,
} from "./field-manager.ts";
import {
  difference,
  type FieldSet,
  intersection,
  isEmpty,
  noFields,
  paths,
  union,
  withNamedFields,
} from "./field-set.ts";
import { lastAppliedFields, withLastApplied } from "./last-applied.ts";
import { compareEntries, entryOf, fieldsOf, identityOf, isApplied, sameOwner } from "./managed-entries.ts";
import { merge, remove } from "./merge.ts";
import { reconciled } from "./schema-change.ts";
import type { Versioned } from "./versions.ts";

export interface AppliedBy extends WriteByManager {
  /** Take over fields that others manage. */
  readonly force: boolean;
}

export interface Applied {
  /** The live object with what was applied, not yet defaulted. */
  readonly object: JsonObject;
  readonly managedFields: ManagedFieldsEntry[];
}

/** The manager whose fields the annotation of client-side apply speaks for. */
const kubectl = "kubectl";

/**
 * What server-side apply makes of `live` (absent: create), both in the version of the apply. `wanted` is as the client sent
 * it. Throws ApiError: BadRequest if `wanted` does not fit the schema, Conflict where others manage a field that differs.
 */
export function applyObject(live: KubeObject | undefined, wanted: JsonObject, by: AppliedBy): Applied {
  const fault = faultsOf(by.schema, wanted);
  if (fault) throw badRequest(`failed to create typed patch object (${appliedName(wanted)}): ${fault}`);
  const before = live ? withoutManagedFields(live) : blank(by.schema);
  let entries = reconciled(live?.metadata.managedFields ?? [], by.schema);
  if (!entries.length && live) {
    entries = updated([], blank(by.schema), before, { ...by, manager: "before-first-apply" });
  }
  const { object, managedFields } = new Apply(before, entries, wanted, by).run();
  return { object: by.manager === kubectl ? withLastApplied(object, wanted) : object, managedFields };
}

/** As upstream names an object in its texts: `namespace/name; group/version, Kind=kind`. */
export function appliedName({ apiVersion, kind, metadata }: JsonObject): string {
  const { namespace = "", name = "" } = (metadata ?? {}) as { namespace?: string; name?: string };
  return `${namespace}/${name}; ${gvkText(apiVersion, kind)}`;
}

/** `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
export function gvkText(apiVersion: unknown, kind: unknown): string {
  const version = String(apiVersion ?? "");
  return `${version.includes("/") ? version : `/${version}`}, Kind=${String(kind ?? "")}`;
}

function withoutManagedFields(object: KubeObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

class Apply {
  readonly #live: JsonObject;
  readonly #entries: readonly ManagedFieldsEntry[];
  readonly #wanted: JsonObject;
  readonly #by: AppliedBy;

  constructor(live: JsonObject, entries: readonly ManagedFieldsEntry[], wanted: JsonObject, by: AppliedBy) {
    this.#live = live;
    this.#entries = entries;
    this.#wanted = wanted;
    this.#by = by;
  }

  run(): Applied {
    const { schema, apiVersion, subresource, manager } = this.#by;
    const who = { manager, operation: "Apply", apiVersion, subresource };
    const last = this.#entries.find((entry) => sameOwner(entry, who));
    const claimed = this.#by.writable(fieldSetOf(schema, this.#wanted));
    const mine = entryOf(who, claimed, last?.time ?? undefined);
    const entries = [...this.#entries.filter((entry) => entry !== last), mine];
    const merged = merge(schema, this.#live, this.#wanted) as JsonObject;
    const object = last ? this.#pruned(merged, last, entries) : merged;
    const changes = changesByVersion(this.#live, object, this.#by);
    this.#refuseConflicts(entries, mine, changes);
    const rest = takenFrom(entries, changes, mine).filter((entry) => entry !== mine);
    const kept = withoutSystemFields(claimed);
    // an apply that changes nothing keeps its time; one that shares for the first time has none
    const time = deepEqual(this.#live, object) ? last?.time : this.#by.time;
    const managedFields = isEmpty(kept) ? rest : [...rest, entryOf(who, kept, time ?? undefined)];
    return { object, managedFields: managedFields.toSorted(compareEntries) };
  }

  #refuseConflicts(entries: readonly ManagedFieldsEntry[], mine: ManagedFieldsEntry, changes: ChangesByVersion): void {
    if (this.#by.force) return;
    const found = conflictsOf(entries, mine, changes);
    if (!found.length) return;
    if (this.#by.manager !== kubectl) throw refusal(found);
    const { schema, apiVersion } = this.#by;
    const allowed = lastAppliedFields(this.#live, schema, apiVersion);
    const left = found.map(({ who, fields }) => ({ who, fields: difference(fields, allowed) }));
    const others = left.filter(({ fields }) => !isEmpty(fields));
    if (others.length) throw refusal(others);
  }

  /** `merged` without what `last` claimed and nobody claims now. What nobody ever claimed stays. */
  #pruned(merged: JsonObject, last: ManagedFieldsEntry, entries: readonly ManagedFieldsEntry[]): JsonObject {
    if (isEmpty(fieldsOf(last))) return merged;
    const version = last.apiVersion ?? "";
    const whole = this.#at(merged, version);
    if (!whole) return merged;
    const { schema } = whole;
    const named = (set: FieldSet): FieldSet => withNamedFields(set, schema);
    const setIn = (object: JsonObject): FieldSet => named(fieldSetOf(schema, object));
    const all = setIn(whole.object);
    const lastFields = named(fieldsOf(last));
    let pruned = take(whole, lastFields);
    for (const { at, fields } of claimsByVersion(entries, version)) {
      pruned =
        at === version
          ? take(whole, difference(all, union(setIn(pruned), named(fields))))
          : this.#addBack(whole, pruned, version, at, fields);
    }
    const result = take(whole, intersection(difference(all, setIn(pruned)), lastFields));
    if (version === this.#by.apiVersion) return result;
    return this.#by.convert?.(result, version, this.#by.apiVersion)?.object ?? merged;
  }

  /** Puts back what managers of another version claim, seen in that version. */
  #addBack(whole: Versioned, pruned: JsonObject, version: string, other: string, fields: FieldSet): JsonObject {
    const [full, less] = [whole.object, pruned].map((object) => this.#by.convert?.(object, version, other));
    if (!full || !less) return pruned;
    const setIn = (object: JsonObject): FieldSet => withNamedFields(fieldSetOf(full.schema, object), full.schema);
    const kept = union(setIn(less.object), withNamedFields(fields, full.schema));
    const back = take(full, difference(setIn(full.object), kept));
    return this.#by.convert?.(back, other, version)?.object ?? pruned;
  }

  #at(object: JsonObject, version: string): Versioned | undefined {
    if (version === this.#by.apiVersion) return { schema: this.#by.schema, object };
    return this.#by.convert?.(object, this.#by.apiVersion, version);
  }
}

const take = ({ schema, object }: Versioned, fields: FieldSet): JsonObject =>
  (remove(schema, object, fields) ?? {}) as JsonObject;

/** What all managers of a version claim together; the version that is pruned comes first. */
function claimsByVersion(
  entries: readonly ManagedFieldsEntry[],
  first: string,
): readonly { at: string; fields: FieldSet }[] {
  const claims = new Map<string, FieldSet>();
  for (const entry of entries) {
    const at = entry.apiVersion ?? "";
    claims.set(at, union(claims.get(at) ?? noFields, fieldsOf(entry)));
  }
  const list = [...claims].map(([at, fields]) => ({ at, fields }));
  return [...list.filter(({ at }) => at === first), ...list.filter(({ at }) => at !== first)];
}

interface Conflict {
  readonly who: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

function conflictsOf(
  entries: readonly ManagedFieldsEntry[],
  mine: ManagedFieldsEntry,
  changes: ChangesByVersion,
): Conflict[] {
  const found: Conflict[] = [];
  for (const who of entries) {
    const change = who === mine ? undefined : changes(who.apiVersion ?? "");
    const fields = change ? intersection(fieldsOf(who), written(change)) : noFields;
    if (!isEmpty(fields)) found.push({ who, fields });
  }
  return found.sort((a, b) => (identityOf(a.who) < identityOf(b.who) ? -1 : 1));
}

function refusal(conflicts: readonly Conflict[]): ApiError {
  const causes = conflicts.flatMap(({ who, fields }) =>
    paths(fields).map((field) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${managerText(who)}`,
      field,
    })),
  );
  return new ApiError("Conflict", refusalText(conflicts, causes.length), { causes });
}

function refusalText(conflicts: readonly Conflict[], count: number): string {
  const [first] = conflicts;
  if (count === 1 && first)
    return `Apply failed with 1 conflict: conflict with ${managerText(first.who)}: ${paths(first.fields)[0]}`;
  const lines = conflicts.flatMap(({ who, fields }) => [
    `conflicts with ${managerText(who)}:`,
    ...paths(fields).map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join("\n")}`;
}

function managerText(who: ManagedFieldsEntry): string {
  const name = JSON.stringify(who.manager ?? "");
  const at = who.subresource ? `${name} with subresource ${JSON.stringify(who.subresource)}` : name;
  return isApplied(who) ? at : `${at} using ${who.apiVersion}`;
}
