/**
 * Objects and lists as bytes. The bytes of a stored object are made once; an answer joins them with what the store does
 * not hold: what the object is called, and the frame of a list.
 */
import { type ScalarTag, stringify, type Tags } from "yaml";
import { type GroupVersionKind, groupVersionOf, type Kind, listKindOf } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { JsonObject } from "../../api/schema/decode.ts";
import { listOf, typeName } from "../../api/schema/named-types.ts";
import { encodeProtobuf } from "../../api/schema/protobuf.ts";
import { types } from "../../api/schema/types.ts";
import { bytesOf } from "../registry/stored.ts";
import type { Representation } from "./negotiate.ts";

const encoder = new TextEncoder();
const heads = new Map<string, Uint8Array>();
const comma = encoder.encode(",");
const listEnd = encoder.encode("]}\n");
export const newline = encoder.encode("\n");

/** `{"kind":"Pod","apiVersion":"v1",`: what stands before the object's own bytes without their brace. */
function head({ kind, ...version }: GroupVersionKind): Uint8Array {
  const key = `${groupVersionOf(version)}/${kind}`;
  let bytes = heads.get(key);
  if (!bytes) {
    bytes = encoder.encode(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(groupVersionOf(version))},`);
    heads.set(key, bytes);
  }
  return bytes;
}

/** An object's JSON with what it is called in front, in parts. Objects that hold it themselves are left as they are. */
export function typedParts(gvk: GroupVersionKind, object: KubeObject): Uint8Array[] {
  const bytes = bytesOf(object);
  return object.kind ? [bytes] : [head(gvk), bytes.subarray(1)];
}

/** An object as a plain value with its type. */
export function typed(gvk: GroupVersionKind, object: KubeObject): KubeObject {
  return object.kind ? object : { kind: gvk.kind, apiVersion: groupVersionOf(gvk), ...object };
}

export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** A list's JSON in parts: its frame, and the bytes of its items as they are. */
export function listParts(
  gvk: Pick<Kind, "group" | "version" | "kind" | "custom">,
  metadata: ListMeta,
  items: readonly KubeObject[],
): Uint8Array[] {
  const frame = `{"kind":"${listKindOf(gvk)}","apiVersion":"${groupVersionOf(gvk)}","metadata":${JSON.stringify(metadata)},"items":[`;
  const parts: Uint8Array[] = [encoder.encode(frame)];
  items.forEach((item, i) => {
    if (i) parts.push(comma);
    parts.push(bytesOf(item));
  });
  parts.push(listEnd);
  return parts;
}

/** A plain value in the representation asked for. Protobuf needs to know the type. */
export function encodeValue(value: KubeObject | object, { mediaType, pretty }: Representation): Uint8Array[] {
  switch (mediaType) {
    case "application/json":
      return [encoder.encode(`${JSON.stringify(value, undefined, pretty ? 2 : undefined)}\n`)];
    case "application/yaml":
      return [encoder.encode(toYaml(value))];
    case "application/vnd.kubernetes.protobuf": {
      const { apiVersion = "", kind = "" } = value as KubeObject;
      return [encodeNamed(apiVersion, kind, value as JsonObject)];
    }
  }
}

/** YAML with sorted keys, as upstream writes it. */
export const toYaml = (value: unknown): string =>
  stringify(JSON.parse(JSON.stringify(value)), {
    sortMapEntries: true,
    lineWidth: 0,
    version: "1.1",
    indentSeq: false,
    aliasDuplicateObjects: false,
    customTags: (tags) => tags.map((tag) => (isMerge(tag) ? { ...tag, identify: () => false } : tag)),
  });

/** The tag of `<<`, which objects that are written never mean: a key of that name is quoted. */
const isMerge = (tag: Tags[number]): tag is ScalarTag =>
  typeof tag === "object" && tag.tag === "tag:yaml.org,2002:merge";

function encodeNamed(apiVersion: string, kind: string, value: JsonObject): Uint8Array {
  const name = typeName(apiVersion, kind);
  if (name) return encodeProtobuf(types.struct(name), apiVersion, kind, value);
  const item = typeName(apiVersion, kind.replace(/List$/, ""));
  if (!item) throw new Error(`${apiVersion} ${kind} has no form in protobuf`);
  return encodeProtobuf(listOf(types.struct(item)), apiVersion, kind, value);
}
