/**
 * Sets of fields that were written down when a list or map was merged by its items, and is applied as a whole now: whoever
 * managed a part of it manages all of it. Only definitions that change at run time come to that.
 */
import type { ManagedFieldsEntry } from "../object.ts";
import type { StructType, Type } from "../schema/model.ts";
import { type FieldNode, type FieldSet, isEmpty, isMember, leaf, nodeOf } from "./field-set.ts";
import { fieldsOf, withFields } from "./managed-entries.ts";
import { childType } from "./structure.ts";

/** The entries as they read under the schema of today; the same list if nothing is different. */
export function reconciled(entries: readonly ManagedFieldsEntry[], schema: StructType): readonly ManagedFieldsEntry[] {
  if (schema.groupVersion !== "") return entries; // written down, and the same for as long as the program runs
  const after = entries.map((entry) => {
    const fields = below(fieldsOf(entry), schema);
    return fields === fieldsOf(entry) ? entry : withFields(entry, fields);
  });
  return after.some((entry, i) => entry !== entries[i]) ? after : entries;
}

function isWhole(type: Type): boolean {
  return type.kind === "list"
    ? type.topology === "atomic"
    : type.kind !== "scalar" && type.kind !== "any" && type.atomic;
}

function below(set: FieldSet, type: Type): FieldSet {
  let out: FieldNode | undefined;
  for (const element in set) {
    const node = set[element] as FieldSet;
    const inner = element === "." || isEmpty(node) ? undefined : childType(type, element);
    if (!inner) continue;
    const after = isWhole(inner) ? leaf : below(node, inner);
    if (after === node) continue;
    out ??= { ...set };
    out[element] = nodeOf(isMember(node), after) ?? leaf;
  }
  return out ?? set;
}
