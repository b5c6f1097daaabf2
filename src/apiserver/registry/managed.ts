/** Keeps up `metadata.managedFields` on the way of a write into the store. */
import { recordUpdate, type WriteByManager } from "../../api/apply/field-manager.ts";
import { writableFields } from "../../api/apply/reset-fields.ts";
import { conversionOf } from "../../api/apply/versions.ts";
import { groupVersionOf, type Kind } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { RequestContext, WriteOptions } from "../context.ts";
import type { Registry } from "./registry.ts";

export interface Writing {
  readonly kind: Kind;
  /** The version the client spoke, if it is not the stored one. */
  readonly spoken?: Kind;
  /** Empty for the main resource. */
  readonly subresource: string;
  readonly options: WriteOptions;
  readonly context: RequestContext;
}

/** Who writes, in which version, now. */
export function writeByManager(
  registry: Registry,
  { kind, spoken = kind, subresource, options, context }: Writing,
): WriteByManager {
  return {
    schema: spoken.schema,
    apiVersion: groupVersionOf(spoken),
    manager: options.fieldManager || context.defaultManager,
    subresource,
    time: rfc3339(registry.clock.now()),
    writable: writableFields(spoken, subresource),
    convert: conversionOf(spoken.storedAs?.kind ?? spoken),
  };
}

/** Records who wrote what of `next`; runs before admission, whose changes are nobody's. */
export function recordManaged(
  registry: Registry,
  writing: Writing,
  current: KubeObject | undefined,
  next: Draft,
): void {
  const { spoken } = writing;
  const view = (object: KubeObject): KubeObject => spoken?.storedAs?.fromStored(object) ?? object;
  const entries = recordUpdate(current && view(current), view(next), writeByManager(registry, writing));
  if (entries) next.metadata.managedFields = entries;
  else delete next.metadata.managedFields;
}
