/** What the scheduler needs to know of a pod, worked out once. */
import { podRequests } from "../api/core/pod-requests.ts";
import type * as core from "../api/generated/core-v1.ts";
import { deepEqual, type Shared } from "../api/object.ts";
import { milliValue, wholeValue } from "../api/quantity.ts";
import { type Selector, selectorOf } from "../api/selectors.ts";
import type { Pod } from "../client/kinds.ts";

/** Amounts by resource: cpu in thousandths, all else in whole units. */
export type Amounts = Readonly<Record<string, number>>;

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector: Selector | undefined;
  /** Undefined with no namespaceSelector: the pod's own. */
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector | undefined;
  readonly weight: number;
}

export interface PodInfo {
  readonly pod: Pod;
  readonly requests: Amounts;
  /** As `requests`, with a little set aside for containers that ask for nothing: for scoring. */
  readonly nonZero: { readonly cpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

/** What a container that asks for nothing is taken to use: 100m and 200Mi. */
const assumed = { cpu: 100, memory: 200 * 1024 * 1024 };

const known = new WeakMap<Pod, PodInfo>();

export function podInfo(pod: Pod): PodInfo {
  let info = known.get(pod);
  if (!info) {
    info = makePodInfo(pod);
    known.set(pod, info);
  }
  return info;
}

export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const name in quantities) {
    amounts[name] = Number(name === "cpu" ? milliValue(quantities[name]) : wholeValue(quantities[name]));
  }
  return amounts;
}

function makePodInfo(pod: Pod): PodInfo {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const requests = amountsOf(podRequests(pod.spec));
  return {
    pod,
    requests,
    nonZero: nonZeroRequests(pod, requests),
    hostPorts: hostPortsOf(pod),
    priority: pod.spec.priority ?? 0,
    requiredAffinity: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((t) => termOf(pod, t, 1)),
    requiredAntiAffinity: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((t) =>
      termOf(pod, t, 1),
    ),
    preferredAffinity: weighted(pod, podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: weighted(pod, podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

function nonZeroRequests({ spec }: Pod, requests: Amounts): { cpu: number; memory: number } {
  const sum = { cpu: requests.cpu ?? 0, memory: requests.memory ?? 0 };
  for (const { resources } of spec.containers ?? []) {
    if (resources?.requests?.cpu === undefined && spec.resources?.requests?.cpu === undefined) sum.cpu += assumed.cpu;
    if (resources?.requests?.memory === undefined && spec.resources?.requests?.memory === undefined)
      sum.memory += assumed.memory;
  }
  return sum;
}

function hostPortsOf({ spec }: Pod): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((c) => c.restartPolicy === "Always");
  return [...(spec.containers ?? []), ...sidecars]
    .flatMap((c) => c.ports ?? [])
    .filter(({ hostPort }) => hostPort)
    .map(({ hostIP, protocol, hostPort }) => ({
      ip: hostIP || "0.0.0.0",
      protocol: protocol || "TCP",
      port: hostPort ?? 0,
    }));
}

const weighted = (pod: Pod, terms: readonly Shared<core.WeightedPodAffinityTerm>[] | undefined): AffinityTerm[] =>
  (terms ?? []).map(({ weight, podAffinityTerm }) => termOf(pod, podAffinityTerm, weight));

function termOf({ metadata }: Pod, term: Shared<core.PodAffinityTerm>, weight: number): AffinityTerm {
  const namespaces = term.namespaces ?? [];
  const own = namespaces.length === 0 && term.namespaceSelector === undefined;
  return {
    topologyKey: term.topologyKey,
    selector: selectorOf(term.labelSelector as never),
    namespaces: new Set(own ? [metadata.namespace ?? ""] : namespaces),
    namespaceSelector: term.namespaceSelector === undefined ? undefined : selectorOf(term.namespaceSelector as never),
    weight,
  };
}

/** Whether nothing that scheduling looks at differs between two states of a pod. */
export function sameForScheduling(a: Pod, b: Pod): boolean {
  return (
    deepEqual(a.spec, b.spec) &&
    deepEqual(a.metadata.labels, b.metadata.labels) &&
    a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
    a.status.nominatedNodeName === b.status.nominatedNodeName
  );
}
