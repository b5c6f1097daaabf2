/** One scheduling cycle: pure. From a pod and the cluster to a node, or to why there is none. */
import { below, type Random } from "../base/random.ts";
import type { FilterPlugin, Prepared, Rejection, ScorePlugin, Snapshot, Trial } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

/** What the filters worked out for a pod; goes on to preemption. */
export interface Filters {
  readonly plugins: readonly {
    readonly plugin: FilterPlugin;
    readonly filter: (node: NodeInfo) => Rejection | undefined;
    readonly trial?: Trial | undefined;
  }[];
  readonly only: { readonly names: ReadonlySet<string>; readonly plugin: string } | undefined;
}

export interface Refused {
  readonly plugin: string;
  readonly rejection: Rejection;
}

export type Outcome =
  | { readonly is: "placed"; readonly node: NodeInfo; readonly evaluated: number; readonly feasible: number }
  | {
      readonly is: "refused";
      readonly byNode: ReadonlyMap<string, Refused>;
      readonly filters: Filters;
      readonly preparing?: Refused;
    };

export interface CycleOptions {
  readonly filters: readonly FilterPlugin[];
  readonly scores: readonly ScorePlugin[];
  readonly random: Random;
  /** Where the search over nodes begins: so that all get their turn. */
  readonly startAt: number;
  /** Pods that are about to take a place on a node, by node. */
  readonly nominated?: (node: NodeInfo) => readonly PodInfo[];
}

/** Below so many nodes all are looked at. */
const leastNodes = 100;

/** How many nodes that fit are enough to choose among (percentageOfNodesToScore, by default from the cluster's size). */
export function nodesToFind(all: number): number {
  if (all < leastNodes) return all;
  const share = Math.max(5, 50 - Math.trunc(all / 125));
  return Math.max(leastNodes, Math.trunc((all * share) / 100));
}

export function schedule(info: PodInfo, snapshot: Snapshot, options: CycleOptions): Outcome {
  const prepared = prepareFilters(info, snapshot, options.filters);
  if ("plugin" in prepared) {
    return { is: "refused", byNode: new Map(), filters: { plugins: [], only: undefined }, preparing: prepared };
  }
  const { fitting, refused, evaluated } = findFitting(info, snapshot, prepared, options);
  const [only] = fitting;
  if (!only) return { is: "refused", byNode: refused, filters: prepared };
  const node = fitting.length === 1 ? only : best(info, snapshot, fitting, options);
  return { is: "placed", node, evaluated, feasible: fitting.length };
}

export function prepareFilters(info: PodInfo, snapshot: Snapshot, plugins: readonly FilterPlugin[]): Filters | Refused {
  const active: Filters["plugins"][number][] = [];
  let only: Filters["only"];
  for (const plugin of plugins) {
    const prepared: Prepared = plugin.prepare(info, snapshot);
    if ("reject" in prepared) return { plugin: plugin.name, rejection: prepared.reject };
    if ("skip" in prepared) continue;
    active.push({ plugin, filter: prepared.filter, trial: prepared.trial });
    if (prepared.only) only = { names: prepared.only, plugin: plugin.name };
  }
  return { plugins: active, only };
}

/** Why the node will not do, by the first plugin that says so. */
export function refusalOf({ plugins, only }: Filters, node: NodeInfo): Refused | undefined {
  if (only && !only.names.has(node.name)) {
    const reasons = [`node(s) didn't satisfy plugin(s) [${only.plugin}]`];
    return { plugin: only.plugin, rejection: { reasons, final: true } };
  }
  for (const { plugin, filter } of plugins) {
    const rejection = filter(node);
    if (rejection) return { plugin: plugin.name, rejection };
  }
  return undefined;
}

function findFitting(
  info: PodInfo,
  { nodes }: Snapshot,
  filters: Filters,
  { startAt, nominated }: CycleOptions,
): { fitting: NodeInfo[]; refused: Map<string, Refused>; evaluated: number } {
  const fitting: NodeInfo[] = [];
  const refused = new Map<string, Refused>();
  const enough = nodesToFind(nodes.length);
  let evaluated = 0;
  for (let i = 0; i < nodes.length && fitting.length < enough; i++) {
    const node = nodes[(startAt + i) % nodes.length] as NodeInfo;
    evaluated++;
    const why = refusalWith(info, node, filters, nominated?.(node) ?? []);
    if (why) refused.set(node.name, why);
    else fitting.push(node);
  }
  return { fitting, refused, evaluated };
}

/** A place that is promised to a pod of at least this one's priority is not free; but it is not sure to be taken either. */
function refusalWith(
  info: PodInfo,
  node: NodeInfo,
  filters: Filters,
  nominated: readonly PodInfo[],
): Refused | undefined {
  const uid = info.pod.metadata.uid;
  const ahead = nominated.filter((n) => n.priority >= info.priority && n.pod.metadata.uid !== uid);
  if (ahead.length) {
    const full = node.copy();
    for (const other of ahead) place(filters, other, full);
    const why = refusalOf(filters, full);
    for (const other of ahead) takeAway(filters, other, full);
    if (why) return why;
  }
  return refusalOf(filters, node);
}

export function place({ plugins }: Filters, other: PodInfo, node: NodeInfo): void {
  node.add(other);
  for (const { trial } of plugins) trial?.add(other, node);
}

export function takeAway({ plugins }: Filters, other: PodInfo, node: NodeInfo): void {
  node.remove(other.pod.metadata.uid ?? "");
  for (const { trial } of plugins) trial?.remove(other, node);
}

/** The node with the highest score; one of them by chance where several have it. */
function best(
  info: PodInfo,
  snapshot: Snapshot,
  nodes: readonly NodeInfo[],
  { scores: plugins, random }: CycleOptions,
): NodeInfo {
  const totals = new Array<number>(nodes.length).fill(0);
  for (const plugin of plugins) {
    const scorer = plugin.prepareScore(info, snapshot, nodes);
    if (!scorer) continue;
    const scores = nodes.map((node) => scorer.score(node));
    scorer.normalize?.(scores, nodes);
    for (const [i, score] of scores.entries()) totals[i] = (totals[i] ?? 0) + score * plugin.weight;
  }
  const highest = Math.max(...totals);
  const first = nodes.filter((_, i) => totals[i] === highest);
  return first[below(random, first.length)] as NodeInfo;
}

/** Why no node will do, as upstream's `FitError` says it. */
export function fitMessage(total: number, outcome: Extract<Outcome, { is: "refused" }>, preemption: string): string {
  const what = outcome.preparing
    ? ` ${outcome.preparing.rejection.reasons.join(", ")}.`
    : ` ${histogram([...outcome.byNode.values()].flatMap((r) => r.rejection.reasons))}.`;
  const nothing = total === 0 ? "no nodes available to schedule pods" : `0/${total} nodes are available:${what}`;
  return total === 0 ? nothing : `${nothing}${preemption ? ` ${preemption}` : ""}`;
}

/** Each reason with how often it was given, sorted as text. */
export function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(", ");
}
