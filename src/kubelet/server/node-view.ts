/** What a kubelet tells of its node: the pods that are there, and what their containers use. */
import type { Pod } from "../../client/kinds.ts";
import { labels } from "../container/config.ts";
import type { MachineFacts } from "../host.ts";
import type { Kubelet } from "../kubelet.ts";
import type { ObservedPod } from "../pod/observed.ts";
import type { ContainerStats, ContainerStatus } from "../runtimes/contract.ts";

export interface ContainerView {
  readonly pod: Pod;
  readonly status: ContainerStatus;
  readonly stats: ContainerStats;
}

export interface NodeView {
  readonly nodeName: string;
  readonly nowMs: number;
  /** When the kubelet of this node began; nobody knows when the machine did. */
  readonly facts: MachineFacts;
  readonly pods: readonly { readonly pod: Pod; readonly observed: ObservedPod }[];
  /** Those that run. */
  readonly containers: readonly ContainerView[];
  /** By pod and container, billionths of a core; empty: not measured. */
  readonly nanoCores: ReadonlyMap<string, number>;
}

export const usageKey = (namespace: string, pod: string, container: string): string =>
  `${namespace}/${pod}/${container}`;

/** `withRates`: what is used at this time, whose measuring may take a second. */
export async function viewNode(kubelet: Kubelet, withRates = false): Promise<NodeView> {
  const { runtime, host, observer, clock } = kubelet.parts;
  const [stats, facts, usage] = await Promise.all([
    runtime.containerStats(),
    host.facts(),
    withRates ? kubelet.meter.usage() : undefined,
  ]);
  const pods = [...kubelet.workers()].map(({ pod, uid }) => ({ pod, observed: observer.get(uid) }));
  const byId = new Map(
    pods.flatMap(({ pod, observed }) => observed.containers.map((status) => [status.id, { pod, status }])),
  );
  const containers = stats.flatMap((one) => {
    const known = byId.get(one.id);
    return known?.status.state === "running" ? [{ ...known, stats: one }] : [];
  });
  const rates = (usage?.containers ?? []).map(
    (one) => [usageKey(one.namespace, one.pod, one.container), one.cpuNanoCores] as const,
  );
  return { nodeName: kubelet.nodeName, nowMs: clock.now(), facts, pods, containers, nanoCores: new Map(rates) };
}

export const namespaceOf = ({ stats, pod }: ContainerView): string =>
  stats.labels[labels.podNamespace] ?? pod.metadata.namespace ?? "";
export const podNameOf = ({ stats, pod }: ContainerView): string =>
  stats.labels[labels.podName] ?? pod.metadata.name ?? "";

/** By uid of their pod. */
export function byPod(containers: readonly ContainerView[]): ReadonlyMap<string, readonly ContainerView[]> {
  const all = new Map<string, ContainerView[]>();
  for (const one of containers) {
    const uid = one.pod.metadata.uid ?? "";
    all.set(uid, [...(all.get(uid) ?? []), one]);
  }
  return all;
}

export const sumOf = (all: readonly ContainerView[], of: (stats: ContainerStats) => number): number =>
  all.reduce((sum, { stats }) => sum + of(stats), 0);
