/** Conditions of pods, where the server itself writes one. */
import type { PodCondition } from "../../api/generated/core-v1.ts";
import { rfc3339 } from "../../base/clock.ts";

type Condition = Readonly<PodCondition>;

/** The conditions with this one in them; its time is kept while its status stays. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  wanted: Pick<Condition, "type" | "status" | "reason" | "message">,
  now: number,
): Condition[] {
  const old = conditions?.find((c) => c.type === wanted.type);
  const made: Condition = {
    type: wanted.type,
    status: wanted.status,
    lastProbeTime: old?.lastProbeTime ?? null,
    lastTransitionTime: old?.status === wanted.status ? (old.lastTransitionTime ?? null) : rfc3339(now),
    ...(wanted.reason && { reason: wanted.reason }),
    ...(wanted.message && { message: wanted.message }),
  };
  if (!old) return [...(conditions ?? []), made];
  return (conditions ?? []).map((c) => (c === old ? made : c));
}
