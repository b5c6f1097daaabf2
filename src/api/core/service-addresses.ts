/**
 * Which addresses and ports a Service needs, and what a client means that leaves some of them out: upstream's rules for the
 * linked fields `clusterIP` and `clusterIPs`, and for values that were allocated before.
 */
import type { Service } from "../generated/core-v1.ts";
import { deepEqual } from "../object.ts";

export const noClusterIp = "None";

export const needsClusterIp = ({ spec }: Service): boolean => spec.type !== "ExternalName";
export const needsNodePort = ({ spec: { type } }: Service): boolean => type === "NodePort" || type === "LoadBalancer";
export const isLoadBalancer = ({ spec }: Service): boolean => spec.type === "LoadBalancer";
/** Traffic stays on its node, so load balancers must ask each node whether it has endpoints. */
export const needsHealthCheckPort = (service: Service): boolean =>
  isLoadBalancer(service) && service.spec.externalTrafficPolicy === "Local";
export const isHeadless = ({ spec: { clusterIPs } }: Service): boolean =>
  clusterIPs?.length === 1 && clusterIPs[0] === noClusterIp;
export const isExternallyAccessible = (service: Service): boolean =>
  needsNodePort(service) || (service.spec.type === "ClusterIP" && Boolean(service.spec.externalIPs?.length));

const sameClusterIps = ({ spec: a }: Service, { spec: b }: Service): boolean =>
  (a.clusterIP ?? "") === (b.clusterIP ?? "") && deepEqual(a.clusterIPs ?? [], b.clusterIPs ?? []);

/** A client that knows `clusterIP` only gets `clusterIPs` set with it. */
export function normalizeClusterIps({ spec }: Service, before?: Service): void {
  if (!before) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const old = before.spec;
  const unchanged = (spec.clusterIP ?? "") === (old.clusterIP ?? "");
  if (old.clusterIPs?.length && !spec.clusterIPs?.length && unchanged) spec.clusterIPs = [...old.clusterIPs];
  if (unchanged || !deepEqual(spec.clusterIPs ?? [], old.clusterIPs ?? [])) return;
  // the singular alone was cleared or changed
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
}

/** What was allocated stays, where the client leaves it out. */
export function keepAllocated(service: Service, before: Service): void {
  const { spec } = service;
  const { spec: old } = before;
  if (needsClusterIp(before) && needsClusterIp(service)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = [...old.clusterIPs];
  }
  if (needsNodePort(before) && needsNodePort(service)) keepNodePorts(service, before);
  if (needsHealthCheckPort(before) && needsHealthCheckPort(service) && old.healthCheckNodePort)
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
}

/** Ports keep their number by name, unless another port has taken it. */
function keepNodePorts({ spec }: Service, { spec: old }: Service): void {
  const asked = new Set((spec.ports ?? []).map((port) => port.nodePort));
  const byName = new Map((old.ports ?? []).map((port) => [port.name ?? "", port.nodePort]));
  for (const port of spec.ports ?? []) {
    const before = byName.get(port.name ?? "");
    if (!port.nodePort && before && !asked.has(before)) port.nodePort = before;
  }
}

/** Drops what the new type has no use for, where the client left it as it was. */
export function dropTypeDependent(service: Service, before: Service): void {
  const { spec } = service;
  const { spec: old } = before;
  if (needsClusterIp(before) && !needsClusterIp(service)) {
    if (sameClusterIps(before, service)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (deepEqual(old.ipFamilies, spec.ipFamilies)) delete spec.ipFamilies;
    if (old.ipFamilyPolicy === spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (needsNodePort(before) && !needsNodePort(service)) {
    const known = new Set((old.ports ?? []).map((port) => port.nodePort));
    const ports = spec.ports ?? [];
    if (ports.every(({ nodePort }) => !nodePort || known.has(nodePort))) for (const port of ports) delete port.nodePort;
  }
  const drop = (needs: (service: Service) => boolean, field: keyof Service["spec"]): void => {
    if (needs(before) && !needs(service) && old[field] === spec[field]) delete spec[field];
  };
  drop(needsHealthCheckPort, "healthCheckNodePort");
  drop(isLoadBalancer, "allocateLoadBalancerNodePorts");
  drop(isLoadBalancer, "loadBalancerClass");
  drop(isExternallyAccessible, "externalTrafficPolicy");
  if (!isLoadBalancer(service)) service.status = { ...service.status, loadBalancer: {} };
}
