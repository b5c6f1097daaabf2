/** The service `kube-dns`, under which pods find the names of the cluster. */
import type { Client } from "../client/client.ts";
import { endpointSlices, services } from "../client/kinds.ts";
import { nthAddress } from "../network/addresses.ts";

/** By custom the tenth address of the services. */
export const dnsAddress = (serviceRange: string): string => nthAddress(serviceRange, 10);

const namespace = "kube-system";
const name = "kube-dns";
const labels = { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" };

export interface PublishedDns {
  /** Where the server listens. */
  readonly address: string;
  readonly port: number;
  readonly serviceRange: string;
}

/** Makes the service, and leads it to where the server is now. */
export async function publishDns(client: Client, { address, port, serviceRange }: PublishedDns): Promise<void> {
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
        ports: ports.map((p) => ({ ...p, targetPort: port })),
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
    ports: ports.map((p) => ({ ...p, port })),
  };
  const old = await client.get(endpointSlices, { namespace, name }).catch(() => undefined);
  if (!old) await client.create(endpointSlices, slice);
  else
    await client.update(endpointSlices, {
      ...old,
      ...slice,
      metadata: { ...old.metadata, labels: slice.metadata.labels },
    });
}
