/** What a ReplicaSet or a ReplicationController needs, and what its status is. */
import { rfc3339 } from "../../base/clock.ts";
import type { Pod, ReplicaSet, ReplicationController } from "../../client/kinds.ts";
import { isAvailable, isReady } from "../pods/pod-state.ts";
import { inRemovalOrder } from "../pods/removal-order.ts";

export type Replicated = ReplicaSet | ReplicationController;
export type ReplicaStatus = ReplicaSet["status"];
type Condition = NonNullable<ReplicaStatus["conditions"]>[number];

export interface ReplicaPlan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** At most so many pods are made or removed at once. */
const burst = 500;

/** `active`: the pods that count; `related`: those of all sets with the same owner. */
export function planReplicas(
  set: Replicated,
  active: readonly Pod[],
  related: readonly Pod[],
  now: number,
): ReplicaPlan {
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing >= 0) return { create: Math.min(missing, burst), remove: [] };
  const count = Math.min(-missing, burst);
  const order = count < active.length ? inRemovalOrder(active, related, now) : active;
  return { create: 0, remove: order.slice(0, count) };
}

export interface Observed {
  readonly active: readonly Pod[];
  /** Left out where the kind does not count them. */
  readonly terminating?: readonly Pod[];
  /** Why pods could not be made or removed. */
  readonly failure?: string | undefined;
}

export function statusOf(set: Replicated, { active, terminating, failure }: Observed, now: number): ReplicaStatus {
  const labels = Object.entries(set.spec.template?.metadata?.labels ?? {});
  const count = (counts: (pod: Pod) => boolean): number | undefined => active.filter(counts).length || undefined;
  return {
    replicas: active.length,
    fullyLabeledReplicas: count((pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value)),
    readyReplicas: count(isReady),
    availableReplicas: count((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)),
    terminatingReplicas: terminating?.length,
    observedGeneration: set.metadata.generation,
    conditions: conditionsOf(set, active.length, failure, now),
  };
}

function conditionsOf(
  { spec, status }: Replicated,
  active: number,
  failure: string | undefined,
  now: number,
): readonly Condition[] | undefined {
  const conditions = status?.conditions ?? [];
  const isFailure = ({ type }: Condition): boolean => type === "ReplicaFailure";
  if (failure === undefined) {
    const others = conditions.filter((c) => !isFailure(c));
    return others.length ? others : undefined;
  }
  if (conditions.some(isFailure)) return conditions;
  const missing = (spec.replicas ?? 1) - active;
  const reason = missing > 0 ? "FailedCreate" : missing < 0 ? "FailedDelete" : undefined;
  return [
    ...conditions,
    { type: "ReplicaFailure", status: "True", lastTransitionTime: rfc3339(now), reason, message: failure },
  ];
}
