/**
 * The annotation in which `kubectl apply` without server-side apply keeps what it last applied. `kubectl apply
 * --server-side` takes over what stands there and has not changed since, and keeps the annotation up to date.
 */

import { isMap } from "../object.ts";
import type { JsonObject } from "../schema/decode.ts";
import { parseJson } from "../schema/json-text.ts";
import type { StructType } from "../schema/model.ts";
import { faultsOf, fieldSetOf } from "./applied-fields.ts";
import { compare, touched } from "./compare.ts";
import { difference, type FieldSet, noFields } from "./field-set.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
/** All annotations of an object together, in bytes. */
const mostAnnotations = 256 * 1024;

function annotationsOf(object: JsonObject): { readonly [key: string]: unknown } {
  const { metadata } = object;
  return isMap(metadata) && isMap(metadata.annotations) ? metadata.annotations : {};
}

/** The fields that client-side apply has set and nobody has changed since: whoever is kubectl may take them. */
export function lastAppliedFields(live: JsonObject, schema: StructType, apiVersion: string): FieldSet {
  const text = annotationsOf(live)[annotation];
  if (typeof text !== "string" || !text) return noFields;
  let applied: unknown;
  try {
    applied = parseJson(text);
  } catch {
    return noFields;
  }
  if (!isMap(applied) || applied.apiVersion !== apiVersion || typeof applied.kind !== "string") return noFields;
  if (faultsOf(schema, applied)) return noFields;
  return difference(fieldSetOf(schema, applied), touched(compare(schema, applied, live)));
}

/** `object` with the annotation set to what was applied, if it has one. */
export function withLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  if (!annotations[annotation]) return object;
  const { [annotation]: _, ...others } = annotations;
  const updated = { ...others, [annotation]: configurationText(applied) };
  const bytes = Object.entries(updated).reduce((sum, [k, v]) => sum + byteLength(k) + byteLength(String(v)), 0);
  const kept = bytes > mostAnnotations ? others : updated;
  return { ...object, metadata: { ...(object.metadata as object), annotations: kept } };
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** What was applied without the annotation itself, as Go writes it: keys by the alphabet, a line's end at the end. */
function configurationText(applied: JsonObject): string {
  const annotations = annotationsOf(applied);
  if (!(annotation in annotations)) return `${sortedJson(applied)}\n`;
  const { [annotation]: _, ...others } = annotations;
  const { annotations: __, ...metadata } = applied.metadata as JsonObject;
  return `${sortedJson({ ...applied, metadata: { ...metadata, annotations: others } })}\n`;
}

function sortedJson(value: unknown): string {
  const sort = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(sort);
    if (!isMap(v)) return v;
    return Object.fromEntries(
      Object.keys(v)
        .sort()
        .map((key) => [key, sort(v[key])]),
    );
  };
  const json = JSON.stringify(sort(value));
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
