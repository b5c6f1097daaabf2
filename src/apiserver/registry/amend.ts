/**
 * Changes of the server's own making, such as a binding: neither strategies nor admission nor managed fields are asked
 * (apiserver's `GuaranteedUpdate`).
 */
import { notFound } from "../../api/errors.ts";
import { type Kind, resourceOf } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { RequestContext } from "../context.ts";
import { isConflict, type Registry } from "./registry.ts";
import { storeKey } from "./stored.ts";

export interface Amendment {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly context: RequestContext;
  readonly dryRun?: boolean;
  /** The object as it is to be; the same one: nothing is written. Called anew when another write came between. May throw. */
  readonly change: (current: KubeObject) => KubeObject;
}

/** Resolves to the object as it is stored. Throws NotFound, and what `change` throws. */
export async function amend(registry: Registry, request: Amendment): Promise<KubeObject> {
  const { kind, namespace, name, context, change, dryRun } = request;
  const key = storeKey(kind, namespace, name);
  for (;;) {
    const entry = await registry.storeOf(kind).get(key);
    if (!entry) throw notFound(resourceOf(kind), name);
    const next = change(entry.value);
    if (next === entry.value || dryRun) return next;
    try {
      return (await registry.commit(kind, { key, value: next, expected: entry.revision }, context)) as KubeObject;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}
