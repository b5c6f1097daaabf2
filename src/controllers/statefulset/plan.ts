/** What a StatefulSet does about each of its pods, and its status. */
import type { Pod, StatefulSet } from "../../client/kinds.ts";
import type { PodTemplateSpec } from "../pods/pod-control.ts";
import { isAvailable, isReady, isTerminal } from "../pods/pod-state.ts";
import { firstOrdinal, isInRange, newPod, ordinalOf, replicasOf, revisionOf } from "./identity.ts";

export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

export interface Plan {
  readonly set: StatefulSet;
  readonly current: Revision;
  readonly update: Revision;
  readonly now: number;
  /** One at a time, in order. */
  readonly inOrder: boolean;
  /** A pod for each number, in order; those that are not there yet are as they would be made. */
  readonly replicas: readonly Pod[];
  /** Pods whose number is too high or too low, the highest first. */
  readonly condemned: readonly Pod[];
  readonly firstUnavailable: Pod | undefined;
}

export const isCreated = ({ status }: Pod): boolean => Boolean(status?.phase);
const isLeaving = ({ metadata }: Pod): boolean => Boolean(metadata.deletionTimestamp);
const isRunning = (pod: Pod): boolean => pod.status?.phase === "Running" && isReady(pod);
const available = (pod: Pod, { set, now }: Pick<Plan, "set" | "now">): boolean =>
  isCreated(pod) && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);

export function planSet(
  set: StatefulSet,
  current: Revision,
  update: Revision,
  pods: readonly Pod[],
  now: number,
): Plan {
  const first = firstOrdinal(set);
  const byOrdinal = new Map(pods.filter((pod) => isInRange(pod, set)).map((pod) => [ordinalOf(pod), pod]));
  const replicas = Array.from({ length: replicasOf(set) }, (_, i) => {
    const ordinal = first + i;
    const made = isOfCurrent(set, ordinal) ? current : update;
    return byOrdinal.get(ordinal) ?? newPod(set, made.template, made.name, ordinal);
  });
  const condemned = pods
    .filter((pod) => !isInRange(pod, set) && ordinalOf(pod) >= 0)
    .toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  const isUnavailable = (pod: Pod): boolean => !available(pod, { set, now }) || isLeaving(pod);
  const firstUnavailable = replicas.find(isUnavailable) ?? condemned.toReversed().find(isUnavailable);
  const inOrder = set.spec.podManagementPolicy !== "Parallel";
  return { set, current, update, now, inOrder, replicas, condemned, firstUnavailable };
}

/** Below the partition a pod is made anew as it was. */
function isOfCurrent(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const first = firstOrdinal(set);
  if (rollingUpdate) return ordinal < first + (rollingUpdate.partition ?? 0);
  return type === "RollingUpdate" && ordinal < first + (set.status.currentReplicas ?? 0);
}

/** `wait`: nothing after this pod is done now. */
export type ReplicaStep = "remove" | "wait" | "create" | "keep";

export function planReplica(pod: Pod, plan: Plan): ReplicaStep {
  // it comes back under the same name once it is gone
  if (isTerminal(pod)) return isLeaving(pod) ? "wait" : "remove";
  if (!isCreated(pod)) return "create";
  if (!plan.inOrder) return "keep";
  return isLeaving(pod) || !isRunning(pod) || !available(pod, plan) ? "wait" : "keep";
}

export type CondemnedStep = "remove" | "wait" | "pass";

export function planCondemned(pod: Pod, plan: Plan): CondemnedStep {
  if (isLeaving(pod)) return plan.inOrder ? "wait" : "pass";
  const isHealthy = isRunning(pod) && available(pod, plan);
  return plan.inOrder && !isHealthy && pod !== plan.firstUnavailable ? "wait" : "remove";
}

/** The pod that an update replaces next: the last that is not of the new revision, as long as all after it are available. */
export function planUpdate(plan: Plan): Pod | undefined {
  const { type, rollingUpdate } = plan.set.spec.updateStrategy ?? {};
  if (type === "OnDelete") return undefined;
  for (const pod of plan.replicas.slice(rollingUpdate?.partition ?? 0).toReversed()) {
    if (revisionOf(pod) !== plan.update.name && !isLeaving(pod)) return pod;
    if (!available(pod, plan) || isLeaving(pod)) return undefined;
  }
  return undefined;
}

/** `replaced`: so many pods of the current revision have just been removed for the update. */
export function statusOf(
  plan: Plan,
  pods: readonly Pod[],
  collisions: number,
  replaced: number,
): StatefulSet["status"] {
  const { set, current, update } = plan;
  const count = (counts: (pod: Pod) => boolean): number => pods.filter(counts).length;
  const stays = (pod: Pod): boolean => isCreated(pod) && !isLeaving(pod);
  const replicas = count(isCreated);
  const readyReplicas = count(isRunning);
  const updatedReplicas = count((pod) => stays(pod) && revisionOf(pod) === update.name);
  const currentReplicas = count((pod) => stays(pod) && revisionOf(pod) === current.name) - replaced;
  const wanted = replicasOf(set);
  const isUpdated =
    set.spec.updateStrategy?.type === "RollingUpdate" &&
    [updatedReplicas, readyReplicas, replicas].every((number) => number === wanted);
  return {
    observedGeneration: set.metadata.generation,
    replicas,
    readyReplicas: readyReplicas || undefined,
    currentReplicas: (isUpdated ? updatedReplicas : currentReplicas) || undefined,
    updatedReplicas: updatedReplicas || undefined,
    currentRevision: isUpdated ? update.name : current.name,
    updateRevision: update.name,
    collisionCount: collisions,
    availableReplicas: count((pod) => isRunning(pod) && available(pod, plan)),
  };
}
