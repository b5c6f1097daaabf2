import type { Service, ServiceSpec } from "../generated/core-v1.ts";
import type { Draft } from "../object.ts";
import { isExternallyAccessible } from "./service-addresses.ts";

const clientIpSeconds = 10800;
const withInternalTraffic = ["ClusterIP", "NodePort", "LoadBalancer"];

export function defaultService(object: Draft): void {
  const service = object as unknown as Service;
  const { spec } = service;
  if (!spec) return;
  spec.type ||= "ClusterIP";
  defaultAffinity(spec);
  for (const port of spec.ports ?? []) {
    port.protocol ||= "TCP";
    if (!port.targetPort) port.targetPort = port.port;
  }
  if (isExternallyAccessible(service)) spec.externalTrafficPolicy ||= "Cluster";
  if (withInternalTraffic.includes(spec.type)) spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type !== "LoadBalancer") return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of service.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= "VIP";
}

function defaultAffinity(spec: ServiceSpec): void {
  spec.sessionAffinity ||= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === "ClientIP" && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: clientIpSeconds } };
}
