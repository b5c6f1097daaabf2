/** How many pods a rollout may have too many and too few. */
import type { Deployment } from "../../client/kinds.ts";

export interface Limits {
  readonly surge: number;
  readonly unavailable: number;
}

/** A count, or a share of `total`; what cannot be read is nothing. */
export function countOf(value: number | string | undefined, total: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  const share = /^(\d+)%$/.exec(value ?? "")?.[1];
  return share === undefined ? 0 : round((Number(share) * total) / 100);
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
