/** The status of a Deployment and its conditions, with upstream's reasons and texts. */
import { rfc3339 } from "../../base/clock.ts";
import type { Deployment, ReplicaSet } from "../../client/kinds.ts";
import { limitsOf } from "./limits.ts";
import { allOf, type Sets, sizeOf, totalOf } from "./plan.ts";

export type Status = Deployment["status"];
export type Condition = NonNullable<Status["conditions"]>[number];
type Told = Pick<Condition, "type" | "status" | "reason" | "message">;

export const conditionOf = (status: Status | undefined, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

const without = (status: Status, type: string): Status => {
  const conditions = (status.conditions ?? []).filter((condition) => condition.type !== type);
  return { ...status, conditions: conditions.length ? conditions : undefined };
};

/** The same status and reason again change nothing; the same status alone keeps the time of its beginning. */
export function withCondition(status: Status, told: Told, now: number): Status {
  const before = conditionOf(status, told.type);
  if (before?.status === told.status && before?.reason === told.reason) return status;
  const time = rfc3339(now);
  const since = before?.status === told.status ? before?.lastTransitionTime : time;
  const condition = { ...told, lastUpdateTime: time, lastTransitionTime: since };
  return { ...status, conditions: [...(without(status, told.type).conditions ?? []), condition] };
}

export const progressing = (status: string, reason: string, message: string): Told => ({
  type: "Progressing",
  status,
  reason,
  message,
});

export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 0x7fffffff;

const sum = (sets: readonly ReplicaSet[], field: "replicas" | "readyReplicas" | "availableReplicas"): number =>
  sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);

/** Undefined as long as a set does not tell. */
function terminating(sets: readonly ReplicaSet[]): number | undefined {
  let total = 0;
  for (const { status } of sets) {
    if (status?.terminatingReplicas !== undefined) total += status.terminatingReplicas;
    else if (status?.observedGeneration) return undefined;
  }
  return total;
}

/** The counts and the condition Available. */
export function countedStatus(deployment: Deployment, sets: Sets, now: number): Status {
  const all = allOf(sets);
  const available = sum(all, "availableReplicas");
  const status: Status = {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(all, "replicas") || undefined,
    updatedReplicas: sets.current?.status?.replicas || undefined,
    readyReplicas: sum(all, "readyReplicas") || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, totalOf(all) - available) || undefined,
    terminatingReplicas: terminating(all),
    conditions: deployment.status?.conditions,
    collisionCount: deployment.status?.collisionCount,
  };
  const enough = available >= sizeOf(deployment) - limitsOf(deployment).unavailable;
  const told = enough
    ? { status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
  return withCondition(status, { type: "Available", ...told }, now);
}

/** All that is wanted is there and available, and nothing old is left. */
export function isComplete(deployment: Deployment, status: Status): boolean {
  const wanted = sizeOf(deployment);
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: Status | undefined, after: Status): boolean {
  const old = (status: Status | undefined): number => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
  const more = (field: "updatedReplicas" | "readyReplicas" | "availableReplicas"): boolean =>
    (after[field] ?? 0) > (before?.[field] ?? 0);
  return more("updatedReplicas") || old(after) < old(before) || more("readyReplicas") || more("availableReplicas");
}

function hasTimedOut({ spec }: Deployment, status: Status, now: number): boolean {
  const condition = conditionOf(status, "Progressing");
  if (!condition || condition.reason === "NewReplicaSetAvailable") return false;
  if (condition.reason === "ProgressDeadlineExceeded") return true;
  return Date.parse(condition.lastUpdateTime ?? "") + (spec.progressDeadlineSeconds ?? 0) * 1000 < now;
}

/** The status while a rollout is under way or done: with Progressing, and what keeps the sets from having their pods. */
export function rolloutStatus(deployment: Deployment, sets: Sets, now: number): Status {
  let status = countedStatus(deployment, sets, now);
  const before = conditionOf(deployment.status, "Progressing");
  const isOver =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && before?.reason === "NewReplicaSetAvailable";
  if (!hasDeadline(deployment)) status = without(status, "Progressing");
  else if (!isOver) status = withProgress(deployment, status, sets, now);
  const failures = (set: ReplicaSet | undefined) =>
    set?.status?.conditions?.filter(({ type }) => type === "ReplicaFailure") ?? [];
  const failure = failures(sets.current)[0] ?? allOf(sets).flatMap(failures)[0];
  if (!failure) return without(status, "ReplicaFailure");
  const known = conditionOf(status, failure.type);
  if (known?.status === failure.status && known?.reason === failure.reason) return status;
  const condition = { ...failure, lastUpdateTime: failure.lastTransitionTime };
  return { ...status, conditions: [...(without(status, failure.type).conditions ?? []), condition] };
}

function withProgress(deployment: Deployment, status: Status, { current }: Sets, now: number): Status {
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const before = conditionOf(deployment.status, "Progressing");
  if (isComplete(deployment, status)) {
    const told = progressing("True", "NewReplicaSetAvailable", `${subject} has successfully progressed.`);
    return withCondition(status, told, now);
  }
  if (hasProgressed(deployment.status, status)) {
    // each step forward counts anew against the deadline
    const time = rfc3339(now);
    const condition = {
      ...progressing("True", "ReplicaSetUpdated", `${subject} is progressing.`),
      lastUpdateTime: time,
      lastTransitionTime: before?.status === "True" ? before.lastTransitionTime : time,
    };
    return { ...status, conditions: [...(without(status, "Progressing").conditions ?? []), condition] };
  }
  if (!hasTimedOut(deployment, status, now)) return status;
  const told = progressing("False", "ProgressDeadlineExceeded", `${subject} has timed out progressing.`);
  return withCondition(status, told, now);
}

/** When to look again whether the deadline has passed, in milliseconds; undefined: nothing is to be waited for. */
export function untilDeadline(deployment: Deployment, status: Status, now: number): number | undefined {
  const condition = conditionOf(deployment.status, "Progressing");
  if (!hasDeadline(deployment) || !condition) return undefined;
  if (isComplete(deployment, status) || condition.reason === "ProgressDeadlineExceeded") return undefined;
  const due = Date.parse(condition.lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;
  return Math.max(0, due - now) + 1;
}
