/** Conditions of pods that controllers write. */
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";

export type PodCondition = Shared<core.PodCondition>;

/** Says that something beside the pod's owner ends it. */
export const disruptionTarget = (reason: string, message: string): PodCondition => ({
  type: "DisruptionTarget",
  status: "True",
  reason,
  message,
});

/** The pod's conditions with this one, whose time is kept while its status is; undefined if that changes nothing. */
export function withPodCondition(
  { status, metadata: { generation } }: Pod,
  wanted: PodCondition,
  now: number,
): PodCondition[] | undefined {
  const conditions = status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === wanted.type);
  const same =
    old !== undefined && old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message;
  if (same && old.observedGeneration === generation) return undefined;
  const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : rfc3339(now);
  const made: PodCondition = {
    ...wanted,
    ...(generation !== undefined && { observedGeneration: generation }),
    lastProbeTime: old?.lastProbeTime ?? null,
    lastTransitionTime: lastTransitionTime ?? null,
  };
  return old ? conditions.map((c) => (c === old ? made : c)) : [...conditions, made];
}
