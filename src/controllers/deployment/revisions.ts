/** The annotations by which a Deployment and its ReplicaSets remember revisions and sizes. */
import type { Deployment, ReplicaSet } from "../../client/kinds.ts";
import { byCreation } from "../pods/by-creation.ts";
import { limitsOf } from "./limits.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";
export const rollbackAnnotation = "deprecated.deployment.rollback.to";

/** They are the controller's own, and not copied from one to the other. */
const own = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  rollbackAnnotation,
]);

export type Annotations = Readonly<Record<string, string>>;

const longestHistory = 2000;

/** Undefined: it is there and is no number. */
export function revisionOf({ metadata }: ReplicaSet | Deployment): number | undefined {
  const text = metadata.annotations?.[revisionAnnotation];
  if (text === undefined) return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

export const highestRevision = (sets: readonly ReplicaSet[]): number =>
  Math.max(0, ...sets.map((set) => revisionOf(set) ?? 0));

/** The revision before the highest; 0 if there is none. */
export function lastRevision(sets: readonly ReplicaSet[]): number {
  const revisions = sets.flatMap((set) => revisionOf(set) ?? []).filter((revision) => revision > 0);
  return revisions.toSorted((a, b) => b - a)[1] ?? 0;
}

export const byRevision = (a: ReplicaSet, b: ReplicaSet): number => {
  const [x, y] = [revisionOf(a), revisionOf(b)];
  return x === undefined || y === undefined || x === y ? byCreation(a, b) : x - y;
};

/** A count that an annotation tells; undefined where it tells none. */
export function countIn(set: ReplicaSet, annotation: string): number | undefined {
  const text = set.metadata.annotations?.[annotation] ?? "";
  return /^\d+$/.test(text) && Number(text) <= 0x7fffffff ? Number(text) : undefined;
}

/** The annotations of the set that has the Deployment's template, once it is at `revision`. */
export function annotationsOfNew(deployment: Deployment, before: Annotations, revision: number): Annotations {
  const next: Record<string, string> = { ...before };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!own.has(key)) next[key] = value;
  const old = before[revisionAnnotation];
  if (old && !/^[+-]?\d+$/.test(old)) return next;
  if (Number(old || 0) >= revision) return next;
  next[revisionAnnotation] = String(revision);
  if (old !== undefined) {
    const history = historyWith(before[historyAnnotation] ?? "", old);
    if (history !== undefined) next[historyAnnotation] = history;
  }
  return next;
}

/** The oldest revisions go where there is no room. */
function historyWith(history: string, revision: string): string | undefined {
  const revisions = history ? history.split(",") : [];
  while (revisions.length && [...revisions, revision].join(",").length > longestHistory) revisions.shift();
  const text = [...revisions, revision].join(",");
  return text.length <= longestHistory ? text : undefined;
}

/** How large the Deployment is to be, and how large it may become on the way. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const desired = deployment.spec.replicas ?? 1;
  return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(desired + limitsOf(deployment).surge) };
}

/** The annotations of a Deployment that goes back to the template of `set`. */
export function annotationsFrom(deployment: Deployment, set: ReplicaSet): Annotations {
  const kept = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => own.has(key));
  const taken = Object.entries(set.metadata.annotations ?? {}).filter(([key]) => !own.has(key));
  return Object.fromEntries([...kept, ...taken]);
}
