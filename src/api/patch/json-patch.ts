/** JSON patch (RFC 6902), with upstream's limits and texts. */
import { deepEqual } from "../object.ts";
import { DecodeError, type JsonObject, structuredCopy } from "../schema/decode.ts";
import { parseJson } from "../schema/json-text.ts";
import { PatchError } from "./patch-error.ts";

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

/** Throws PatchError. */
export function readJsonPatch(text: string): readonly Operation[] {
  let given: unknown;
  try {
    given = parseJson(text);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new PatchError("BadRequest", 400, `error decoding patch: ${error.message}`);
  }
  if (!Array.isArray(given)) {
    const kind = given === null ? "null" : typeof given === "boolean" ? "bool" : typeof given;
    throw new PatchError(
      "BadRequest",
      400,
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (given.length > mostOperations) {
    throw new PatchError(
      "RequestEntityTooLarge",
      413,
      `Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${given.length}`,
    );
  }
  return given.map((operation) => {
    if (typeof operation !== "object" || operation === null) throw refused();
    const { op, path } = operation as Operation;
    if (typeof op !== "string" || typeof path !== "string") throw refused();
    return operation as Operation;
  });
}

/** The patched document; `before` is taken over and changed. Throws PatchError. */
export function jsonPatch(before: JsonObject, operations: readonly Operation[]): JsonObject {
  const root: { document: unknown } = { document: before };
  for (const operation of operations) step(root, operation);
  if (typeof root.document !== "object" || root.document === null || Array.isArray(root.document)) throw refused();
  return root.document as JsonObject;
}

function step(root: { document: unknown }, { op, path, from, value }: Operation): void {
  switch (op) {
    case "add":
      return put(root, path, structuredCopy(value ?? null), false);
    case "replace":
      read(root, path);
      return put(root, path, structuredCopy(value ?? null), true);
    case "remove":
      take(root, path);
      return;
    case "move": {
      const moved = take(root, from ?? "");
      return put(root, path, moved, false);
    }
    case "copy":
      return put(root, path, structuredCopy(read(root, from ?? "")), false);
    case "test":
      if (!deepEqual(readOrNull(root, path), value ?? null)) throw refused();
      return;
    default:
      throw refused();
  }
}

function readOrNull(root: { document: unknown }, path: string): unknown {
  const { parent, key } = find(root, path);
  if (Array.isArray(parent)) return parent[index(parent, key, false)] ?? null;
  return (parent as JsonObject)[key] ?? null;
}

/** The holder of a place, and its name there. */
function find(root: { document: unknown }, path: string): { parent: unknown; key: string } {
  if (path === "") return { parent: root, key: "document" };
  if (!path.startsWith("/")) throw refused();
  const steps = path
    .slice(1)
    .split("/")
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
