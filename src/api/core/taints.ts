/** Taints of nodes and what pods tolerate of them (https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/). */
import type * as core from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";

export type Taint = Shared<core.Taint>;
export type Toleration = Shared<core.Toleration>;

/** A taint as a toleration's numeric operators read it (KEP-5471). */
const isInteger = (text: string): boolean => /^(0|-?[1-9]\d*)$/.test(text);

export function tolerates({ key = "", operator = "", value = "", effect = "" }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  switch (operator) {
    case "":
    case "Equal":
      return value === (taint.value ?? "");
    case "Exists":
      return true;
    case "Lt":
    case "Gt": {
      const own = taint.value ?? "";
      if (!isInteger(own) || !isInteger(value)) return false;
      return operator === "Lt" ? BigInt(own) < BigInt(value) : BigInt(own) > BigInt(value);
    }
    default:
      return false;
  }
}

/** The first taint that counts and that no toleration allows. */
export const untolerated = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  counts: (taint: Taint) => boolean,
): Taint | undefined => taints?.find((taint) => counts(taint) && !tolerations?.some((t) => tolerates(t, taint)));

/** Keeps new pods away: what the scheduler and DaemonSets look at. */
export const forbids = ({ effect }: Taint): boolean => effect === "NoSchedule" || effect === "NoExecute";
