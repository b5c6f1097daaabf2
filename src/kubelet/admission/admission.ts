/** Whether a node can have a pod that was bound to it (kubelet's `lifecycle/predicate.go`): the scheduler may have been passed by, or been late. */

import { matchesNode } from "../../api/core/node-affinity.ts";
import { podRequests } from "../../api/core/pod-requests.ts";
import { milliValue, wholeValue } from "../../api/quantity.ts";
import type { Node, Pod } from "../../client/kinds.ts";
import { mainContainers } from "../pod/spec.ts";

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const amount = (resource: string, quantity: string | undefined): bigint =>
  resource === "cpu" ? milliValue(quantity) : wholeValue(quantity);

export function rejection(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  if (pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name) {
    return { reason: "NodeName", message: "Predicate NodeName failed: node(s) didn't match the requested node name" };
  }
  if (!matchesNode(pod.spec, node)) {
    const message = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    return { reason: "NodeAffinity", message };
  }
  const ports = new Set(others.flatMap(hostPorts));
  if (hostPorts(pod).some((port) => ports.has(port))) {
    const message = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
    return { reason: "NodePorts", message };
  }
  return lackOf(pod, node, others);
}

function lackOf(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  const allocatable = node.status.allocatable ?? {};
  const most = Number(allocatable.pods ?? "110");
  if (others.length + 1 > most) return lack("pods", 1n, BigInt(others.length), BigInt(most));
  for (const [resource, quantity] of Object.entries(podRequests(pod.spec))) {
    const asked = amount(resource, quantity);
    const used = others.reduce((sum, other) => sum + amount(resource, podRequests(other.spec)[resource]), 0n);
    const capacity = amount(resource, allocatable[resource]);
    if (asked > 0n && asked + used > capacity) return lack(resource, asked, used, capacity);
  }
  return undefined;
}

const lack = (resource: string, requested: bigint, used: bigint, capacity: bigint): Rejection => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

const hostPorts = (pod: Pod): string[] =>
  mainContainers(pod)
    .flatMap((c) => c.ports ?? [])
    .filter((p) => p.hostPort)
    .map((p) => `${p.protocol ?? "TCP"}/${p.hostIP || "0.0.0.0"}/${p.hostPort}`);
