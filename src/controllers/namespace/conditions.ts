/** What a namespace that ends tells of how far it has come. */
import type * as core from "../../api/generated/core-v1.ts";
import { groupVersionOf, type Kind } from "../../api/kind.ts";
import type { Shared } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";

type Condition = Shared<core.NamespaceCondition>;

/** What is left of one kind. */
export interface Remaining {
  readonly kind: Kind;
  readonly count: number;
  /** How many objects each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** Within which time they may be gone, in seconds; 0 if nobody knows. */
  readonly estimateSeconds: number;
}

export interface Outcome {
  readonly remaining: readonly Remaining[];
  /** Why objects could not be deleted. */
  readonly failures: readonly string[];
}

/** Type, and the reason and message when all is well. */
const types = [
  ["NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"],
  ["NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"],
  [
    "NamespaceDeletionContentFailure",
    "ContentDeleted",
    "All content successfully deleted, may be waiting on finalization",
  ],
  ["NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"],
  ["NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"],
] as const;

type Told = Readonly<Record<string, { readonly reason: string; readonly message: string }>>;

function told({ remaining, failures }: Outcome): Told {
  const kinds = remaining.map(({ kind, count }) => `${kind.plural}.${kind.group} has ${count} resource instances`);
  const held = new Map<string, number>();
  for (const { finalizers } of remaining) {
    for (const [name, count] of finalizers) held.set(name, (held.get(name) ?? 0) + count);
  }
  const names = [...held].map(([name, count]) => `${name} in ${count} resource instances`);
  return {
    ...(failures.length && {
      NamespaceDeletionContentFailure: {
        reason: "ContentDeletionFailed",
        message: `Failed to delete all resource types, ${failures.length} remaining: ${failures.toSorted().join(", ")}`,
      },
    }),
    ...(kinds.length && {
      NamespaceContentRemaining: {
        reason: "SomeResourcesRemain",
        message: `Some resources are remaining: ${kinds.sort().join(", ")}`,
      },
    }),
    ...(names.length && {
      NamespaceFinalizersRemaining: {
        reason: "SomeFinalizersRemain",
        message: `Some content in the namespace has finalizers remaining: ${names.sort().join(", ")}`,
      },
    }),
  };
}

/** The conditions after this try; undefined if they are as they were. */
export function conditionsAfter(
  before: readonly Condition[] = [],
  outcome: Outcome,
  now: number,
): Condition[] | undefined {
  const news = told(outcome);
  let changed = false;
  const conditions = [...before];
  for (const [type, okReason, okMessage] of types) {
    const bad = news[type];
    const status = bad ? "True" : "False";
    const { reason, message } = bad ?? { reason: okReason, message: okMessage };
    const at = conditions.findIndex((condition) => condition.type === type);
    const old = conditions[at];
    if (old?.status === status && old.reason === reason && old.message === message) continue;
    changed = true;
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : rfc3339(now);
    const made = { type, status, lastTransitionTime: lastTransitionTime ?? null, reason, message };
    if (old) conditions[at] = made;
    else conditions.push(made);
  }
  return changed ? conditions : undefined;
}

/** The text of what ought to be gone but is not. */
export const unexpected = (namespace: string, kind: Kind): string =>
  `unexpected items still remain in namespace: ${namespace} for gvr: ${kind.group}/${groupVersionOf(kind).split("/").at(-1)}, Resource=${kind.plural}`;
