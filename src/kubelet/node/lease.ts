/** The sign of life of a node: a Lease that it renews (https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats). */
import { ApiError } from "../../api/errors.ts";
import { type Clock, rfc3339Micro, sleep } from "../../base/clock.ts";
import type { Client } from "../../client/client.ts";
import { type Lease, leases, nodes } from "../../client/kinds.ts";

const leaseSeconds = 40;
const renewMs = 10_000;
const retryMs = 1_000;
const namespace = "kube-node-lease";

/** Renews until `signal` aborts. */
export async function keepLease(client: Client, clock: Clock, node: string, signal: AbortSignal): Promise<void> {
  let known: Lease | undefined;
  while (!signal.aborted) {
    try {
      known = await renew(client, clock, node, known);
      await sleep(clock, renewMs, signal);
    } catch {
      known = undefined; // another may have written it, or it is gone: look again
      await sleep(clock, retryMs, signal);
    }
  }
}

async function renew(client: Client, clock: Clock, node: string, known: Lease | undefined): Promise<Lease> {
  const renewTime = rfc3339Micro(clock.now());
  const current = known ?? (await find(client, node));
  if (current) return client.update(leases, { ...current, spec: { ...current.spec, holderIdentity: node, renewTime } });
  const { uid = "" } = (await client.get(nodes, { name: node })).metadata;
  return client.create(leases, {
    metadata: { name: node, namespace, ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node, uid }] },
    spec: { holderIdentity: node, leaseDurationSeconds: leaseSeconds, renewTime },
  });
}

async function find(client: Client, name: string): Promise<Lease | undefined> {
  try {
    return await client.get(leases, { namespace, name });
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return undefined;
    throw error;
  }
}
