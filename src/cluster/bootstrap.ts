/** What is in every cluster from the start. */
import { ApiError } from "../api/errors.ts";
import type { AnyObject, Client, KindOf, Shared } from "../client/client.ts";
import { endpointSlices, endpoints, namespaces, priorityClasses, serviceAccounts, services } from "../client/kinds.ts";
import { accountsNamespace, controllerAccount } from "./identities.ts";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces */
const initialNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

async function ensure<T extends AnyObject>(client: Client, kind: KindOf<T>, object: Shared<T>): Promise<void> {
  try {
    await client.create(kind, object as never);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
  }
}

export async function bootstrapNamespaces(client: Client): Promise<void> {
  await Promise.all(
    initialNamespaces.map((name) => ensure(client, namespaces, { metadata: { name }, spec: {}, status: {} })),
  );
}

/** The service accounts as whom controllers of these names ask. */
export async function bootstrapAccounts(client: Client, controllers: Iterable<string>): Promise<void> {
  const accounts = new Set([...controllers].map(controllerAccount));
  const make = (name: string | undefined): unknown =>
    name && ensure(client, serviceAccounts, { metadata: { namespace: accountsNamespace, name } });
  await Promise.all([...accounts].map(make));
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#how-to-use-priority-and-preemption */
export async function bootstrapPriorityClasses(client: Client): Promise<void> {
  await ensure(client, priorityClasses, {
    metadata: { name: "system-node-critical" },
    value: 2_000_001_000,
    description: "Used for system critical pods that must not be moved from their current node.",
    preemptionPolicy: "PreemptLowerPriority",
  });
  await ensure(client, priorityClasses, {
    metadata: { name: "system-cluster-critical" },
    value: 2_000_000_000,
    description:
      "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    preemptionPolicy: "PreemptLowerPriority",
  });
}

/** Where pods find the API: the service `kubernetes`, and who answers for it. */
export async function publishApi(
  client: Client,
  clusterIP: string,
  server: { address: string; port: number },
): Promise<void> {
  const labels = { component: "apiserver", provider: "kubernetes" };
  await ensure(client, services, {
    metadata: { name: "kubernetes", namespace: "default", labels },
    spec: {
      type: "ClusterIP",
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: server.port }],
      sessionAffinity: "None",
    },
    status: { loadBalancer: {} },
  });
  // endpoints may not be on loopback: a server that is reached there alone has none
  if (/^127\.|^::1$/.test(server.address)) return;
  const name = "kubernetes";
  const slice = {
    metadata: { name, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: [{ addresses: [server.address], conditions: { ready: true } }],
    ports: [{ name: "https", protocol: "TCP", port: server.port }],
  };
  const legacy = {
    metadata: { name, namespace: "default", labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: [{ ip: server.address }], ports: [{ name: "https", port: server.port, protocol: "TCP" }] }],
  };
  await replace(client, endpoints, legacy);
  await replace(client, endpointSlices, slice);
}

/** Brings the object to what it is to be, however it is now. */
async function replace<T extends AnyObject>(client: Client, kind: KindOf<T>, object: Shared<T>): Promise<void> {
  const { namespace, name = "" } = (object as Shared<AnyObject>).metadata;
  const known = await client.get(kind, { namespace, name }).catch(() => undefined);
  if (!known) return ensure(client, kind, object);
  const { resourceVersion, uid } = (known as Shared<AnyObject>).metadata;
  const metadata = {
    ...(object as Shared<AnyObject>).metadata,
    ...(resourceVersion && { resourceVersion }),
    ...(uid && { uid }),
  };
  await client.update(kind, { ...object, metadata } as never);
}
