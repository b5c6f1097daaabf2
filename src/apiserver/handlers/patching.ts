/** What JSON patches, merge patches and strategic merge patches make of an object, with upstream's texts where they do not fit. */

import { ApiError, badRequest, invalid } from "../../api/errors.ts";
import { groupVersionOf } from "../../api/kind.ts";
import { type Draft, isMap, type KubeObject } from "../../api/object.ts";
import { goPlain } from "../../api/patch/go-text.ts";
import { jsonPatch, type Operation, readJsonPatch } from "../../api/patch/json-patch.ts";
import { mergePatch } from "../../api/patch/merge-patch.ts";
import { PatchError } from "../../api/patch/patch-error.ts";
import { restore } from "../../api/patch/restore.ts";
import { strategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import { DecodeError, decode, type JsonObject, structuredCopy } from "../../api/schema/decode.ts";
import { duplicateFields, parseJson } from "../../api/schema/json-text.ts";
import { Path } from "../../api/validation/field-error.ts";
import type { WriteOptions } from "../context.ts";
import type { Target } from "../encode/body.ts";
import { type Reading, readingOf } from "../encode/other-kind.ts";

export type PatchType = "json" | "merge" | "strategic";

export interface PatchRequest {
  readonly type: PatchType;
  readonly body: string;
  readonly target: Target;
  readonly options: WriteOptions;
  /** Receives what a strict reading finds, once, however often the patch is tried. */
  readonly warnings: string[];
}

/** A patch that has been read: what it makes of an object, and what a strict reading has found in it. */
interface ReadPatch {
  readonly strict: readonly string[];
  /** The patched document; may take parts of `before` over. Throws PatchError. */
  apply(before: JsonObject): JsonObject;
  /** What errors show as the value: the outcome for JSON and merge patches, the patch for strategic ones. */
  shown(after: JsonObject): string;
}

/** The change a patch makes to an object, which carries its kind. The patch is read when it first has something to change. */
export function patching(request: PatchRequest): (current: KubeObject) => Draft {
  let patch: ReadPatch | undefined;
  let told = false;
  return (current) => {
    try {
      patch ??= readPatch(request);
      const after = patch.apply(current as unknown as JsonObject);
      const strict = [...patch.strict];
      const next = asObject(request, patch, after, strict);
      if (!told) tell(request, patch, after, strict);
      told = true;
      return next;
    } catch (error) {
      if (error instanceof PatchError)
        throw new ApiError(error.reason, error.message, error.reason === "Invalid" ? {} : undefined, error.code);
      throw error;
    }
  };
}

function readPatch({ type, body, target, options }: PatchRequest): ReadPatch {
  const strictly = options.fieldValidation !== "Ignore";
  switch (type) {
    case "json": {
      const { operations, strict } = readJsonPatch(body);
      return {
        strict: strictly ? strict : [],
        apply: (before) => jsonPatch(structuredCopy(before), operations),
        shown: (after) => JSON.stringify(sortedWhere(after, touchedBy(operations))),
      };
    }
    case "merge": {
      const given = readObject(body, strictly ? "error decoding patch: " : "");
      return {
        strict: strictly ? duplicateFields(body) : [],
        apply: (before) => mergePatch(before, given) as JsonObject,
        shown: (after) => JSON.stringify(sortedWhere(after, given)),
      };
    }
    case "strategic": {
      const given = readObject(body, "");
      return {
        strict: strictly ? duplicateFields(body) : [],
        apply: (before) => strategicMergePatch(before, given, target.schema),
        shown: () => goPlain(given),
      };
    }
  }
}

/** The maps that operations reach into, nested. */
function touchedBy(operations: readonly Operation[]): JsonObject {
  const none = (): JsonObject => Object.create(null) as JsonObject; // whatever keys are called
  const touched = none();
  for (const { path, from = "" } of operations) {
    for (const pointer of [path, from]) {
      let at = touched;
      for (const step of pointer.split("/").slice(1, -1)) {
        at[step] ??= none();
        at = at[step] as JsonObject;
      }
    }
  }
  return touched;
}

/** Upstream writes the maps that a patch has touched with their keys by the alphabet, and leaves the others as they were. */
function sortedWhere(value: unknown, touched: unknown): unknown {
  if (!isMap(value) || !isMap(touched)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortedWhere(value[key], touched[key])]));
}

/** A merge patch must be an object; null is one without fields, though as a JSON patch it is none. */
function readObject(body: string, prefix: string): JsonObject {
  try {
    const given = parseJson(body);
    if (given === null && prefix) throw badRequest("Invalid JSON Patch");
    if (given === null) return {};
    if (typeof given === "object" && !Array.isArray(given)) return given as JsonObject;
    const kind = Array.isArray(given) ? "array" : typeof given === "boolean" ? "bool" : typeof given;
    throw new DecodeError(`json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`);
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(prefix + error.message);
    throw error;
  }
}

function named(field: string, value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return String(value);
  const what = `cannot unmarshal ${Array.isArray(value) ? "array" : "object"} into Go struct field .${field} of type string`;
  throw new DecodeError(`couldn't get version/kind; json parse error: json: ${what}`);
}

/** The patched document as an object of its kind; `strict` receives the fields that it does not know. */
function asObject({ type, target }: PatchRequest, patch: ReadPatch, after: JsonObject, strict: string[]): Draft {
  try {
    if (type === "strategic") return restore(target.schema, after, strict) as Draft;
    const version = groupVersionOf(target);
    const { apiVersion = version, kind = target.kind } = after;
    const { schema, unconvertible }: Pick<Reading, "schema" | "unconvertible"> = target.custom
      ? target
      : readingOf(named("apiVersion", apiVersion), named("kind", kind), target);
    const unknown: string[] = [];
    const made = decode(schema, after, unknown);
    if (unconvertible) throw new DecodeError(unconvertible);
    strict.push(...unknown.sort());
    // a patch may leave any version that converts, unlike what is sent whole
    return (schema === target.schema ? made : decode(target.schema, made)) as Draft;
  } catch (error) {
    if (error instanceof DecodeError) throw unfit(patch.shown(after), error.message);
    throw error;
  }
}

const unfit = (value: string, message: string): ApiError =>
  invalid({ group: "", name: "" }, "", [new Path("patch").invalid(value, message)]);

/** Unknown and doubled fields refuse the patch, or warn. */
function tell(
  { options, warnings }: PatchRequest,
  patch: ReadPatch,
  after: JsonObject,
  strict: readonly string[],
): void {
  if (!strict.length || options.fieldValidation === "Ignore") return;
  if (options.fieldValidation === "Strict")
    throw unfit(patch.shown(after), `strict decoding error: ${strict.join(", ")}`);
  warnings.push(...strict);
}
