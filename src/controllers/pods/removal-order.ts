/**
 * Which pods go first when there are too many
 * (https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset).
 */
import type { Pod } from "../../client/kinds.ts";
import { createdAt, isActive, isReady, readySince } from "./pod-state.ts";

export const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** A cost that cannot be read is none. */
export function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[deletionCostAnnotation] ?? "0";
  const cost = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
  return Math.abs(cost) <= 0x7fffffff || cost === -0x80000000 ? cost : 0;
}

function restarts({ spec, status }: Pod): { regular: number; sidecar: number } {
  const sidecars = new Set((spec?.initContainers ?? []).filter((c) => c.restartPolicy === "Always").map((c) => c.name));
  const most = (counts: readonly number[]): number => Math.max(0, ...counts);
  return {
    regular: most((status?.containerStatuses ?? []).map((c) => c.restartCount)),
    sidecar: most((status?.initContainerStatuses ?? []).filter((c) => sidecars.has(c.name)).map((c) => c.restartCount)),
  };
}

/** Ages are told apart by their order of magnitude alone, so that among like pods it is chance that decides. */
function ageRank(since: number, now: number): number {
  const nanoseconds = (now - since) * 1e6;
  return nanoseconds > 0 ? Math.trunc(Math.log2(nanoseconds)) : -1;
}

function byAge(a: Pod, b: Pod, sinceA: number, sinceB: number, now: number): number {
  const difference = ageRank(sinceA, now) - ageRank(sinceB, now);
  if (difference !== 0) return difference;
  return (a.metadata.uid ?? "") < (b.metadata.uid ?? "") ? -1 : 1;
}

/** How many of the active pods are on each node. */
export function countByNode(pods: readonly Pod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName ?? "";
    if (isActive(pod)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/** Pods that are not placed, not running, not ready go first. */
function byProgress(a: Pod, b: Pod): number {
  return (
    Number(Boolean(a.spec?.nodeName)) - Number(Boolean(b.spec?.nodeName)) ||
    (phases[a.status?.phase ?? ""] ?? 0) - (phases[b.status?.phase ?? ""] ?? 0) ||
    Number(isReady(a)) - Number(isReady(b))
  );
}

/** The pods, those that are missed least first. `related`: all pods whose crowding on a node counts. */
export function inRemovalOrder(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const crowd = countByNode(related);
  const onNode = ({ spec }: Pod): number => crowd.get(spec?.nodeName ?? "") ?? 0;
  const byRank = (a: Pod, b: Pod): number => rank(a, b, (sinceA, sinceB) => byAge(a, b, sinceA, sinceB, now));
  return pods.toSorted(
    (a, b) => byProgress(a, b) || deletionCost(a) - deletionCost(b) || onNode(b) - onNode(a) || byRank(a, b),
  );
}

/** The simple order, in which Jobs remove pods: costs and nodes do not matter, and ages are told apart to the second. */
export const byStage = (a: Pod, b: Pod): number => byProgress(a, b) || rank(a, b, (sinceA, sinceB) => sinceB - sinceA);

/** By the time of readiness, restarts, age, as far as they differ. */
function rank(a: Pod, b: Pod, byTime: (sinceA: number, sinceB: number) => number): number {
  const [readyA, readyB] = [readySince(a), readySince(b)];
  if (isReady(a) && isReady(b) && readyA !== readyB) {
    if (readyA === undefined || readyB === undefined) return readyA === undefined ? -1 : 1;
    return byTime(readyA, readyB);
  }
  const [restartsA, restartsB] = [restarts(a), restarts(b)];
  const more = restartsB.regular - restartsA.regular || restartsB.sidecar - restartsA.sidecar;
  if (more) return more;
  return createdAt(a) === createdAt(b) ? 0 : byTime(createdAt(a), createdAt(b));
}
