/**
 * Evicts pods from nodes with NoExecute taints, once they have stayed as long as they tolerate it
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions).
 */
import type { Taint } from "../../api/core/taints.ts";
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { type Node, nodes, type Pod, pods } from "../../client/kinds.ts";
import { cacheKey, splitKey } from "../../informer/cache.ts";
import {
  againIn,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wake,
} from "../../reconciler/controller.ts";
import type { Regarding } from "../../reconciler/events.ts";
import { byNode } from "../pods/by-node.ts";
import { disruptionTarget, withPodCondition } from "../pods/pod-condition.ts";
import { stayMs } from "./plan.ts";

const reason = "TaintManagerEviction";

const evicting = (node: Node | undefined): readonly Taint[] =>
  (node?.spec?.taints ?? []).filter(({ effect }) => effect === "NoExecute");

export function taintEvictionController(): Controller<core.Pod> {
  /** When pods are to go, by key and uid. */
  const due = new Map<string, { readonly uid: string; readonly atMs: number }>();
  return {
    name: "taint-eviction-controller",
    reconciles: pods,
    workers: 10,
    ignores: ({ before, after }) =>
      before !== undefined &&
      after !== undefined &&
      before.spec.nodeName === after.spec.nodeName &&
      deepEqual(before.spec.tolerations, after.spec.tolerations),
    wakes: [
      wake(nodes, function* ({ before, after }, cache) {
        if (!after || deepEqual(evicting(before), evicting(after))) return;
        for (const pod of cache(pods).by("node", after.metadata.name ?? "", byNode)) yield cacheKey(pod);
      }),
    ],
    reconcile: (key, context) => reconcile(key, due, context),
  };
}

async function reconcile(
  key: string,
  due: Map<string, { readonly uid: string; readonly atMs: number }>,
  context: ReconcileContext,
): Promise<Outcome> {
  const { cache, clock, events } = context;
  const pod = cache(pods).get(key);
  const node = pod?.spec.nodeName ? cache(nodes).get(pod.spec.nodeName) : undefined;
  const taints = evicting(node);
  const planned = due.get(key);
  const stay = pod && taints.length ? stayMs(taints, pod.spec.tolerations) : Number.POSITIVE_INFINITY;
  if (!pod || stay === Number.POSITIVE_INFINITY) {
    if (planned) events.normal(aboutPod(key), reason, `Cancelling deletion of Pod ${key}`);
    due.delete(key);
    return done;
  }
  const { uid = "" } = pod.metadata;
  const now = clock.now();
  // what was planned first stands, however the taints change
  const atMs = stay === 0 ? now : planned?.uid === uid ? planned.atMs : now + stay;
  if (atMs > now) {
    due.set(key, { uid, atMs });
    return againIn(atMs - now);
  }
  due.delete(key);
  if (!pod.metadata.deletionTimestamp) {
    events.normal(aboutPod(key), reason, `Marking for deletion Pod ${key}`);
    await evict(pod, context);
  }
  return done;
}

const aboutPod = (key: string): Regarding => ({ kind: "Pod", apiVersion: "v1", ...splitKey(key) });

async function evict(pod: Pod, { client, clock }: ReconcileContext): Promise<void> {
  const { namespace, name = "", uid = "" } = pod.metadata;
  const condition = disruptionTarget("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
  const conditions = withPodCondition(pod, condition, clock.now());
  try {
    if (conditions) {
      await client.patch(
        pods,
        { namespace, name },
        { metadata: { uid }, status: { conditions } },
        { subresource: "status" },
      );
    }
    await client.delete(pods, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}
