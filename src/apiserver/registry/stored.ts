/**
 * Objects as the store holds them: frozen, stamped with their revision, and turned into bytes once, however many ask.
 */
import type { Kind } from "../../api/kind.ts";
import { deepFreeze, type KubeObject, type ObjectMeta } from "../../api/object.ts";
import { types } from "../../api/schema/types.ts";
import type { Codec } from "../../store/store.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const encoded = new WeakMap<object, Uint8Array>();

/** The JSON bytes of an object of the store; made on first use. */
export function bytesOf(object: object): Uint8Array {
  let bytes = encoded.get(object);
  if (!bytes) {
    bytes = encoder.encode(JSON.stringify(object));
    encoded.set(object, bytes);
  }
  return bytes;
}

const metadataFields = [...types.struct("meta/v1.ObjectMeta").byName.keys()] as (keyof ObjectMeta)[];

/** Metadata with its fields in the order of their declaration, in which upstream writes them, whoever set which first. */
export function inOrder(metadata: Readonly<ObjectMeta>): ObjectMeta {
  const out: { [field: string]: unknown } = {};
  for (const field of metadataFields) if (metadata[field] !== undefined) out[field] = metadata[field];
  return out;
}

export const objectCodec: Codec<KubeObject> = {
  stamp(value, revision) {
    const metadata = inOrder({ ...value.metadata, resourceVersion: String(revision) });
    return deepFreeze({ ...value, metadata });
  },
  encode: bytesOf,
  decode: (bytes) => deepFreeze(JSON.parse(decoder.decode(bytes)) as KubeObject),
};

/** The folder of a kind in the store: `/pods/`, `/deployments.apps/`. */
export function prefixOf(kind: Kind, namespace?: string): string {
  const { group, plural } = kind.storedAs?.kind ?? kind;
  const folder = `/${plural}${group ? `.${group}` : ""}/`;
  return namespace ? `${folder}${namespace}/` : folder;
}

export const storeKey = (kind: Kind, namespace: string | undefined, name: string): string =>
  prefixOf(kind, kind.namespaced ? namespace : undefined) + name;
