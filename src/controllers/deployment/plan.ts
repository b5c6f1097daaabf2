/**
 * What a Deployment wants of its ReplicaSets next
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment).
 */
import type { Deployment, ReplicaSet } from "../../client/kinds.ts";
import { byCreation } from "../pods/by-creation.ts";
import { sameTemplate } from "../pods/template.ts";
import { limitsOf } from "./limits.ts";
import { byRevision, countIn, desiredAnnotation, maxAnnotation } from "./revisions.ts";

export interface Sets {
  /** The set that has the Deployment's template. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export interface Scale {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

export const sizeOf = ({ spec }: ReplicaSet | Deployment): number => spec.replicas ?? 1;
export const totalOf = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, set) => sum + sizeOf(set), 0);
export const allOf = ({ current, old }: Sets): readonly ReplicaSet[] => (current ? [...old, current] : old);
const available = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
const isInUse = (set: ReplicaSet): boolean => sizeOf(set) > 0;

/** Of several sets with the template the oldest counts. */
export function sortOut(deployment: Deployment, sets: readonly ReplicaSet[]): Sets {
  const inOrder = sets.toSorted(byCreation);
  const current = inOrder.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  return { current, old: inOrder.filter((set) => set !== current) };
}

/** Someone changed the Deployment's size since its sets were last told. */
export const isScaled = (deployment: Deployment, sets: Sets): boolean =>
  allOf(sets).some((set) => {
    const told = isInUse(set) ? countIn(set, desiredAnnotation) : undefined;
    return told !== undefined && told !== sizeOf(deployment);
  });

/** How large the current set may be made now. */
export function sizeOfCurrent(deployment: Deployment, { current, old }: Sets): number {
  const [wanted, now] = [sizeOf(deployment), current ? sizeOf(current) : 0];
  if (deployment.spec.strategy?.type !== "RollingUpdate") return wanted;
  const room = wanted + limitsOf(deployment).surge - totalOf(old) - now;
  return room <= 0 ? now : now + Math.min(room, wanted - now);
}

/** The next step of a rolling update, in the order in which it is to be taken; none: there is nothing to do or to wait for. */
export function planRolling(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): readonly Scale[] {
  const [wanted, now] = [sizeOf(deployment), sizeOf(current)];
  const next = now > wanted ? wanted : now < wanted ? sizeOfCurrent(deployment, { current, old }) : now;
  if (next !== now) return [{ set: current, replicas: next }];
  return shrinkOld(deployment, current, old.filter(isInUse));
}

function shrinkOld(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): readonly Scale[] {
  const least = sizeOf(deployment) - limitsOf(deployment).unavailable;
  const unavailableNew = sizeOf(current) - available(current);
  let removable = totalOf(old) + sizeOf(current) - least - unavailableNew;
  if (totalOf(old) === 0 || removable <= 0) return [];
  const scales: Scale[] = [];
  const sizes = new Map(old.map((set) => [set, sizeOf(set)]));
  const shrink = (set: ReplicaSet, by: number): void => {
    const replicas = (sizes.get(set) ?? 0) - by;
    sizes.set(set, replicas);
    scales.push({ set, replicas });
  };
  // pods that are not available are missed by nobody
  for (const set of old.toSorted(byCreation)) {
    const count = Math.min(removable, sizeOf(set) - available(set));
    if (count <= 0) continue;
    removable -= count;
    shrink(set, count);
  }
  let spare = [...old, current].reduce((sum, set) => sum + available(set), 0) - least;
  for (const set of old.toSorted(byCreation)) {
    const count = Math.min(spare, sizes.get(set) ?? 0);
    if (count <= 0) continue;
    spare -= count;
    shrink(set, count);
  }
  return scales;
}

export interface Resize {
  readonly scales: readonly Scale[];
  /** The annotations are to be written though the size stays. */
  readonly always: boolean;
}

/** Brings the sets to a new size of the Deployment: while a rollout is under way, each by its share. */
export function planResize(deployment: Deployment, sets: Sets): Resize {
  const wanted = sizeOf(deployment);
  const inUse = allOf(sets).filter(isInUse);
  const only = inUse.length === 0 ? (sets.current ?? sets.old.toSorted(byCreation).at(-1)) : inUse[0];
  if (inUse.length < 2) return { scales: only ? [{ set: only, replicas: wanted }] : [], always: false };
  if (isSaturated(deployment, sets.current)) {
    return { scales: sets.old.filter(isInUse).map((set) => ({ set, replicas: 0 })), always: false };
  }
  if (deployment.spec.strategy?.type !== "RollingUpdate") return { scales: [], always: false };
  return { scales: inProportion(deployment, inUse), always: true };
}

function isSaturated(deployment: Deployment, current: ReplicaSet | undefined): boolean {
  const wanted = sizeOf(deployment);
  if (!current || countIn(current, desiredAnnotation) !== wanted) return false;
  return sizeOf(current) === wanted && available(current) === wanted;
}

function inProportion(deployment: Deployment, sets: readonly ReplicaSet[]): readonly Scale[] {
  const wanted = sizeOf(deployment);
  const missing = (wanted > 0 ? wanted + limitsOf(deployment).surge : 0) - totalOf(sets);
  // the largest first; of equal ones the newest grows, the oldest shrinks
  const direction = missing > 0 ? -1 : 1;
  const order = missing === 0 ? sets : sets.toSorted((a, b) => sizeOf(b) - sizeOf(a) || direction * byCreation(a, b));
  let added = 0;
  const scales = order.map((set) => {
    const share = shareOf(deployment, set, missing, added);
    added += share;
    return { set, replicas: sizeOf(set) + share };
  });
  const [first, ...rest] = scales;
  if (!first) return [];
  return [{ set: first.set, replicas: Math.max(0, first.replicas + missing - added) }, ...rest];
}

function shareOf(deployment: Deployment, set: ReplicaSet, missing: number, added: number): number {
  const allowed = missing - added;
  if (missing === 0 || allowed === 0) return 0;
  const fraction = fractionOf(deployment, set);
  return missing > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function fractionOf(deployment: Deployment, set: ReplicaSet): number {
  const [wanted, now] = [sizeOf(deployment), sizeOf(set)];
  if (wanted === 0) return -now;
  const before = countIn(set, maxAnnotation) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  const size = (now * (wanted + limitsOf(deployment).surge)) / before;
  return Math.trunc(size + (size < 0 ? -0.5 : 0.5)) - now;
}

/** Old sets that are one too many for the history, and hold nothing any more. */
export function planCleanup(deployment: Deployment, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === 0x7fffffff) return [];
  const alive = old.filter((set) => !set.metadata.deletionTimestamp);
  return alive
    .toSorted(byRevision)
    .slice(0, Math.max(0, alive.length - limit))
    .filter(
      (set) =>
        !set.status?.replicas &&
        sizeOf(set) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    );
}
