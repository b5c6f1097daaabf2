/** What the pods behind a Service are to it: which ports and addresses it leads to, and which changes of pods matter. */
import type * as core from "../../api/generated/core-v1.ts";
import { deepEqual, type Shared } from "../../api/object.ts";
import { parseAddress } from "../../api/validation/ip.ts";
import { type Pod, pods, type Service, services } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import { type Wake, wake } from "../../reconciler/controller.ts";
import { isReady, isTerminal } from "../pods/pod-state.ts";
import type { Port } from "./port-order.ts";

type ServicePort = Shared<core.ServicePort>;
type Container = Shared<core.Container>;

export const headlessLabel = "service.kubernetes.io/headless";
export const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** Whether this controller's kind looks after the service at all. */
export const hasPods = ({ spec }: Service): boolean => spec.type !== "ExternalName" && spec.selector !== undefined;

export function isSelected({ spec: { selector } }: Service, labels: Readonly<Record<string, string>> = {}): boolean {
  const wanted = Object.entries(selector ?? {});
  return selector !== undefined && wanted.every(([key, value]) => labels[key] === value);
}

export const hasClusterIp = ({ spec: { clusterIP } }: Service): boolean =>
  clusterIP !== undefined && clusterIP !== "" && clusterIP !== "None";

/** It has an address and has not ended. */
export function isEndpoint(pod: Pod, includesTerminating: boolean): boolean {
  if (isTerminal(pod)) return false;
  if (!pod.status?.podIP && !pod.status?.podIPs?.length) return false;
  return includesTerminating || !pod.metadata.deletionTimestamp;
}

export type Family = "IPv4" | "IPv6";

export const familyOf = (address: string): Family | undefined => {
  const family = parseAddress(address)?.family;
  return family === undefined ? undefined : family === 6 ? "IPv6" : "IPv4";
};

/** The addresses of the pod in one family. */
export function addressesOf({ status }: Pod, family: Family): string[] {
  const all = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  return all.filter((ip) => familyOf(ip) === family);
}

/** The families that the service is served in. */
export function familiesOf({ spec }: Service, of: readonly Pod[]): Family[] {
  if (spec.ipFamilies?.length) return spec.ipFamilies as Family[];
  if (spec.clusterIP && spec.clusterIP !== "None") return [familyOf(spec.clusterIP) ?? "IPv4"];
  const first = of.find((pod) => pod.status?.podIP)?.status?.podIP;
  return [(first && familyOf(first)) || "IPv4"];
}

/** The name that the pod has within the service's domain. */
export const hostnameOf = ({ spec, metadata }: Pod, service: Service): string | undefined =>
  spec.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace
    ? spec.hostname
    : undefined;

/** The ports of the pod that the service's lead to; those whose name no container has are left out. */
export function portsOf({ spec }: Service, pod: Pod): (Port & { readonly port: number })[] {
  return (spec.ports ?? []).flatMap((port) => {
    const number = targetOf(port, pod);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    return [{ name, protocol, port: number, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function targetOf({ targetPort, port, protocol = "TCP" }: ServicePort, { spec }: Pod): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === "number") return targetPort;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const containers: readonly Container[] = [...(spec.containers ?? []), ...sidecars];
  for (const { ports = [] } of containers) {
    const found = ports.find((p) => p.name === targetPort && (p.protocol ?? "TCP") === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

/** What of a pod can change endpoints. */
const matters = (pod: Pod): unknown => [
  pod.metadata.uid,
  Boolean(pod.metadata.deletionTimestamp),
  pod.status?.podIP,
  pod.status?.podIPs,
  isTerminal(pod),
  isReady(pod),
  pod.spec.nodeName,
  pod.spec.hostname,
  pod.spec.subdomain,
];

/** Wakes the services that select a pod, or did, when something of it changes that they show. */
export const wakeOnPods: Wake = wake(pods, function* ({ before, after }, cache) {
  const relabelled = !deepEqual(before?.metadata.labels, after?.metadata.labels);
  if (before && after && !relabelled && deepEqual(matters(before), matters(after))) return;
  for (const service of cache(services).list((after ?? before)?.metadata.namespace ?? "")) {
    const was = before !== undefined && isSelected(service, before.metadata.labels);
    const is = after !== undefined && isSelected(service, after.metadata.labels);
    if (was || is) yield cacheKey(service);
  }
});
