/**
 * What objects count for against a ResourceQuota: pure (https://kubernetes.io/docs/concepts/policy/resource-quotas/).
 * Admission and the quota controller count by the same rules.
 */
import { aggregateResources, computeQos, isPodLevelResource, type ResourceList } from "../core/pod-resources.ts";
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from "../generated/core-v1.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { addQuantities } from "../quantity.ts";

export type { ResourceList } from "../core/pod-resources.ts";

/** `count/deployments.apps`: what every kind can be counted as. */
export const countName = ({ group, plural }: Pick<Kind, "group" | "plural">): string =>
  `count/${plural}${group ? `.${group}` : ""}`;

/** Core kinds that can also be counted by their bare name. */
const bareNames = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

/** By resource, as the quota names it. `nowMs`: pods whose grace period is over count no more. */
export function usageOf(kind: Kind, object: KubeObject, nowMs: number): ResourceList {
  const usage: ResourceList = { [countName(kind)]: "1" };
  if (kind.group) return usage;
  if (bareNames.has(kind.plural)) usage[kind.plural] = "1";
  switch (kind.plural) {
    case "pods":
      return { ...usage, ...podUsage(object as unknown as Pod, nowMs) };
    case "services":
      return { ...usage, ...serviceUsage(object as unknown as Service) };
    case "persistentvolumeclaims":
      return { ...usage, ...claimUsage(object as unknown as PersistentVolumeClaim) };
    default:
      return usage;
  }
}

function podUsage(pod: Pod, nowMs: number): ResourceList {
  const { status, metadata, spec } = pod;
  if (status.phase === "Succeeded" || status.phase === "Failed") return {};
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp && nowMs > Date.parse(deletionTimestamp) + (deletionGracePeriodSeconds ?? 0) * 1000) return {};
  const usage: ResourceList = { pods: "1" };
  const requests = withPodLevel(aggregateResources(spec, "requests"), spec.resources?.requests);
  const limits = withPodLevel(aggregateResources(spec, "limits"), spec.resources?.limits);
  for (const [name, quantity] of Object.entries(requests)) {
    if (["cpu", "memory", "ephemeral-storage"].includes(name) || name.startsWith("hugepages-")) usage[name] = quantity;
    usage[`requests.${name}`] = quantity;
  }
  for (const name of ["cpu", "memory", "ephemeral-storage"]) {
    const quantity = limits[name];
    if (quantity !== undefined) usage[`limits.${name}`] = quantity;
  }
  return usage;
}

function withPodLevel(sum: ResourceList, own: ResourceList | undefined): ResourceList {
  const made = { ...sum };
  for (const [name, quantity] of Object.entries(own ?? {})) if (isPodLevelResource(name)) made[name] = quantity;
  return made;
}

function serviceUsage({ spec }: Service): ResourceList {
  const ports = spec.ports ?? [];
  const without = spec.allocateLoadBalancerNodePorts === false;
  const nodePorts = ((): number => {
    if (spec.type === "NodePort") return ports.length;
    if (spec.type !== "LoadBalancer") return 0;
    return without ? ports.filter((p) => p.nodePort).length : ports.length;
  })();
  return {
    "services.nodeports": String(nodePorts),
    "services.loadbalancers": spec.type === "LoadBalancer" ? "1" : "0",
  };
}

function claimUsage({ spec }: PersistentVolumeClaim): ResourceList {
  const storage = spec.resources.requests?.storage;
  const usage: ResourceList = { ...(storage && { "requests.storage": storage }) };
  if (spec.storageClassName) {
    const prefix = `${spec.storageClassName}.storageclass.storage.k8s.io`;
    usage[`${prefix}/persistentvolumeclaims`] = "1";
    if (storage) usage[`${prefix}/requests.storage`] = storage;
  }
  return usage;
}

