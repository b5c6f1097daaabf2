/**
 * Removes pods that nobody else will: those whose node is gone, those that end without ever having had one, those on nodes
 * that are said to be out of service, and the oldest of very many that have ended
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection).
 */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { nodes, type Pod, pods } from "../../client/kinds.ts";
import type { Cache } from "../../informer/cache.ts";
import { cacheKey } from "../../informer/cache.ts";
import {
  againIn,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wake,
} from "../../reconciler/controller.ts";
import { isNodeReady } from "../node-lifecycle/conditions.ts";
import { byNode } from "../pods/by-node.ts";
import { disruptionTarget, type PodCondition, withPodCondition } from "../pods/pod-condition.ts";
import { createdAt, isTerminal } from "../pods/pod-state.ts";

/** How long a node must be away before its pods are given up. */
const quarantineMs = 40_000;
/** How long a pod without a node may take to end. */
const unscheduledMs = 20_000;
const outOfServiceTaint = "node.kubernetes.io/out-of-service";

export function podGarbageCollector(terminatedThreshold = 12_500): Controller<core.Pod> {
  /** Since when nodes have been missed, in milliseconds since 1970. */
  const missing = new Map<string, number>();
  return {
    name: "pod-garbage-collector",
    reconciles: pods,
    ignores: ({ before, after }) => !after || (before !== undefined && sameFate(before, after)),
    wakes: [
      wake(nodes, function* ({ before, after }, cache) {
        const name = (after ?? before)?.metadata.name ?? "";
        if (after) missing.delete(name);
        if (!after || after.spec?.taints?.some(({ key }) => key === outOfServiceTaint)) {
          for (const pod of cache(pods).by("node", name, byNode)) yield cacheKey(pod);
        }
      }),
    ],
    async reconcile(key, context) {
      const pod = context.cache(pods).get(key);
      if (!pod) return done;
      if (isTerminal(pod)) await removeOldest(terminatedThreshold, context);
      return reconcile(pod, missing, context);
    },
  };
}

const sameFate = (a: core.Pod | Pod, b: core.Pod | Pod): boolean =>
  a.spec.nodeName === b.spec.nodeName &&
  a.status?.phase === b.status?.phase &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp;

async function reconcile(pod: Pod, missing: Map<string, number>, context: ReconcileContext): Promise<Outcome> {
  const { cache, client, clock } = context;
  const { nodeName } = pod.spec;
  const { deletionTimestamp } = pod.metadata;
  const now = clock.now();
  if (!nodeName) {
    if (!deletionTimestamp) return done;
    const wait = Date.parse(deletionTimestamp) + unscheduledMs - now;
    if (wait > 0) return againIn(wait);
    await remove(pod, context);
    return done;
  }
  const node = cache(nodes).get(nodeName);
  if (node) {
    const isOut = !isNodeReady(node) && node.spec?.taints?.some(({ key }) => key === outOfServiceTaint);
    if (deletionTimestamp && isOut) await remove(pod, context);
    return done;
  }
  const since = missing.get(nodeName) ?? now;
  missing.set(nodeName, since);
  const wait = since + quarantineMs - now;
  if (wait > 0) return againIn(wait);
  try {
    await client.get(nodes, { name: nodeName });
    return done;
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
  await remove(pod, context, disruptionTarget("DeletionByPodGC", "PodGC: node no longer exists"));
  return done;
}

/** Marks the pod Failed, for nobody else will tell how it ended, and deletes it at once. */
async function remove(pod: Pod, { client, clock }: ReconcileContext, condition?: PodCondition): Promise<void> {
  const { namespace, name = "", uid = "", generation } = pod.metadata;
  try {
    if (!isTerminal(pod)) {
      const conditions = condition && withPodCondition(pod, condition, clock.now());
      const observed = generation === undefined ? {} : { observedGeneration: generation };
      const status = { phase: "Failed", ...observed, ...(conditions && { conditions }) };
      await client.patch(pods, { namespace, name }, { metadata: { uid }, status }, { subresource: "status" });
    }
    await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}

const ended = (pod: Pod): readonly string[] => (isTerminal(pod) ? [""] : []);
const isEvicted = ({ status }: Pod): boolean => status?.phase === "Failed" && status.reason === "Evicted";

/** Those that were evicted go first, then the oldest. */
export function oldestEnded(cache: Pick<Cache<core.Pod>, "by">, keep: number): Pod[] {
  const all = cache.by("ended", "", ended);
  if (all.length <= keep) return [];
  const order = (a: Pod, b: Pod): number =>
    Number(isEvicted(b)) - Number(isEvicted(a)) ||
    createdAt(a) - createdAt(b) ||
    ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1);
  return all.sort(order).slice(0, all.length - keep);
}

async function removeOldest(keep: number, context: ReconcileContext): Promise<void> {
  for (const pod of oldestEnded(context.cache(pods), keep)) await remove(pod, context);
}
