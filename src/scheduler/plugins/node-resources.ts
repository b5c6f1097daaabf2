/** Plugins that weigh what a pod asks for against what a node has (https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/). */
import { type FilterPlugin, maxScore, type Rejection, reject, rejectFinally, type ScorePlugin } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";

const defaultPods = 0;

/** Whether the pod's requests fit into what is left of the node. */
function lacks({ requests }: PodInfo, node: NodeInfo): Rejection | undefined {
  const reasons: string[] = [];
  let final = false;
  if (node.pods.size + 1 > (node.allocatable.pods ?? defaultPods)) reasons.push("Too many pods");
  for (const name in requests) {
    const asked = requests[name] ?? 0;
    if (asked === 0) continue;
    const has = node.allocatable[name] ?? 0;
    if (asked <= has - (node.requested[name] ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    // an empty node would not do either
    if (asked > has) final = true;
  }
  if (!reasons.length) return undefined;
  return final ? rejectFinally(...reasons) : reject(...reasons);
}

/** The share of each resource that stays free, on average. */
function leastAllocated({ nonZero }: PodInfo, node: NodeInfo): number {
  let sum = 0;
  let count = 0;
  for (const name of ["cpu", "memory"] as const) {
    const has = node.allocatable[name] ?? 0;
    if (has === 0) continue;
    const used = node.nonZero[name] + nonZero[name];
    sum += used > has ? 0 : Math.trunc(((has - used) * maxScore) / has);
    count++;
  }
  return count ? Math.trunc(sum / count) : 0;
}

export const nodeResourcesFit: FilterPlugin & ScorePlugin = {
  name: "NodeResourcesFit",
  weight: 1,
  retryOn: ["node/add", "node/allocatable", "pod/delete", "pod/self"],
  prepare: (pod) => ({ filter: (node) => lacks(pod, node) }),
  prepareScore: (pod) => ({ score: (node) => leastAllocated(pod, node) }),
};

/** Prefers nodes whose use of processor and memory the pod brings closer together. */
export const nodeResourcesBalancedAllocation: ScorePlugin = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  prepareScore({ requests }) {
    const asked = [requests.cpu ?? 0, requests.memory ?? 0];
    if (asked.every((amount) => amount === 0)) return undefined;
    return {
      score(node) {
        const has = [node.allocatable.cpu ?? 0, node.allocatable.memory ?? 0];
        const used = [node.requested.cpu ?? 0, node.requested.memory ?? 0];
        const withPod = balance(
          used.map((amount, i) => amount + (asked[i] ?? 0)),
          has,
        );
        return maxScore / 2 + Math.trunc((maxScore / 2 + withPod - balance(used, has)) / 2);
      },
    };
  },
};

function balance(used: readonly number[], has: readonly number[]): number {
  const shares = has.flatMap((amount, i) => (amount === 0 ? [] : [Math.min(1, (used[i] ?? 0) / amount)]));
  const deviation = shares.length === 2 ? Math.abs(((shares[0] ?? 0) - (shares[1] ?? 0)) / 2) : 0;
  return Math.trunc((1 - deviation) * maxScore);
}
