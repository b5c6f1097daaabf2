/**
 * How the sets of fields see values of a type: as one leaf, as an object of fields, or as a list of items that can be told
 * apart. What has no type of its own (`any`) is deduced: its objects are maps, all else is a leaf.
 */

import { isMap } from "../object.ts";
import { isAlternative } from "../schema/alternatives.ts";
import type { ListType, MapType, StructType, Type } from "../schema/model.ts";
import { anyType } from "../schema/notation.ts";
import { fieldName } from "./path-element.ts";

const text: Type = { kind: "scalar", of: "string" };
const deducedMap: MapType = { kind: "map", of: anyType, atomic: false };

export type Structure =
  | { readonly is: "leaf" }
  | { readonly is: "object"; readonly type: StructType | MapType }
  | { readonly is: "list"; readonly type: ListType };
const leafStructure: Structure = { is: "leaf" };
const deducedStructure: Structure = { is: "object", type: deducedMap };
const known = new WeakMap<Type, Structure>();

/** How `value`, and others like it, are seen. */
export function structureOf(type: Type, value: unknown): Structure {
  if (type.kind === "any") {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? deducedStructure : leafStructure;
  }
  const found = known.get(type);
  if (found) return found;
  const structure = structureOfType(type);
  known.set(type, structure);
  return structure;
}

function structureOfType(type: Exclude<Type, { kind: "any" }>): Structure {
  switch (type.kind) {
    case "scalar":
      return leafStructure;
    case "list":
      return type.topology === "atomic" ? leafStructure : { is: "list", type };
    case "map":
    case "struct":
      return type.atomic ? leafStructure : { is: "object", type };
  }
}

/** Types that are one of several things in JSON have none that upstream declares. */
const declared = (type: Type): Type => (type.kind === "struct" && isAlternative(type) ? anyType : type);

/** The type of a field; undefined where the schema knows none. */
export function fieldType(type: StructType | MapType, name: string): Type | undefined {
  if (type.kind === "map") return declared(type.of);
  const field = type.byName.get(name);
  if (field) return declared(field.type);
  if (type.typed && (name === "kind" || name === "apiVersion")) return text;
  return type.preserveUnknown ? anyType : undefined;
}

/** The type of what an element of a set leads to. */
export function childType(type: Type, element: string): Type | undefined {
  const name = fieldName(element);
  switch (type.kind) {
    case "list":
      return type.of;
    case "map":
    case "struct":
      return name === undefined ? undefined : fieldType(type, name);
    case "any":
      return anyType;
    default:
      return undefined;
  }
}

/** Neither null nor empty. */
export function hasFields(value: unknown): boolean {
  if (!isMap(value)) return false;
  for (const name in value) if (value[name] !== undefined) return true;
  return false;
}
