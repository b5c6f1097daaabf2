/** Keeps the status of disruption budgets, which evictions are judged by. */
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import type * as policy from "../../api/generated/policy-v1.ts";
import { deepEqual, type LabelSelector } from "../../api/object.ts";
import { selects } from "../../api/selectors.ts";
import {
  deployments,
  type Pod,
  type PodDisruptionBudget,
  podDisruptionBudgets,
  pods,
  replicaSets,
} from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import {
  againIn,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wake,
} from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { textOf } from "../pods/pod-control.ts";
import { isReady } from "../pods/pod-state.ts";
import { disruptedOf, expectedOf, failedStatus, needsScale, selectorText, statusOf } from "./plan.ts";
import { scaleOf } from "./scale.ts";

type Status = NonNullable<PodDisruptionBudget["status"]>;

export const covers = ({ spec }: PodDisruptionBudget, pod: Pod): boolean =>
  selects(spec.selector as Readonly<LabelSelector> | undefined, pod.metadata.labels);

const matters = (pod: Pod): unknown => [
  pod.metadata.labels,
  pod.metadata.ownerReferences,
  Boolean(pod.metadata.deletionTimestamp),
  isReady(pod),
];

export const disruptionController = (catalog: Pick<Catalog, "kind">): Controller<policy.PodDisruptionBudget> => ({
  name: "disruption-controller",
  eventSource: "controllermanager",
  reconciles: podDisruptionBudgets,
  reads: [replicaSets, deployments],
  wakes: [
    wake(pods, function* ({ before, after }, cache) {
      if (before && after && deepEqual(matters(before), matters(after))) return;
      for (const budget of cache(podDisruptionBudgets).list((after ?? before)?.metadata.namespace ?? "")) {
        if ((before && covers(budget, before)) || (after && covers(budget, after))) yield cacheKey(budget);
      }
    }),
  ],
  async reconcile(key, context) {
    const budget = context.cache(podDisruptionBudgets).get(key);
    if (!budget) return done;
    try {
      return await reconcile(budget, catalog, context);
    } catch (error) {
      if (error instanceof ApiError && error.reason === "Conflict") throw error;
      await write(budget, failedStatus(budget, textOf(error), context.clock.now()), context);
      return done;
    }
  },
});

async function reconcile(
  budget: PodDisruptionBudget,
  catalog: Pick<Catalog, "kind">,
  context: ReconcileContext,
): Promise<Outcome> {
  const { cache, clock, events } = context;
  const about = regarding(podDisruptionBudgets, budget);
  const { namespace } = budget.metadata;
  const covered = cache(pods)
    .list(namespace)
    .filter((pod) => covers(budget, pod));
  if (!covered.length) events.normal(about, "NoPods", "No matching pods found");
  const scale = needsScale(budget) ? await wantedPods(budget, covered, catalog, context) : 0;
  const now = clock.now();
  const disrupted = disruptedOf(budget, covered, now);
  for (const pod of disrupted.overdue) {
    const text = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`;
    events.warning(regarding(pods, pod), "NotDeleted", text);
  }
  const expected = expectedOf(budget, covered.length, scale);
  await write(budget, statusOf(budget, covered, expected, disrupted, now), context);
  return disrupted.recheckAtMs === undefined ? done : againIn(disrupted.recheckAtMs - now + 1);
}

async function wantedPods(
  budget: PodDisruptionBudget,
  covered: readonly Pod[],
  catalog: Pick<Catalog, "kind">,
  context: ReconcileContext,
): Promise<number> {
  const { events } = context;
  const about = regarding(podDisruptionBudgets, budget);
  try {
    const { count, unmanaged } = await scaleOf(covered, catalog, context);
    if (unmanaged.length) {
      const text = `Pods selected by this PodDisruptionBudget (selector: ${selectorText(budget.spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
      events.warning(about, "UnmanagedPods", text);
    }
    return count;
  } catch (error) {
    const text = `Failed to calculate the number of expected pods: ${textOf(error)}`;
    events.warning(about, "CalculateExpectedPodCountFailed", text);
    throw error;
  }
}

async function write(budget: PodDisruptionBudget, status: Status, { client }: ReconcileContext): Promise<void> {
  if (deepEqual(status, budget.status)) return;
  await client.update(podDisruptionBudgets, { ...budget, status }, { subresource: "status" });
}
