/** The cluster as the scheduler has it: kept up to date change by change, with the pods that it has just placed counted in. */
import { deepEqual } from "../api/object.ts";
import { type Selector, selectorOf } from "../api/selectors.ts";
import {
  type Node,
  namespaces,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  replicaSets,
  replicationControllers,
  services,
  statefulSets,
  storageClasses,
} from "../client/kinds.ts";
import type { Informers } from "../informer/informers.ts";
import type { ClusterEvent, Snapshot } from "./framework.ts";
import { NodeInfo } from "./node-info.ts";
import { type PodInfo, podInfo } from "./pod-info.ts";

export class ClusterState implements Snapshot {
  readonly #informers: Informers;
  readonly #nodes = new Map<string, NodeInfo>();
  #list: NodeInfo[] | undefined;
  #imageCounts: Map<string, number> | undefined;
  /** Which node each pod is counted on. */
  readonly #placed = new Map<string, { readonly node: string; readonly info: PodInfo }>();
  /** Pods on nodes that are not known yet. */
  readonly #homeless = new Map<string, Map<string, PodInfo>>();
  readonly #nominated = new Map<string, Map<string, PodInfo>>();

  constructor(informers: Informers) {
    this.#informers = informers;
    for (const kind of [namespaces, services, replicaSets, replicationControllers, statefulSets])
      informers.of(kind as never);
  }

  get nodes(): readonly NodeInfo[] {
    this.#list ??= [...this.#nodes.values()];
    return this.#list;
  }

  namespaceLabels = (namespace: string): Readonly<Record<string, string>> =>
    this.#informers.cache(namespaces).get(namespace)?.metadata.labels ?? {};

  nodesWithImage = (name: string): number => {
    if (!this.#imageCounts) {
      this.#imageCounts = new Map();
      for (const node of this.#nodes.values()) {
        for (const image of node.images.keys()) this.#imageCounts.set(image, (this.#imageCounts.get(image) ?? 0) + 1);
      }
    }
    return this.#imageCounts.get(name) ?? 0;
  };

  claim = (namespace: string, name: string): PersistentVolumeClaim | undefined =>
    this.#informers.cache(persistentVolumeClaims).get(`${namespace}/${name}`);

  volume = (name: string): PersistentVolume | undefined => this.#informers.cache(persistentVolumes).get(name);

  bindsLate = (storageClass: string): boolean =>
    this.#informers.cache(storageClasses).get(storageClass)?.volumeBindingMode === "WaitForFirstConsumer";

  defaultSelector = ({ pod }: PodInfo): Selector => {
    const { namespace = "", labels = {}, ownerReferences } = pod.metadata;
    const merged = new Map<string, string>();
    for (const { spec } of this.#informers.cache(services).list(namespace)) {
      const entries = Object.entries(spec.selector ?? {});
      if (entries.length && entries.every(([key, value]) => labels[key] === value)) {
        for (const [key, value] of entries) merged.set(key, value);
      }
    }
    const selector: Selector[number][] = [...merged].map(([key, value]) => ({ key, operator: "=", values: [value] }));
    const owner = ownerReferences?.find((ref) => ref.controller);
    return [...selector, ...this.#ownerSelector(namespace, owner?.kind, owner?.name)];
  };

  /** Pods that others were made to make way for on this node. */
  nominatedOn = (node: NodeInfo): readonly PodInfo[] => [...(this.#nominated.get(node.name)?.values() ?? [])];

  nominate(info: PodInfo, node: string | undefined): void {
    const uid = info.pod.metadata.uid ?? "";
    for (const pods of this.#nominated.values()) pods.delete(uid);
    if (!node) return;
    const pods = this.#nominated.get(node) ?? new Map<string, PodInfo>();
    pods.set(uid, info);
    this.#nominated.set(node, pods);
  }

  setNode(node: Node): ClusterEvent[] {
    const name = node.metadata.name ?? "";
    const known = this.#nodes.get(name);
    if (known) {
      const events = whatChanged(known.node, node);
      if (known.node.status.images !== node.status.images) this.#imageCounts = undefined;
      known.setNode(node);
      return events;
    }
    const made = new NodeInfo(node);
    for (const info of this.#homeless.get(name)?.values() ?? []) made.add(info);
    this.#homeless.delete(name);
    this.#nodes.set(name, made);
    this.#list = undefined;
    this.#imageCounts = undefined;
    return ["node/add"];
  }

  removeNode(name: string): void {
    const known = this.#nodes.get(name);
    if (!known) return;
    if (known.pods.size) this.#homeless.set(name, new Map(known.pods));
    this.#nodes.delete(name);
    this.#list = undefined;
    this.#imageCounts = undefined;
  }

  /** Counts the pod on its node, instead of what was counted of it before. */
  place(pod: Pod, node: string): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#placed.get(uid);
    const info = podInfo(pod);
    if (known?.info === info && known.node === node) return;
    this.remove(uid);
    this.#placed.set(uid, { node, info });
    const found = this.#nodes.get(node);
    if (found) {
      found.add(info);
      return;
    }
    const waiting = this.#homeless.get(node) ?? new Map<string, PodInfo>();
    waiting.set(uid, info);
    this.#homeless.set(node, waiting);
  }

  remove(uid: string): void {
    const known = this.#placed.get(uid);
    if (!known) return;
    this.#placed.delete(uid);
    this.#nodes.get(known.node)?.remove(uid);
    this.#homeless.get(known.node)?.delete(uid);
  }

  #ownerSelector(namespace: string, kind: string | undefined, name: string | undefined): Selector {
    const key = `${namespace}/${name}`;
    switch (kind) {
      case "ReplicaSet":
        return selectorOf(this.#informers.cache(replicaSets).get(key)?.spec.selector as never) ?? [];
      case "StatefulSet":
        return selectorOf(this.#informers.cache(statefulSets).get(key)?.spec.selector as never) ?? [];
      case "ReplicationController": {
        const labels = this.#informers.cache(replicationControllers).get(key)?.spec.selector ?? {};
        return Object.entries(labels).map(([label, value]) => ({ key: label, operator: "=", values: [value] }));
      }
      default:
        return [];
    }
  }
}

function whatChanged(before: Node, after: Node): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  if (!deepEqual(before.status.allocatable, after.status.allocatable)) events.push("node/allocatable");
  if (!deepEqual(before.metadata.labels, after.metadata.labels)) events.push("node/labels");
  const taints = !deepEqual(before.spec.taints, after.spec.taints);
  if (taints || before.spec.unschedulable !== after.spec.unschedulable) events.push("node/taints");
  return events;
}
