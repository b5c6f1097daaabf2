/** Spreading pods over zones, nodes or any other domain (https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/). */
import { matchesNode } from "../../api/core/node-affinity.ts";
import { forbids, untolerated } from "../../api/core/taints.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../api/object.ts";
import { matchesAll, type Selector, selectorOf } from "../../api/selectors.ts";
import type { Pod } from "../../client/kinds.ts";
import {
  type FilterPlugin,
  maxScore,
  type NodeScorer,
  type Prepared,
  reject,
  rejectFinally,
  type ScorePlugin,
  type Snapshot,
} from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";

const hostname = "kubernetes.io/hostname";

interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly minDomains: number;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

/** What a cluster does for pods that say nothing, if something selects them. */
const systemDefaults: readonly { readonly topologyKey: string; readonly maxSkew: number }[] = [
  { topologyKey: hostname, maxSkew: 3 },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5 },
];

function constraintsOf({ spec, metadata }: Pod, when: string): Constraint[] {
  return (spec.topologySpreadConstraints ?? [])
    .filter((c) => c.whenUnsatisfiable === when)
    .map((c) => constraintOf(c, metadata.labels ?? {}));
}

function constraintOf(c: Shared<core.TopologySpreadConstraint>, labels: Readonly<Record<string, string>>): Constraint {
  const keys = (c.matchLabelKeys ?? []).filter((key) => labels[key] !== undefined);
  const own = selectorOf(c.labelSelector as never) ?? undefined;
  const selector: Selector = [
    ...(own ?? []),
    ...keys.map((key) => ({ key, operator: "=" as const, values: [labels[key] as string] })),
  ];
  return {
    maxSkew: c.maxSkew,
    topologyKey: c.topologyKey,
    // no selector at all selects nothing
    selector: own === undefined && !keys.length ? [{ key: "", operator: "exists", values: [] }] : selector,
    minDomains: c.minDomains ?? 1,
    honorsAffinity: (c.nodeAffinityPolicy ?? "Honor") === "Honor",
    honorsTaints: (c.nodeTaintsPolicy ?? "Ignore") === "Honor",
  };
}

const countsNode = (c: Constraint, { spec }: Pod, { node }: NodeInfo): boolean =>
  !(c.honorsAffinity && !matchesNode(spec, node)) &&
  !(c.honorsTaints && untolerated(node.spec.taints, spec.tolerations, forbids));

const hasAllKeys = (constraints: readonly Constraint[], labels: Readonly<Record<string, string>>): boolean =>
  constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);

function matching(node: NodeInfo, selector: Selector, namespace: string | undefined): number {
  if (selector.length === 0) return 0;
  let count = 0;
  for (const { pod } of node.pods.values()) {
    if (pod.metadata.deletionTimestamp || pod.metadata.namespace !== namespace) continue;
    if (matchesAll(selector, pod.metadata.labels)) count++;
  }
  return count;
}

/** How many matching pods each domain has, for one constraint. */
class Domains {
  readonly counts = new Map<string, number>();
  readonly #constraint: Constraint;

  constructor(constraint: Constraint) {
    this.#constraint = constraint;
  }

  add(value: string, count: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + count);
  }

  get least(): number {
    if (this.counts.size < this.#constraint.minDomains) return 0;
    let least = Number.MAX_SAFE_INTEGER;
    for (const count of this.counts.values()) least = Math.min(least, count);
    return least;
  }
}

function prepareFilter(info: PodInfo, snapshot: Snapshot): Prepared {
  const { pod } = info;
  const constraints = constraintsOf(pod, "DoNotSchedule");
  if (!constraints.length) return { skip: true };
  const domains = constraints.map((c) => new Domains(c));
  const each = (node: NodeInfo, see: (domain: Domains, c: Constraint, value: string) => void): void => {
    if (!hasAllKeys(constraints, node.labels)) return;
    for (const [i, c] of constraints.entries()) {
      if (countsNode(c, pod, node)) see(domains[i] as Domains, c, node.labels[c.topologyKey] as string);
    }
  };
  for (const node of snapshot.nodes) {
    each(node, (domain, c, value) => domain.add(value, matching(node, c.selector, pod.metadata.namespace)));
  }
  const change = (other: PodInfo, node: NodeInfo, by: number): void => {
    if (other.pod.metadata.namespace !== pod.metadata.namespace) return;
    each(node, (domain, c, value) => {
      if (matchesAll(c.selector, other.pod.metadata.labels)) domain.add(value, by);
    });
  };
  return {
    trial: {
      add: (other, node) => change(other, node, 1),
      remove: (other, node) => change(other, node, -1),
    },
    filter(node) {
      for (const [i, c] of constraints.entries()) {
        const value = node.labels[c.topologyKey];
        if (value === undefined)
          return rejectFinally("node(s) didn't match pod topology spread constraints (missing required label)");
        const own = matchesAll(c.selector, pod.metadata.labels) ? 1 : 0;
        const domain = domains[i] as Domains;
        const skew = (domain.counts.get(value) ?? 0) + own - domain.least;
        if (skew > c.maxSkew) return reject("node(s) didn't match pod topology spread constraints");
      }
      return undefined;
    },
  };
}

