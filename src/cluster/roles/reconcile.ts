/**
 * What brings a role or binding of the cluster up to date with the default one: what is missing is added, what a user
 * added stays, and one whose annotation forbids it is left alone
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation).
 */

import { deepEqual } from "../../api/object.ts";
import { uncovered } from "../../apiserver/authz/covers.ts";
import type { ClusterRole } from "../../client/kinds.ts";
import { type AnyBinding, type AnyRole, autoUpdate, type Subject } from "./notation.ts";

export type Step<T> =
  | { readonly do: "nothing" }
  | { readonly do: "create" | "update"; readonly object: T }
  /** A binding cannot change its role. */
  | { readonly do: "replace"; readonly object: T };

const nothing: Step<never> = { do: "nothing" };

export function planRole(existing: AnyRole | undefined, wanted: AnyRole): Step<AnyRole> {
  if (!existing) return { do: "create", object: wanted };
  if (isProtected(existing)) return nothing;
  const missing = uncovered(existing.rules ?? [], wanted.rules ?? []);
  const { metadata, changed } = withDefaults(existing, wanted);
  const aggregation = aggregationOf(existing, wanted);
  if (!missing.length && !changed && !aggregation.changed) return nothing;
  const { aggregationRule: _, ...rest } = existing as ClusterRole;
  const rules = missing.length ? [...(existing.rules ?? []), ...missing] : existing.rules;
  return {
    do: "update",
    object: {
      ...rest,
      metadata,
      ...(rules && { rules }),
      ...(aggregation.rule && { aggregationRule: aggregation.rule }),
    } as AnyRole,
  };
}

export function planBinding(existing: AnyBinding | undefined, wanted: AnyBinding): Step<AnyBinding> {
  if (!existing) return { do: "create", object: wanted };
  if (isProtected(existing)) return nothing;
  if (deepEqual(existing.roleRef, wanted.roleRef)) {
    const subjects = existing.subjects ?? [];
    const missing = (wanted.subjects ?? []).filter((one) => !subjects.some((other) => sameSubject(one, other)));
    const { metadata, changed } = withDefaults(existing, wanted);
    if (!missing.length && !changed) return nothing;
    return { do: "update", object: { ...existing, metadata, subjects: [...subjects, ...missing] } };
  }
  return { do: "replace", object: wanted };
}

const isProtected = ({ metadata }: AnyRole | AnyBinding): boolean => metadata.annotations?.[autoUpdate] === "false";

/** Labels and annotations with the default ones; what is there keeps its value. */
function withDefaults<T extends AnyRole | AnyBinding>(
  existing: T,
  wanted: T,
): { metadata: T["metadata"]; changed: boolean } {
  const { labels, annotations } = existing.metadata;
  const lacks = (have: object | undefined, want: object | undefined): boolean =>
    Object.keys(want ?? {}).some((key) => !have || !(key in have));
  const changed = lacks(labels, wanted.metadata.labels) || lacks(annotations, wanted.metadata.annotations);
  const metadata = {
    ...existing.metadata,
    labels: { ...wanted.metadata.labels, ...labels },
    annotations: { ...wanted.metadata.annotations, ...annotations },
  };
  return { metadata, changed };
}

function aggregationOf(
  existing: AnyRole,
  wanted: AnyRole,
): { changed: boolean; rule: ClusterRole["aggregationRule"] | undefined } {
  const have = (existing as ClusterRole).aggregationRule;
  const want = (wanted as ClusterRole).aggregationRule;
  if (!want) return { changed: have !== undefined, rule: undefined };
  const selectors = have?.clusterRoleSelectors ?? [];
  const missing = (want.clusterRoleSelectors ?? []).filter((one) => !selectors.some((other) => deepEqual(one, other)));
  if (!missing.length) return { changed: false, rule: have };
  return { changed: true, rule: { ...have, clusterRoleSelectors: [...selectors, ...missing] } };
}

const sameSubject = (a: Subject, b: Subject): boolean =>
  a.kind === b.kind &&
  a.name === b.name &&
  (a.apiGroup ?? "") === (b.apiGroup ?? "") &&
  (a.namespace ?? "") === (b.namespace ?? "");
