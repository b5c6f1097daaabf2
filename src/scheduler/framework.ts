/**
 * What the plugins of the scheduler are (https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/): a
 * filter says why a node will not do, a score how well it would. A rejection is a reason, not an exception.
 */
import type { Selector } from "../api/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../client/kinds.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

export const maxScore = 100;

/** Why a node will not do. `final`: no pod that makes way would help. */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly final: boolean;
}

/** Taking pods off the node may help. */
export const reject = (...reasons: string[]): Rejection => ({ reasons, final: false });
export const rejectFinally = (...reasons: string[]): Rejection => ({ reasons, final: true });

/** What may change an answer: a pod that was refused is looked at again when such a thing happens. */
export type ClusterEvent =
  | "node/add"
  | "node/allocatable"
  | "node/labels"
  | "node/taints"
  | "node/delete"
  | "pod/add"
  | "pod/update"
  | "pod/delete"
  | "pod/self"
  | "service"
  | "namespace"
  | "volume";

/** The cluster as a cycle sees it. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[];
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  /** What a pod's services and owners select it by: for default spreading. Empty: nothing does. */
  readonly defaultSelector: (info: PodInfo) => Selector;
  /** How many nodes have an image. */
  readonly nodesWithImage: (name: string) => number;
  readonly claim: (namespace: string, name: string) => PersistentVolumeClaim | undefined;
  readonly volume: (name: string) => PersistentVolume | undefined;
  /** Whether claims of the class are bound only when a pod wants them. */
  readonly bindsLate: (storageClass: string) => boolean;
}

export interface Plugin {
  readonly name: string;
  readonly retryOn: readonly ClusterEvent[];
}

/** What a plugin worked out for a pod before it looks at nodes. */
export type Prepared =
  | { readonly skip: true }
  /** No node will do. */
  | { readonly reject: Rejection }
  | {
      readonly filter: (node: NodeInfo) => Rejection | undefined;
      readonly trial?: Trial;
      readonly only?: ReadonlySet<string>;
    };

/** What has to be told when pods are taken off nodes and put back, on trial. */
export interface Trial {
  add(info: PodInfo, node: NodeInfo): void;
  remove(info: PodInfo, node: NodeInfo): void;
}

export interface FilterPlugin extends Plugin {
  prepare(pod: PodInfo, snapshot: Snapshot): Prepared;
}

export interface ScorePlugin {
  readonly name: string;
  readonly weight: number;
  /** Undefined: it has nothing to say of this pod. `nodes`: those that passed. */
  prepareScore(pod: PodInfo, snapshot: Snapshot, nodes: readonly NodeInfo[]): NodeScorer | undefined;
}

export interface NodeScorer {
  score(node: NodeInfo): number;
  /** Brings scores into 0 to 100. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void;
}

/** The highest becomes 100; `reverse`: the lowest does. */
export function normalizeByMax(scores: number[], reverse = false): void {
  const highest = Math.max(0, ...scores);
  for (const [i, score] of scores.entries()) {
    if (highest === 0) scores[i] = reverse ? maxScore : score;
    else {
      const scaled = Math.trunc((maxScore * score) / highest);
      scores[i] = reverse ? maxScore - scaled : scaled;
    }
  }
}
