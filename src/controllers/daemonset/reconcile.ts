/** The controller of DaemonSets. */
import { ApiError } from "../../api/errors.ts";
import type * as apps from "../../api/generated/apps-v1.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { matchesAll } from "../../api/selectors.ts";
import { controllerRevisions, type DaemonSet, daemonSets, nodes, type Pod, pods } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import {
  againIn,
  type Caches,
  type Changed,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wake,
} from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { candidates, claim } from "../ownership/claim.ts";
import { selectorIn, selectsLabels } from "../ownership/selector.ts";
import { wakeClaimants } from "../ownership/wakes.ts";
import { createPod, deletePod, isEndingNamespace, podFromTemplate } from "../pods/pod-control.ts";
import { isTerminal, untilNextAvailable } from "../pods/pod-state.ts";
import { allAtOnce, slowStart } from "../pods/slow-start.ts";
import { FailedPods } from "./failed-pods.ts";
import { constructHistory, type History, planCleanup } from "./history.ts";
import { pinnedTo, placementOn, targetOf } from "./placement.ts";
import {
  type DaemonPlan,
  type Daemons,
  generationLabel,
  hashLabel,
  planDaemons,
  statusOf,
  templateGeneration,
} from "./plan.ts";
import { planRollingUpdate } from "./rolling-update.ts";

/** At most so many pods are made, and so many removed, at once. */
const burst = 250;

export function daemonSetController(): Controller<apps.DaemonSet> {
  const failedPods = new FailedPods();
  return {
    name: "daemonset-controller",
    reconciles: daemonSets,
    wakes: [
      ...wakeClaimants(pods, daemonSets, selectsLabels),
      ...wakeClaimants(controllerRevisions, daemonSets, selectsLabels),
      wake(nodes, concernedByNode),
    ],
    reconcile: (key, context) => reconcile(key, context, failedPods),
  };
}

/** The sets that want a pod on a changed node, or want one gone, or whose count of misplaced ones may be wrong. */
function* concernedByNode({ before, after }: Changed<core.Node>, cache: Caches): Iterable<string> {
  const labels = [before, after].map((node) => node?.metadata.labels);
  const taints = [before, after].map((node) => node?.spec?.taints);
  if (before && after && deepEqual(labels[0], labels[1]) && deepEqual(taints[0], taints[1])) return;
  const node = after ?? before;
  if (!node) return;
  const name = node.metadata.name ?? "";
  const there = new Set<string>();
  for (const { metadata } of cache(pods).by("node", name, ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []))) {
    for (const owner of metadata.ownerReferences ?? []) if (owner.controller) there.add(owner.uid);
  }
  for (const set of cache(daemonSets).list()) {
    const isThere = there.has(set.metadata.uid ?? "");
    const { wanted, mayStay } = placementOn(node, set);
    const isMiscounted = isThere && (set.status?.numberMisscheduled ?? 0) > 0;
    const isConcerned = after ? (wanted && !isThere) || (!mayStay && isThere) || isMiscounted : wanted || isThere;
    if (isConcerned) yield cacheKey(set);
  }
}

async function reconcile(key: string, context: ReconcileContext, failedPods: FailedPods): Promise<Outcome> {
  const { client, clock, events, cache } = context;
  const set = cache(daemonSets).get(key);
  if (!set) return done;
  const selector = selectorIn(set);
  if (!selector?.length) {
    const text = "This daemon set is selecting all pods. A non-empty selector is required.";
    events.warning(regarding(daemonSets, set), "SelectingAll", text);
    return done;
  }
  // what becomes of pods and revisions of a set on its way out is for the garbage collector to say
  if (set.metadata.deletionTimestamp) return done;
  const owned = (): Promise<Pod[]> =>
    claim(pods, candidates(cache(pods), set), {
      client,
      owner: { kind: daemonSets, object: set },
      matches: ({ metadata }) => matchesAll(selector, metadata.labels),
    });
  const before = await owned();
  const history = await constructHistory(set, selector, before, context);
  const allNodes = cache(nodes).list();
  const daemons = (list: readonly Pod[]): Daemons => ({
    set,
    nodes: allNodes,
    pods: byNode(list),
    hash: history.hash,
    now: clock.now(),
  });
  const { error, waitMs } = await manage(daemons(before), context, failedPods);
  const after = await owned();
  if (error === undefined) await cleanUp(set, history, after, context);
  const now = daemons(after);
  const status = statusOf(now);
  if (!deepEqual(status, set.status)) await client.update(daemonSets, { ...set, status }, { subresource: "status" });
  if (error !== undefined) throw error;
  const waits = [waitMs, untilNextAvailable(after, set.spec.minReadySeconds ?? 0, now.now)];
  const wait = Math.min(...waits.filter((ms) => ms !== undefined));
  return Number.isFinite(wait) ? againIn(wait) : done;
}

