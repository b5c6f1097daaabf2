/** The controller of StatefulSets. */
import { ApiError } from "../../api/errors.ts";
import type * as apps from "../../api/generated/apps-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { matchesAll } from "../../api/selectors.ts";
import {
  controllerRevisions,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
  statefulSets,
} from "../../client/kinds.ts";
import { againIn, type Controller, done, type Outcome, type ReconcileContext } from "../../reconciler/controller.ts";
import { candidates, claim } from "../ownership/claim.ts";
import { selectorIn, selectsLabels } from "../ownership/selector.ts";
import { wakeClaimants } from "../ownership/wakes.ts";
import { untilNextAvailable } from "../pods/pod-state.ts";
import { slowStart } from "../pods/slow-start.ts";
import { asRevision, constructHistory, type History, planCleanup, revisionsOf } from "./history.ts";
import { parentOf } from "./identity.ts";
import { isCreated, type Plan, planCondemned, planReplica, planSet, planUpdate, statusOf } from "./plan.ts";
import { StatefulPods } from "./pod-control.ts";

export const statefulSetController: Controller<apps.StatefulSet> = {
  name: "statefulset-controller",
  reconciles: statefulSets,
  wakes: wakeClaimants(pods, statefulSets, selectsLabels),
  reads: [persistentVolumeClaims, controllerRevisions],
  reconcile,
};

async function reconcile(key: string, context: ReconcileContext): Promise<Outcome> {
  const { client, clock, cache } = context;
  const set = cache(statefulSets).get(key);
  const selector = set && selectorIn(set);
  if (!set || !selector) return done;
  const revisions = await revisionsOf(set, selector, context);
  const owned = await claim(pods, candidates(cache(pods), set), {
    client,
    owner: { kind: statefulSets, object: set },
    matches: (pod) => matchesAll(selector, pod.metadata.labels) && parentOf(pod)?.name === set.metadata.name,
  });
  const history = await constructHistory(set, revisions, context);
  const now = clock.now();
  const plan = planSet(set, asRevision(history.current, set), asRevision(history.update, set), owned, now);
  const { error, replaced } = set.metadata.deletionTimestamp
    ? { error: undefined, replaced: 0 }
    : await carryOut(plan, new StatefulPods(set, context));
  await writeStatus(plan, owned, history.collisions, replaced, context);
  await cleanUp(set, history, owned, context);
  if (error !== undefined) throw error;
  const wait = untilNextAvailable(owned, set.spec.minReadySeconds ?? 0, now);
  return wait === undefined ? done : againIn(wait);
}

interface Done {
  readonly error?: unknown;
  /** How many pods were removed for the update. */
  readonly replaced: number;
}

/** First each number has its pod, then those that are too many go, and only then an update goes on. */
async function carryOut(plan: Plan, control: StatefulPods): Promise<Done> {
  const { replicas, condemned, inOrder } = plan;
  try {
    if (await forAll(replicas, inOrder, (pod) => placeReplica(pod, plan, control))) return { replaced: 0 };
    for (const pod of condemned) await control.ownClaims(pod);
    if (await forAll(condemned, inOrder, (pod) => removeCondemned(pod, plan, control))) return { replaced: 0 };
    const next = planUpdate(plan);
    if (!next) return { replaced: 0 };
    await control.remove(next);
    return { replaced: 1 };
  } catch (error) {
    return { error, replaced: 0 };
  }
}

/** In order: up to the first that says to stop. Else all, more and more at once. */
async function forAll(
  list: readonly Pod[],
  inOrder: boolean,
  work: (pod: Pod) => Promise<"stop" | "go on">,
): Promise<boolean> {
  if (inOrder) {
    for (const pod of list) if ((await work(pod)) === "stop") return true;
    return false;
  }
  const { error } = await slowStart(list.length, (index) => work(list[index] as Pod));
  if (error !== undefined) throw error;
  return false;
}

async function placeReplica(pod: Pod, plan: Plan, control: StatefulPods): Promise<"stop" | "go on"> {
  if (pod.status?.phase === "Pending") await control.createMissingClaims(pod);
  switch (planReplica(pod, plan)) {
    case "remove":
      await control.remove(pod);
      return "stop";
    case "wait":
      return "stop";
    case "create":
      if (control.hasStaleClaim(pod)) return "stop";
      await control.create(pod);
      return plan.inOrder ? "stop" : "go on";
    case "keep":
      await control.keep(pod);
      return "go on";
  }
}

async function removeCondemned(pod: Pod, plan: Plan, control: StatefulPods): Promise<"stop" | "go on"> {
  const step = planCondemned(pod, plan);
  if (step === "remove") await control.remove(pod);
  return step === "pass" ? "go on" : "stop";
}

async function writeStatus(
  plan: Plan,
  owned: readonly Pod[],
  collisions: number,
  replaced: number,
  { client }: ReconcileContext,
): Promise<void> {
  const { set } = plan;
  const status = statusOf(plan, owned.filter(isCreated), collisions, replaced);
  const { conditions, collisionCount } = set.status;
  if (deepEqual({ ...status, conditions, collisionCount }, set.status)) return;
  await client.update(statefulSets, { ...set, status }, { subresource: "status" });
}

async function cleanUp(
  set: StatefulSet,
  history: History,
  owned: readonly Pod[],
  { client }: ReconcileContext,
): Promise<void> {
  for (const { metadata } of planCleanup(set, history, owned)) {
    try {
      await client.delete(controllerRevisions, { namespace: metadata.namespace, name: metadata.name ?? "" });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    }
  }
}