/** Which of the quota's resources objects of the kind can count for. */
export function resourcesOf(kind: Kind, names: readonly string[]): string[] {
  return names.filter((name) => {
    if (name === countName(kind)) return true;
    if (kind.group) return false;
    if (kind.plural === "pods") {
      return (
        ["pods", "cpu", "memory", "ephemeral-storage"].includes(name) ||
        name.startsWith("hugepages-") ||
        /^limits\.(cpu|memory|ephemeral-storage)$/.test(name) ||
        (name.startsWith("requests.") && name !== "requests.storage")
      );
    }
    if (kind.plural === "services") return /^services(\.nodeports|\.loadbalancers)?$/.test(name);
    if (kind.plural === "persistentvolumeclaims")
      return (
        name === "persistentvolumeclaims" ||
        name === "requests.storage" ||
        name.includes(".storageclass.storage.k8s.io/")
      );
    return bareNames.has(kind.plural) && name === kind.plural;
  });
}

/** Whether the quota's scopes take the object in. */
export function inScope({ spec }: ResourceQuota, kind: Kind, object: KubeObject): boolean {
  const scopes = [
    ...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists", values: undefined })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ];
  if (!scopes.length) return true;
  if (kind.group || kind.plural !== "pods") return false;
  return scopes.every((scope) => podInScope(object as unknown as Pod, scope));
}

interface Scope {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

function podInScope(pod: Pod, { scopeName, operator, values = [] }: Scope): boolean {
  const terminating = (pod.spec.activeDeadlineSeconds ?? -1) >= 0;
  switch (scopeName) {
    case "Terminating":
      return terminating;
    case "NotTerminating":
      return !terminating;
    case "BestEffort":
      return computeQos(pod) === "BestEffort";
    case "NotBestEffort":
      return computeQos(pod) !== "BestEffort";
    case "PriorityClass": {
      const name = pod.spec.priorityClassName;
      if (operator === "Exists") return Boolean(name);
      if (operator === "DoesNotExist") return !name;
      const listed = name !== undefined && values.includes(name);
      return operator === "In" ? listed : !listed;
    }
    case "CrossNamespacePodAffinity":
      return crossesNamespaces(pod);
    default:
      return false;
  }
}

function crossesNamespaces({ spec }: Pod): boolean {
  const crosses = (term: { namespaces?: readonly string[] | undefined; namespaceSelector?: unknown }): boolean =>
    Boolean(term.namespaces?.length) || term.namespaceSelector !== undefined;
  return [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity].some(
    (affinity) =>
      affinity?.requiredDuringSchedulingIgnoredDuringExecution?.some(crosses) ||
      affinity?.preferredDuringSchedulingIgnoredDuringExecution?.some((t) => crosses(t.podAffinityTerm)),
  );
}

const mustBeSaid = new Set(["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]);

/** What the pod's containers must say because a quota limits it, and do not: `limits.cpu for: c`. Undefined: nothing. */
export function unsaid(pod: Pod, resources: readonly string[]): string | undefined {
  if (pod.spec.resources) return undefined;
  const missing = new Map<string, Set<string>>();
  for (const { name, resources: own } of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    for (const resource of resources) {
      if (!mustBeSaid.has(resource)) continue;
      const [, of = "requests", what = ""] = /^(?:(limits|requests)\.)?(.*)$/.exec(resource) ?? [];
      if ((of === "limits" ? own.limits : own.requests)?.[what] !== undefined) continue;
      missing.set(resource, (missing.get(resource) ?? new Set()).add(name));
    }
  }
  if (!missing.size) return undefined;
  const texts = [...missing]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([r, names]) => `${r} for: ${[...names].sort().join(",")}`);
  return `must specify ${texts.join("; ")}`;
}

export function addUsage(a: Readonly<ResourceList>, b: Readonly<ResourceList>): ResourceList {
  const sum: ResourceList = { ...a };
  for (const [name, quantity] of Object.entries(b)) sum[name] = addQuantities(sum[name], quantity);
  return sum;
}
