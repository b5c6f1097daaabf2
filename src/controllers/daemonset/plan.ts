/** What a DaemonSet needs on each node, and its status. */
import type { DaemonSet, Node, Pod } from "../../client/kinds.ts";
import { byCreation } from "../pods/by-creation.ts";
import { countOf } from "../pods/count-of.ts";
import { isAvailable, isReady } from "../pods/pod-state.ts";
import { placementOn } from "./placement.ts";

export const hashLabel = "controller-revision-hash";
export const generationLabel = "pod-template-generation";
const generationAnnotation = "deprecated.daemonset.template.generation";

export interface Daemons {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  /** By the node they are on or meant for. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  /** Of the current revision. */
  readonly hash: string;
  readonly now: number;
}

export interface DaemonPlan {
  /** Nodes that are to get a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** Ended pods are to be removed, too, each with a word of why; failed ones not too often. */
  readonly failed: readonly EndedPod[];
  readonly succeeded: readonly EndedPod[];
}

export interface EndedPod {
  readonly pod: Pod;
  readonly node: string;
}

/** An annotation that is no number tells nothing. */
export function templateGeneration({ metadata }: DaemonSet): string | undefined {
  const text = metadata.annotations?.[generationAnnotation] ?? "";
  return /^[+-]?\d+$/.test(text) ? String(BigInt(text.replace("+", ""))) : undefined;
}

export function isUpdated({ metadata: { labels = {} } }: Pod, { set, hash }: Daemons): boolean {
  const generation = templateGeneration(set);
  return labels[hashLabel] === hash || (generation !== undefined && labels[generationLabel] === generation);
}

export const surgeOf = ({ spec: { updateStrategy } }: DaemonSet, nodes: number): number =>
  updateStrategy?.type === "RollingUpdate" ? countOf(updateStrategy.rollingUpdate?.maxSurge, nodes, Math.ceil) : 0;

export const availableIn = (pod: Pod, { set, now }: Daemons): boolean =>
  isAvailable(pod, set.spec.minReadySeconds ?? 0, now);

/** Pods that are on a node go before those that wait, then old ones before new ones. */
const bySeniority = (a: Pod, b: Pod): number =>
  Number(Boolean(b.spec?.nodeName)) - Number(Boolean(a.spec?.nodeName)) || byCreation(a, b);

export function planDaemons(daemons: Daemons): DaemonPlan {
  const plan = { create: [] as string[], remove: [] as Pod[], failed: [] as EndedPod[], succeeded: [] as EndedPod[] };
  const surges = surgeOf(daemons.set, 1) > 0;
  for (const node of daemons.nodes) {
    const name = node.metadata.name ?? "";
    const pods = daemons.pods.get(name);
    const { wanted, mayStay } = placementOn(node, daemons.set);
    const alive = (pods ?? []).filter((pod) => !pod.metadata.deletionTimestamp);
    if (wanted && !pods) plan.create.push(name);
    else if (!mayStay) plan.remove.push(...alive);
    else {
      const at = (phase: string): Pod[] => alive.filter((pod) => pod.status?.phase === phase);
      plan.failed.push(...at("Failed").map((pod) => ({ pod, node: name })));
      plan.succeeded.push(...at("Succeeded").map((pod) => ({ pod, node: name })));
      const running = alive.filter(({ status }) => status?.phase !== "Failed" && status?.phase !== "Succeeded");
      if (surges && wanted && running.length === 0) plan.create.push(name);
      plan.remove.push(...(surges ? excessOfSurge(running, daemons) : running.toSorted(bySeniority).slice(1)));
    }
  }
  plan.remove.push(...withoutNode(daemons));
  return plan;
}

/** One old pod and one new may be on a node as long as the new one is not available and the old one is ready. */
function excessOfSurge(running: readonly Pod[], daemons: Daemons): Pod[] {
  if (running.length <= 1) return [];
  const inOrder = running.toSorted(bySeniority);
  const isNew = (pod: Pod): boolean => pod.metadata.labels?.[hashLabel] === daemons.hash;
  const fresh = inOrder.find(isNew);
  const old = inOrder.find((pod) => !isNew(pod));
  const excess = inOrder.filter((pod) => pod !== fresh && pod !== old);
  if (fresh && old && (!isReady(old) || availableIn(fresh, daemons))) excess.push(old);
  return excess;
}

/** Pods that no scheduler can place any more: their node is gone. */
function withoutNode({ nodes, pods }: Daemons): Pod[] {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  return [...pods].flatMap(([node, list]) => (names.has(node) ? [] : list.filter(({ spec }) => !spec?.nodeName)));
}

export function statusOf(daemons: Daemons): DaemonSet["status"] {
  const { set, nodes, pods } = daemons;
  const counts = { wanted: 0, current: 0, misplaced: 0, ready: 0, updated: 0, available: 0 };
  for (const node of nodes) {
    const first = (pods.get(node.metadata.name ?? "") ?? []).toSorted(bySeniority)[0];
    if (!placementOn(node, set).wanted) {
      if (first) counts.misplaced++;
      continue;
    }
    counts.wanted++;
    if (!first) continue;
    counts.current++;
    if (isReady(first)) counts.ready++;
    if (availableIn(first, daemons)) counts.available++;
    if (isUpdated(first, daemons)) counts.updated++;
  }
  return {
    ...set.status,
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misplaced,
    desiredNumberScheduled: counts.wanted,
    numberReady: counts.ready,
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: counts.updated || undefined,
    numberAvailable: counts.available || undefined,
    numberUnavailable: counts.wanted - counts.available || undefined,
  };
}
