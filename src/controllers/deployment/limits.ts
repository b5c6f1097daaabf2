/** How many pods a rollout may have too many and too few. */
import type { Deployment } from "../../client/kinds.ts";
import { countOf } from "../pods/count-of.ts";

export interface Limits {
  readonly surge: number;
  readonly unavailable: number;
}

/** Of a Deployment that does not roll, and for no replicas, nothing may be missing. */
export function limitsOf({ spec }: Deployment): Limits {
  if (spec.strategy?.type !== "RollingUpdate") return { surge: 0, unavailable: 0 };
  const replicas = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = spec.strategy.rollingUpdate ?? {};
  const surge = countOf(maxSurge, replicas, Math.ceil);
  const unavailable = countOf(maxUnavailable, replicas, Math.floor);
  // both may round to nothing; then one may be missing, for else nothing could ever move
  return { surge, unavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable) };
}
