/** A pod on a node that is lost is not ready, whatever it said last: services must not lead to it. */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { nodes, type Pod, pods } from "../../client/kinds.ts";
import { type Controller, done, type ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { withPodCondition } from "../pods/pod-condition.ts";
import { conditionOf } from "./conditions.ts";

export async function markNotReady(pod: Pod, { client, clock, events }: ReconcileContext): Promise<void> {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || ready.status === "False") return;
  const conditions = withPodCondition(pod, { ...ready, status: "False" }, clock.now());
  if (!conditions) return;
  try {
    await client.update(pods, { ...pod, status: { ...pod.status, conditions } }, { subresource: "status" });
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return;
    throw error;
  }
  events.warning(regarding(pods, pod), "NodeNotReady", "Node is not ready");
}

/** Pods that come to a node that is lost already. */
export const podsOnLostNodes: Controller<core.Pod> = {
  name: "node-controller",
  reconciles: pods,
  reads: [nodes],
  ignores: ({ before, after }) => !after?.spec.nodeName || before?.spec.nodeName === after.spec.nodeName,
  async reconcile(key, context) {
    const pod = context.cache(pods).get(key);
    const node = pod?.spec.nodeName && context.cache(nodes).get(pod.spec.nodeName);
    const ready = node && conditionOf(node, "Ready");
    if (pod && ready && ready.status !== "True") await markNotReady(pod, context);
    return done;
  },
};
