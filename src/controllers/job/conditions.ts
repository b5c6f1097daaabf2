/** The conditions of a Job. */
import { rfc3339 } from "../../base/clock.ts";
import type { Job } from "../../client/kinds.ts";

export type Condition = NonNullable<Job["status"]["conditions"]>[number];
type Conditions = readonly Condition[] | undefined;

export function conditionAt(now: number, type: string, status: string, reason: string, message: string): Condition {
  const time = rfc3339(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** The condition of that type, if it is true. */
export const trueCondition = (conditions: Conditions, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type && condition.status === "True");

export const isFinished = ({ status }: Job): boolean =>
  Boolean(trueCondition(status?.conditions, "Complete") ?? trueCondition(status?.conditions, "Failed"));

/** The conditions with this one; the very same ones where it says nothing new. From nothing to `False` is nothing new. */
export function withCondition(conditions: Conditions, next: Condition): Conditions {
  const before = conditions?.find(({ type }) => type === next.type);
  if (!before) return next.status === "False" ? conditions : [...(conditions ?? []), next];
  const isSame = before.status === next.status && before.reason === next.reason && before.message === next.message;
  return isSame ? conditions : conditions?.map((condition) => (condition === before ? next : condition));
}
