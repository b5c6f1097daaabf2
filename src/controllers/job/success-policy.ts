/** When a Job with numbered pods has done enough (https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy). */
import type { Job } from "../../client/kinds.ts";
import { Indexes } from "./indexes.ts";

/** Which rule is met, in upstream's words; undefined if none is. */
export function matchSuccessPolicy({ spec }: Job, succeeded: Indexes): string | undefined {
  if (succeeded.size === 0) return undefined;
  const isMet = (rule: NonNullable<NonNullable<typeof spec.successPolicy>["rules"]>[number]): boolean => {
    const { succeededIndexes, succeededCount } = rule;
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
    const required = Indexes.parse(succeededIndexes, spec.completions ?? 0);
    if (required.size === 0) return false;
    const common = required.common(succeeded);
    return common === required.size || (succeededCount !== undefined && common >= succeededCount);
  };
  const index = (spec.successPolicy?.rules ?? []).findIndex(isMet);
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}
