/** The controllers of ReplicaSets and of ReplicationControllers: one way of working for two kinds. */
import type * as apps from "../../api/generated/apps-v1.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { matchesAll, type Selector, selectorOf } from "../../api/selectors.ts";
import type { KindOf } from "../../client/client.ts";
import { type Pod, pods, type ReplicaSet, replicaSets, replicationControllers } from "../../client/kinds.ts";
import { againIn, type Controller, done, type Outcome, type ReconcileContext } from "../../reconciler/controller.ts";
import { candidates, claim, managerOf } from "../ownership/claim.ts";
import { selectorIn } from "../ownership/selector.ts";
import { wakeClaimants } from "../ownership/wakes.ts";
import {
  createPod,
  deletePod,
  isEndingNamespace,
  type PodControl,
  podFromTemplate,
  textOf,
} from "../pods/pod-control.ts";
import { isActive, isTerminating, untilNextAvailable } from "../pods/pod-state.ts";
import { allAtOnce, slowStart } from "../pods/slow-start.ts";
import { planReplicas, type Replicated, statusOf } from "./plan.ts";

type Kinds = apps.ReplicaSet | core.ReplicationController;

interface Family {
  readonly name: string;
  readonly kind: KindOf<Kinds>;
  readonly selector: (set: Replicated) => Selector | undefined;
  readonly countsTerminating: boolean;
}

const replicaSetFamily: Family = {
  name: "replicaset-controller",
  kind: replicaSets,
  selector: (set) => selectorIn(set as ReplicaSet),
  countsTerminating: true,
};
const replicationControllerFamily: Family = {
  name: "replication-controller",
  kind: replicationControllers,
  selector: ({ spec }) => selectorOf({ matchLabels: (spec.selector ?? {}) as Record<string, string> }),
  countsTerminating: false,
};

function controllerFor(family: Family): Controller<Kinds> {
  const { name, kind, selector } = family;
  return {
    name,
    reconciles: kind,
    wakes: wakeClaimants(pods, kind, (set, labels) => {
      const wanted = selector(set);
      return wanted !== undefined && wanted.length > 0 && matchesAll(wanted, labels);
    }),
    reconcile: (key, context) => reconcile(family, key, context),
  };
}

export const replicaSetController = controllerFor(replicaSetFamily);
export const replicationController = controllerFor(replicationControllerFamily);

async function reconcile(family: Family, key: string, context: ReconcileContext): Promise<Outcome> {
  const { client, clock, events, cache } = context;
  const set = cache(family.kind).get(key);
  const selector = set && family.selector(set);
  if (!set || !selector) return done;
  const owner = { kind: family.kind, object: set };
  const all = candidates(cache(pods), set);
  const matches = (pod: Pod): boolean => matchesAll(selector, pod.metadata.labels);
  const active = await claim(pods, all.filter(isActive), { client, owner, matches });
  const terminating = all.filter(
    (pod) => isTerminating(pod) && managerOf(pod)?.uid === set.metadata.uid && matches(pod),
  );
  const error = set.metadata.deletionTimestamp
    ? undefined
    : await carryOut(set, active, related(set, context), { client, events, owner }, clock.now());
  const now = clock.now();
  const failure = error === undefined ? undefined : textOf(error);
  const status = statusOf(set, { active, failure, ...(family.countsTerminating && { terminating }) }, now);
  if (!deepEqual(status, set.status)) {
    await client.update(family.kind, { ...set, status } as Replicated, { subresource: "status" });
  }
  if (error !== undefined) throw error;
  const wait = untilNextAvailable(active, set.spec.minReadySeconds ?? 0, now);
  return wait === undefined ? done : againIn(wait);
}

/** The pods of all sets that share this one's owner: a Deployment's, old and new. */
function related(set: Replicated, { cache }: ReconcileContext): Pod[] {
  const owner = managerOf(set);
  if (!owner) return [];
  return cache(replicaSets)
    .controlledBy(owner.uid)
    .flatMap((other) => cache(pods).controlledBy(other.metadata.uid ?? ""));
}

/** Resolves to what went wrong first, if anything. */
async function carryOut(
  set: Replicated,
  active: readonly Pod[],
  relatedPods: readonly Pod[],
  control: PodControl,
  now: number,
): Promise<unknown> {
  const { create, remove } = planReplicas(set, active, relatedPods, now);
  const { template } = set.spec;
  if (create > 0 && template) {
    const pod = podFromTemplate(template, control.owner);
    const { error } = await slowStart(create, () =>
      createPod(pod, control).catch((failure: unknown) => {
        if (!isEndingNamespace(failure)) throw failure;
      }),
    );
    return error;
  }
  return allAtOnce(remove.map((pod) => deletePod(pod, control)));
}
