/** Near to some pods, far from others (https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity). */
import { matchesAll } from "../../api/selectors.ts";
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
import type { AffinityTerm, PodInfo } from "../pod-info.ts";

/** How much a required affinity of a pod that is there weighs for one that comes. */
const requiredWeight = 1;

type NamespaceLabels = Snapshot["namespaceLabels"];

function matches(term: AffinityTerm, { metadata }: Pod, labelsOf: NamespaceLabels): boolean {
  const namespace = metadata.namespace ?? "";
  const inside =
    term.namespaces.has(namespace) ||
    (term.namespaceSelector !== undefined && matchesAll(term.namespaceSelector, labelsOf(namespace)));
  return inside && term.selector !== undefined && matchesAll(term.selector, metadata.labels);
}

/** Counts by domain: `key=value` of a node's label. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(node: NodeInfo, topologyKey: string, by: number): void {
    const value = node.labels[topologyKey];
    if (value === undefined) return;
    const id = `${topologyKey}=${value}`;
    const count = (this.#counts.get(id) ?? 0) + by;
    if (count === 0) this.#counts.delete(id);
    else this.#counts.set(id, count);
  }

  at(node: NodeInfo, topologyKey: string): number {
    const value = node.labels[topologyKey];
    return value === undefined ? 0 : (this.#counts.get(`${topologyKey}=${value}`) ?? 0);
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  total(node: NodeInfo): number {
    let sum = 0;
    for (const key in node.labels) sum += this.at(node, key);
    return sum;
  }
}

class Filtering {
  readonly #existingAnti = new Counts();
  readonly #affinity = new Counts();
  readonly #anti = new Counts();
  readonly #info: PodInfo;
  readonly #labelsOf: NamespaceLabels;

  constructor(info: PodInfo, labelsOf: NamespaceLabels) {
    this.#info = info;
    this.#labelsOf = labelsOf;
  }

  get isIdle(): boolean {
    return this.#existingAnti.isEmpty && !this.#info.requiredAffinity.length && !this.#info.requiredAntiAffinity.length;
  }

  /** Counts what `other` on `node` means to the pod. */
  see(other: PodInfo, node: NodeInfo, by: number): void {
    for (const term of other.requiredAntiAffinity) {
      if (matches(term, this.#info.pod, this.#labelsOf)) this.#existingAnti.add(node, term.topologyKey, by);
    }
    const { requiredAffinity, requiredAntiAffinity } = this.#info;
    if (requiredAffinity.length && requiredAffinity.every((t) => matches(t, other.pod, this.#labelsOf))) {
      for (const { topologyKey } of requiredAffinity) this.#affinity.add(node, topologyKey, by);
    }
    for (const term of requiredAntiAffinity) {
      if (matches(term, other.pod, this.#labelsOf)) this.#anti.add(node, term.topologyKey, by);
    }
  }

  filter(node: NodeInfo) {
    if (!this.#isNear(node)) return rejectFinally("node(s) didn't match pod affinity rules");
    if (this.#info.requiredAntiAffinity.some((t) => this.#anti.at(node, t.topologyKey) > 0))
      return reject("node(s) didn't match pod anti-affinity rules");
    if (!this.#existingAnti.isEmpty && this.#existingAnti.total(node) > 0)
      return reject("node(s) didn't satisfy existing pods anti-affinity rules");
    return undefined;
  }

  #isNear(node: NodeInfo): boolean {
    const terms = this.#info.requiredAffinity;
    if (terms.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) return false;
    if (terms.every(({ topologyKey }) => this.#affinity.at(node, topologyKey) > 0)) return true;
    // the first of a group of pods that want to be near one another
    return this.#affinity.isEmpty && terms.every((t) => matches(t, this.#info.pod, this.#labelsOf));
  }
}

function prepare(info: PodInfo, snapshot: Snapshot): Prepared {
  const filtering = new Filtering(info, snapshot.namespaceLabels);
  const all = info.requiredAffinity.length > 0 || info.requiredAntiAffinity.length > 0;
  for (const node of snapshot.nodes) {
    const others = all ? node.pods : node.withRequiredAntiAffinity;
    for (const other of others.values()) filtering.see(other, node, 1);
  }
  if (filtering.isIdle) return { skip: true };
  return {
    filter: (node) => filtering.filter(node),
    trial: {
      add: (other, node) => filtering.see(other, node, 1),
      remove: (other, node) => filtering.see(other, node, -1),
    },
  };
}

function prepareScore(info: PodInfo, snapshot: Snapshot): NodeScorer | undefined {
  const counts = new Counts();
  const labelsOf = snapshot.namespaceLabels;
  const own = info.preferredAffinity.length > 0 || info.preferredAntiAffinity.length > 0;
  for (const node of snapshot.nodes) {
    const others = own ? node.pods : node.withAffinity;
    for (const other of others.values()) {
      const add = (terms: readonly AffinityTerm[], pod: Pod, sign: number, weight?: number): void => {
        for (const term of terms) {
          if (matches(term, pod, labelsOf)) counts.add(node, term.topologyKey, sign * (weight ?? term.weight));
        }
      };
      add(info.preferredAffinity, other.pod, 1);
      add(info.preferredAntiAffinity, other.pod, -1);
      add(other.requiredAffinity, info.pod, 1, requiredWeight);
      add(other.preferredAffinity, info.pod, 1);
      add(other.preferredAntiAffinity, info.pod, -1);
    }
  }
  if (counts.isEmpty) return undefined;
  return {
    score: (node) => counts.total(node),
    normalize(scores) {
      const [least, most] = [Math.min(...scores), Math.max(...scores)];
      for (const [i, score] of scores.entries()) {
        scores[i] = most > least ? Math.trunc((maxScore * (score - least)) / (most - least)) : 0;
      }
    },
  };
}

export const interPodAffinity: FilterPlugin & ScorePlugin = {
  name: "InterPodAffinity",
  weight: 2,
  retryOn: ["node/add", "node/labels", "pod/add", "pod/update", "pod/delete", "namespace"],
  prepare,
  prepareScore,
};
