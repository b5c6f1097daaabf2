/** The cluster's DNS: the server, and the service `kube-dns` under which pods find it. */

import type { Client } from "../client/client.ts";
import { endpointSlices, services } from "../client/kinds.ts";
import type { Informers } from "../informer/informers.ts";
import { ClusterRecords } from "../network/dns/records.ts";
import { type DnsServer, startDnsServer } from "../network/dns/server.ts";
import { nthAddress } from "./machine/ranges.ts";

/** By custom the tenth address of the services. */
export const dnsAddress = (serviceRange: string): string => nthAddress(serviceRange, 10);

const namespace = "kube-system";
const name = "kube-dns";
const labels = { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" };

export interface DnsOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly serviceRange: string;
  /** Where the server listens. */
  readonly address: string;
  readonly port: number;
  readonly domain: string;
}

export async function startClusterDns({
  client,
  informers,
  serviceRange,
  address,
  port,
  domain,
}: DnsOptions): Promise<DnsServer> {
  const server = await startDnsServer(new ClusterRecords(informers, domain), { address, port });
  const ports = (["UDP", "TCP"] as const).map((protocol) => ({
    name: protocol === "UDP" ? "dns" : "dns-tcp",
    protocol,
    port: 53,
  }));
  const known = await client.get(services, { namespace, name }).catch(() => undefined);
  if (!known) {
    const clusterIP = dnsAddress(serviceRange);
    await client.create(services, {
      metadata: { name, namespace, labels },
      spec: {
        type: "ClusterIP",
        clusterIP,
        clusterIPs: [clusterIP],
        ports: ports.map((p) => ({ ...p, targetPort: server.port })),
      },
      status: { loadBalancer: {} },
    });
  }
  const slice = {
    metadata: {
      name,
      namespace,
      labels: { "kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": "coxswain" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
    ports: ports.map((p) => ({ ...p, port: server.port })),
  };
  const old = await client.get(endpointSlices, { namespace, name }).catch(() => undefined);
  if (!old) await client.create(endpointSlices, slice);
  else
    await client.update(endpointSlices, {
      ...old,
      ...slice,
      metadata: { ...old.metadata, labels: slice.metadata.labels },
    });
  return server;
}
