/** JSON patch (RFC 6902), with upstream's limits and texts. */
import { deepEqual } from "../object.ts";
import { DecodeError, type JsonObject, structuredCopy } from "../schema/decode.ts";
import { checkValueDepth, duplicateFields, parseJson } from "../schema/json-text.ts";
import { goKind } from "./go-text.ts";
import { badPatch, PatchError } from "./patch-error.ts";

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const mostOperations = 10_000;
/** Upstream answers every fault of an operation with the same words. */
const refused = (): PatchError =>
  new PatchError("Invalid", 422, "the server rejected our request due to an error in our request");

export interface JsonPatch {
  readonly operations: readonly Operation[];
  /** What a strict reading finds: members that are unknown or stand twice. */
  readonly strict: readonly string[];
}

/** Throws PatchError. */
export function readJsonPatch(text: string): JsonPatch {
  const given = parsed(text);
  if (given === null) return { operations: [], strict: [] };
  if (!Array.isArray(given)) throw unreadable(given, "value of type []handlers.jsonPatchOp");
  if (given.length > mostOperations) {
    throw new PatchError(
      "RequestEntityTooLarge",
      413,
      `Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${given.length}`,
    );
  }
  const strict = duplicateFields(text);
  given.forEach((operation, i) => {
    checkShape(operation);
    for (const key in operation as object)
      if (!["op", "path", "from", "value"].includes(key)) strict.push(`unknown field "[${i}].${key}"`);
  });
  return { operations: given.map(checked), strict: strict.map((fault) => `json patch ${fault}`) };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof DecodeError) throw badPatch(`error decoding patch: ${error.message}`);
    throw error;
  }
}

function unreadable(value: unknown, goal: string): PatchError {
  const kind = Array.isArray(value) ? "array" : value === null ? "null" : goKind(value);
  const is = { map: "object", int64: "number", float64: "number" }[kind] ?? kind;
  return badPatch(`error decoding patch: json: cannot unmarshal ${is} into Go ${goal}`);
}

function checkShape(operation: unknown): void {
  if (operation === null) return;
  if (typeof operation !== "object" || Array.isArray(operation))
    throw unreadable(operation, "value of type handlers.jsonPatchOp");
  for (const key of ["op", "path", "from"] as const) {
    const value = (operation as JsonObject)[key];
    if (value !== undefined && value !== null && typeof value !== "string")
      throw unreadable(value, `struct field jsonPatchOp.${key} of type string`);
  }
}

/** An operation that lacks a member is one that cannot be carried out. */
function checked(operation: unknown): Operation {
  const { op, path, from, value } = (operation ?? {}) as Partial<Operation>;
  return { op: op ?? "unknown", path: path ?? "", ...(typeof from === "string" && { from }), value };
}

/** The patched document; `before` is taken over and changed. Throws PatchError. */
export function jsonPatch(before: JsonObject, operations: readonly Operation[]): JsonObject {
  const root: { document: unknown } = { document: before };
  const copied = { size: 0 };
  for (const operation of operations) step(root, operation, copied);
  checkDepthOf(root.document); // one operation puts things into what another has put
  if (typeof root.document !== "object" || root.document === null || Array.isArray(root.document)) throw refused();
  return root.document as JsonObject;
}

/** Throws PatchError for what is deeper than may be. */
function checkDepthOf(document: unknown): void {
  try {
    checkValueDepth(document);
  } catch (error) {
    if (error instanceof DecodeError) throw refused();
    throw error;
  }
}

/** Bytes that the copies of a patch may have together. */
const mostCopied = 3 << 20;

/** A copy of what lies at a place. Throws PatchError when copies grow out of measure. */
function copyOf(root: { document: unknown }, from: string, copied: { size: number }): unknown {
  const value = readOrNull(root, from);
  checkDepthOf(value);
  copied.size += JSON.stringify(value).length;
  if (copied.size > mostCopied) throw refused();
  return structuredCopy(value);
}

function step(root: { document: unknown }, { op, path, from, value }: Operation, copied: { size: number }): void {
  switch (op) {
    case "add":
      put(root, path, structuredCopy(value ?? null), false);
      break;
    case "replace":
      if (path === "") root.document = whole(value);
      else put(root, path, structuredCopy(value ?? null), true);
      break;
    case "remove":
      take(root, path);
      break;
    case "move":
      put(root, path, take(root, from ?? ""), false);
      break;
    case "copy":
      put(root, path, copyOf(root, from ?? "", copied), false);
      break;
    case "test":
      checkDepthOf(readOrNull(root, path));
      if (!deepEqual(readOrNull(root, path), value ?? null)) throw refused();
      break;
    default:
      throw refused();
  }
}

/** What can stand in place of the whole document. */
function whole(value: unknown): unknown {
  if (typeof value !== "object" || value === null) throw refused();
  return structuredCopy(value);
}

function readOrNull(root: { document: unknown }, path: string): unknown {
  const { parent, key } = find(root, path);
  if (Array.isArray(parent)) return parent[index(parent, key, false)] ?? null;
  return (parent as JsonObject)[key] ?? null;
}

/** The holder of a place, and its name there. */
function find(root: { document: unknown }, path: string): { parent: unknown; key: string } {
  if (!path.includes("/")) throw refused();
  const steps = path
    .split("/")
    .slice(1) // whatever stands before the first slash
    .map((s) => s.replace(/~1/g, "/").replace(/~0/g, "~"));
  let parent = root.document;
  for (const key of steps.slice(0, -1)) {
    if (typeof parent !== "object" || parent === null) throw refused();
    parent = Array.isArray(parent) ? parent[index(parent, key, false)] : own(parent as JsonObject, key);
  }
  if (typeof parent !== "object" || parent === null) throw refused();
  return { parent, key: steps.at(-1) ?? "" };
}

const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

function index(list: readonly unknown[], key: string, adding: boolean): number {
  if (adding && key === "-") return list.length;
  if (!/^-?\d+$/.test(key)) throw refused();
  const at = Number(key) < 0 ? list.length + Number(key) + (adding ? 1 : 0) : Number(key);
  if (at < 0 || at > list.length - (adding ? 0 : 1)) throw refused();
  return at;
}

function read(root: { document: unknown }, path: string): unknown {
  const { parent, key } = find(root, path);
  if (Array.isArray(parent)) return parent[index(parent, key, false)];
  const value = own(parent as JsonObject, key);
  if (value === undefined) throw refused();
  return value;
}

function put(root: { document: unknown }, path: string, value: unknown, replacing: boolean): void {
  const { parent, key } = find(root, path);
  if (Array.isArray(parent)) {
    if (replacing) parent[index(parent, key, false)] = value;
    else parent.splice(index(parent, key, true), 0, value);
  } else if (key === "__proto__") throw refused();
  else (parent as JsonObject)[key] = value;
}

function take(root: { document: unknown }, path: string): unknown {
  const value = read(root, path);
  const { parent, key } = find(root, path);
  if (Array.isArray(parent)) parent.splice(index(parent, key, false), 1);
  else delete (parent as JsonObject)[key];
  return value;
}
