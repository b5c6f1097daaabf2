/** The resolver settings of a pod (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy). */
import type { Pod } from "../../client/kinds.ts";
import { isHostNetwork } from "../pod/spec.ts";

export interface ResolverSettings {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface DnsOptions {
  /** The address of the cluster's DNS service; empty: there is none. */
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
}

const most = { servers: 3, searches: 32 };

export function resolverSettings(
  pod: Pod,
  host: ResolverSettings,
  { clusterDns, clusterDomain }: DnsOptions,
): ResolverSettings {
  const policy = pod.spec.dnsPolicy ?? "ClusterFirst";
  const base = ((): ResolverSettings => {
    if (policy === "None") return { servers: [], searches: [], options: [] };
    const ofCluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && !isHostNetwork(pod));
    if (!ofCluster || clusterDns.length === 0) return host;
    const searches = [`${pod.metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
    return { servers: clusterDns, searches: [...searches, ...host.searches], options: ["ndots:5"] };
  })();
  const own = pod.spec.dnsConfig;
  const options = new Map(base.options.map((option) => [option.split(":")[0] as string, option]));
  for (const { name = "", value } of own?.options ?? []) options.set(name, value ? `${name}:${value}` : name);
  return {
    servers: [...new Set([...base.servers, ...(own?.nameservers ?? [])])].slice(0, most.servers),
    searches: [...new Set([...base.searches, ...(own?.searches ?? [])])].slice(0, most.searches),
    options: [...options.values()],
  };
}