function prepareScore(info: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]): NodeScorer | undefined {
  const { pod } = info;
  const own = (pod.spec.topologySpreadConstraints ?? []).length > 0;
  const constraints = own ? constraintsOf(pod, "ScheduleAnyway") : defaults(info, snapshot);
  if (!constraints.length) return undefined;
  const ignored = new Set<string>();
  const counts = constraints.map(() => new Map<string, number>());
  for (const node of nodes) {
    if (own && !hasAllKeys(constraints, node.labels)) {
      ignored.add(node.name);
      continue;
    }
    for (const [i, { topologyKey }] of constraints.entries()) {
      if (topologyKey !== hostname) counts[i]?.set(node.labels[topologyKey] ?? "", 0);
    }
  }
  const weights = constraints.map(({ topologyKey }, i) =>
    Math.log((topologyKey === hostname ? nodes.length - ignored.size : (counts[i]?.size ?? 0)) + 2),
  );
  countDomains(info, snapshot, constraints, counts, own);
  return {
    score(node) {
      if (ignored.has(node.name)) return 0;
      let score = 0;
      for (const [i, c] of constraints.entries()) {
        const value = node.labels[c.topologyKey];
        if (value === undefined) continue;
        const count =
          c.topologyKey === hostname
            ? matching(node, c.selector, pod.metadata.namespace)
            : (counts[i]?.get(value) ?? 0);
        score += count * (weights[i] ?? 0) + (c.maxSkew - 1);
      }
      return Math.round(score);
    },
    normalize: (scores, scored) => normalize(scores, scored, ignored),
  };
}

function countDomains(
  { pod }: PodInfo,
  snapshot: Snapshot,
  constraints: readonly Constraint[],
  counts: readonly Map<string, number>[],
  own: boolean,
): void {
  if (constraints.every((c) => c.topologyKey === hostname)) return;
  for (const node of snapshot.nodes) {
    if (own && !hasAllKeys(constraints, node.labels)) continue;
    for (const [i, c] of constraints.entries()) {
      const value = node.labels[c.topologyKey] ?? "";
      const known = counts[i]?.get(value);
      if (known === undefined || !countsNode(c, pod, node)) continue;
      counts[i]?.set(value, known + matching(node, c.selector, pod.metadata.namespace));
    }
  }
}

function defaults(info: PodInfo, snapshot: Snapshot): Constraint[] {
  const selector = snapshot.defaultSelector(info);
  if (selector.length === 0) return [];
  return systemDefaults.map((c) => ({ ...c, selector, minDomains: 1, honorsAffinity: true, honorsTaints: false }));
}

function normalize(scores: number[], nodes: readonly NodeInfo[], ignored: ReadonlySet<string>): void {
  const counted = scores.filter((_, i) => !ignored.has(nodes[i]?.name ?? ""));
  const least = Math.min(...counted);
  const most = Math.max(0, ...counted);
  for (const [i, score] of scores.entries()) {
    if (ignored.has(nodes[i]?.name ?? "")) scores[i] = 0;
    else scores[i] = most === 0 ? maxScore : Math.trunc((maxScore * (most + least - score)) / most);
  }
}

export const podTopologySpread: FilterPlugin & ScorePlugin = {
  name: "PodTopologySpread",
  weight: 2,
  retryOn: ["node/add", "node/delete", "node/labels", "node/taints", "pod/add", "pod/update", "pod/delete", "pod/self"],
  prepare: prepareFilter,
  prepareScore,
};