/** Pods that have ended and are on their way out are nobody's business any more. */
function byNode(list: readonly Pod[]): Map<string, Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of list) {
    const node = isTerminal(pod) && pod.metadata.deletionTimestamp ? undefined : targetOf(pod);
    if (node === undefined) continue;
    const there = found.get(node);
    if (there) there.push(pod);
    else found.set(node, [pod]);
  }
  return found;
}

interface Managed {
  readonly error?: unknown;
  /** When a failed pod may go that had to stay. */
  readonly waitMs?: number | undefined;
}

async function manage(daemons: Daemons, context: ReconcileContext, failedPods: FailedPods): Promise<Managed> {
  const plan = planDaemons(daemons);
  const { ended, waitMs } = endedPods(plan, daemons, context, failedPods);
  const remove = [...plan.remove, ...ended];
  if (plan.create.length || remove.length) {
    return { error: await carryOut(daemons, plan.create, remove, context), waitMs };
  }
  if (daemons.set.spec.updateStrategy?.type !== "RollingUpdate") return { waitMs };
  const update = planRollingUpdate(daemons);
  return { error: await carryOut(daemons, update.create, update.remove, context), waitMs };
}

function endedPods(
  { failed, succeeded }: DaemonPlan,
  { set, now }: Daemons,
  { events }: ReconcileContext,
  failedPods: FailedPods,
): { ended: Pod[]; waitMs: number | undefined } {
  const about = regarding(daemonSets, set);
  const ended: Pod[] = [];
  let waitMs: number | undefined;
  for (const { pod, node } of failed) {
    const key = `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
    const wait = failedPods.waitFor(key, now);
    if (wait > 0) {
      waitMs = Math.min(wait, waitMs ?? wait);
      continue;
    }
    failedPods.removed(key, now);
    const text = `Found failed daemon pod ${cacheKey(pod)} on node ${node}, will try to kill it`;
    events.warning(about, "FailedDaemonPod", text);
    ended.push(pod);
  }
  for (const { pod, node } of succeeded) {
    const text = `Found succeeded daemon pod ${cacheKey(pod)} on node ${node}, will try to delete it`;
    events.normal(about, "SucceededDaemonPod", text);
    ended.push(pod);
  }
  return { ended, waitMs };
}

/** Resolves to what went wrong first, if anything. */
async function carryOut(
  { set, hash }: Daemons,
  create: readonly string[],
  remove: readonly Pod[],
  { client, events }: ReconcileContext,
): Promise<unknown> {
  const owner = { kind: daemonSets, object: set };
  const control = { client, events, owner };
  const generation = templateGeneration(set);
  const labels = {
    ...set.spec.template.metadata?.labels,
    ...(generation !== undefined && { [generationLabel]: generation }),
    [hashLabel]: hash,
  };
  const draft = podFromTemplate(set.spec.template, owner);
  const { error } = await slowStart(Math.min(create.length, burst), (index) => {
    const spec = pinnedTo(create[index] ?? "", draft.spec);
    return createPod({ ...draft, metadata: { ...draft.metadata, labels }, spec }, control).catch((failure: unknown) => {
      if (!isEndingNamespace(failure)) throw failure;
    });
  });
  const removal = await allAtOnce(remove.slice(0, burst).map((pod) => deletePod(pod, control)));
  return error ?? removal;
}

async function cleanUp(
  set: DaemonSet,
  { old }: History,
  owned: readonly Pod[],
  { client }: ReconcileContext,
): Promise<void> {
  const live = new Set(owned.map(({ metadata }) => metadata.labels?.[hashLabel] ?? ""));
  for (const { metadata } of planCleanup(set, old, live)) {
    try {
      await client.delete(controllerRevisions, { namespace: metadata.namespace, name: metadata.name ?? "" });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    }
  }
}
