/**
 * What an applied configuration says: whether it fits the schema, and the set of fields that its manager claims by it. The
 * texts are those that upstream answers.
 */
import { isMap } from "../object.ts";
import { goPlain, goSyntax } from "../patch/go-text.ts";
import type { ListType, MapType, Scalar, StructType, Type } from "../schema/model.ts";
import { type FieldNode, type FieldSet, isMember, leaf, nodeOf, noFields } from "./field-set.ts";
import { elementText, fieldElement, itemElement, NoElement } from "./path-element.ts";
import { fieldType, hasFields, structureOf } from "./structure.ts";

/** The fields that `value` mentions: leaves, items, and keys of maps; structs on the way only when they are empty. */
export function fieldSetOf(type: StructType, value: unknown): FieldSet {
  return below(type, value) ?? noFields;
}

/** What is below a value, or, for leaves, the mark that the place itself is a member. */
function below(type: Type, value: unknown): FieldSet | undefined {
  const structure = structureOf(type, value);
  switch (structure.is) {
    case "leaf":
      return leaf;
    case "object":
      return isMap(value) ? belowObject(structure.type, value) : undefined;
    case "list":
      return Array.isArray(value) ? belowList(structure.type, value) : undefined;
  }
}

function belowObject(type: StructType | MapType, value: { readonly [field: string]: unknown }): FieldSet | undefined {
  const out: FieldNode = {};
  for (const name in value) {
    const item = value[name];
    const inner = item === undefined ? undefined : fieldType(type, name);
    if (!inner) continue;
    const blank = item === null || (isMap(item) && !hasFields(item));
    const declared = type.kind === "struct" && type.byName.has(name);
    const node = member(below(inner, item), blank || !declared);
    if (node) out[fieldElement(name)] = node;
  }
  return nodeOf(false, out);
}

/** A node that is a member if its value is a leaf or `always`. */
function member(found: FieldSet | undefined, always: boolean): FieldSet | undefined {
  if (!found) return always ? leaf : undefined;
  return always && !isMember(found) ? { ".": leaf, ...found } : found;
}

function belowList(type: ListType, value: readonly unknown[]): FieldSet | undefined {
  const out: FieldNode = {};
  const seen = new Set<string>();
  for (const item of value) {
    const element = itemElement(type, item);
    if (seen.has(element)) out[element] = leaf;
    else out[element] = member(below(type.of, item), true) ?? leaf;
    seen.add(element);
  }
  return nodeOf(false, out);
}

interface Fault {
  readonly path: string;
  readonly text: string;
}

/** What does not fit the schema, in one text; undefined if all does. Items of one key twice do not fit. */
export function faultsOf(type: StructType, value: unknown): string | undefined {
  const faults = check(type, value);
  const texts = faults.map(({ path, text }) => (path ? `${path}: ${text}` : text));
  if (texts.length < 2) return texts[0];
  return ["errors:", ...texts.map((text) => `  ${text}`)].join("\n");
}

function check(type: Type, value: unknown): Fault[] {
  if (value === null || value === undefined) return [];
  switch (type.kind) {
    case "any":
      return [];
    case "scalar":
      return checkScalar(type.of, value);
    case "list":
      if (!Array.isArray(value)) return [{ path: "", text: `expected list, got ${goValue(value)}` }];
      return checkItems(type, value);
    case "map":
    case "struct":
      if (!isMap(value)) return [{ path: "", text: `expected map, got ${goValue(value)}` }];
      return checkFields(type, value);
  }
}

const within = (element: string, faults: readonly Fault[]): Fault[] =>
  faults.map(({ path, text }) => ({ path: elementText(element) + path, text }));

/** Upstream stops at the first field that it does not know, and goes through maps by the alphabet. */
function checkFields(type: StructType | MapType, value: { readonly [field: string]: unknown }): Fault[] {
  const faults: Fault[] = [];
  for (const name of Object.keys(value).sort()) {
    const inner = fieldType(type, name);
    const element = fieldElement(name);
    if (!inner) {
      faults.push({ path: elementText(element), text: "field not declared in schema" });
      break;
    }
    faults.push(...within(element, check(inner, value[name])));
  }
  return faults;
}

function checkItems(type: ListType, value: readonly unknown[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    let element = `i:${i}`;
    if (type.topology !== "atomic") {
      try {
        element = itemElement(type, item);
      } catch (error) {
        if (!(error instanceof NoElement)) throw error;
        return [...faults, { path: "", text: `element ${i}: ${error.message}` }];
      }
      if (seen.has(element)) faults.push({ path: "", text: `duplicate entries for key ${elementText(element)}` });
      seen.add(element);
    }
    faults.push(...within(element, check(type.of, item)));
  }
  return faults;
}

function checkScalar(of: Scalar, value: unknown): Fault[] {
  const is = typeof value;
  const fault = (text: string): Fault[] => [{ path: "", text }];
  switch (of) {
    case "string":
    case "bytes":
    case "Time":
    case "MicroTime":
      return is === "string" ? [] : fault(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    case "bool":
      return is === "boolean" ? [] : fault(`expected boolean, got ${goValue(value)}`);
    case "int32":
    case "int64":
    case "double":
      return is === "number" ? [] : fault(`expected numeric (int or float), got ${goTypeOf(value)}`);
    case "Quantity":
    case "IntOrString":
      return is !== "object" ? [] : fault(`expected any scalar, got ${goValue(value)}`);
  }
}

/** As Go's `%v` shows a value in the wrapping that upstream has it in. */
const goValue = (value: unknown): string => `&{${goPlain(value)}}`;

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  return { string: "string", boolean: "bool", number: "float64" }[typeof value as string] ?? "map[string]interface {}";
}
