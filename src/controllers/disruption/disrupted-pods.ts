/** Pods that were to be disrupted but stayed: after a while their condition says so. And pods that have too many budgets. */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { type Pod, podDisruptionBudgets, pods } from "../../client/kinds.ts";
import { againIn, type Controller, done, type Outcome, type ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { withPodCondition } from "../pods/pod-condition.ts";
import { isTerminal } from "../pods/pod-state.ts";
import { covers } from "./reconcile.ts";

const staleAfterMs = 120_000;

export const disruptedPodsController: Controller<core.Pod> = {
  name: "disruption-controller",
  eventSource: "controllermanager",
  reconciles: pods,
  reads: [podDisruptionBudgets],
  ignores: ({ after }) => !after,
  async reconcile(key, context) {
    const pod = context.cache(pods).get(key);
    if (!pod) return done;
    warnOfSeveral(pod, context);
    return resetStale(pod, context);
  },
};

function warnOfSeveral(pod: Pod, { cache, events }: ReconcileContext): void {
  const { namespace, name } = pod.metadata;
  const [first, second] = cache(podDisruptionBudgets)
    .list(namespace)
    .filter((budget) => covers(budget, pod));
  if (!first || !second) return;
  const text = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${first.metadata.name}" arbitrarily.`;
  events.warning(regarding(pods, pod), "MultiplePodDisruptionBudgets", text);
}

/** What a kubelet says of its own doing is never stale. */
async function resetStale(pod: Pod, { client, clock }: ReconcileContext): Promise<Outcome> {
  const condition = pod.status?.conditions?.find(({ type }) => type === "DisruptionTarget");
  if (condition?.status !== "True" || condition.reason === "TerminationByKubelet") return done;
  if (pod.metadata.deletionTimestamp || isTerminal(pod)) return done;
  const now = clock.now();
  const wait = Date.parse(condition.lastTransitionTime ?? "") + staleAfterMs - now;
  if (wait > 0) return againIn(wait);
  const conditions = withPodCondition(pod, { type: "DisruptionTarget", status: "False" }, now);
  if (!conditions) return done;
  try {
    await client.update(pods, { ...pod, status: { ...pod.status, conditions } }, { subresource: "status" });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
  return done;
}
