/** The annotation in which `apply` keeps what it was given. */
import type { KubeObject } from "../../api/object.ts";
import { goJson } from "../../base/go-json.ts";

export const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The object as a file has it, without the annotation. */
function bare(object: KubeObject): KubeObject {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The object with itself written into the annotation. */
export function withLastApplied(object: KubeObject): KubeObject {
  const plain = bare(object);
  const annotations = { ...plain.metadata.annotations, [lastApplied]: `${goJson(plain)}\n` };
  return { ...plain, metadata: { ...plain.metadata, annotations } };
}

/** What was applied last; undefined if nothing was. */
export function lastAppliedOf({ metadata }: KubeObject): KubeObject | undefined {
  const text = metadata.annotations?.[lastApplied];
  return text ? (JSON.parse(text) as KubeObject) : undefined;
}

export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
