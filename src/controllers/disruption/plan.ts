/** How many pods of a budget may be disrupted now (https://kubernetes.io/docs/tasks/run-application/configure-pdb/). */
import type * as policy from "../../api/generated/policy-v1.ts";
import type { LabelSelector, Shared } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { Pod, PodDisruptionBudget } from "../../client/kinds.ts";
import { countOf } from "../pods/count-of.ts";
import { isReady } from "../pods/pod-state.ts";

type Status = Shared<policy.PodDisruptionBudgetStatus>;
type Condition = NonNullable<Status["conditions"]>[number];

/** Within this time an evicted pod should be on its way out. */
export const deletionTimeoutMs = 120_000;

export interface Expected {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
}

/** Whether the budget is a share of what the pods' owners want, which are to be asked then. */
export const needsScale = ({ spec }: PodDisruptionBudget): boolean =>
  spec.maxUnavailable !== undefined || typeof spec.minAvailable === "string";

/** `scale`: how many pods the owners want; the pods are counted where that does not matter. */
export function expectedOf({ spec }: PodDisruptionBudget, pods: number, scale: number): Expected {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) {
    const desired = scale - countOf(maxUnavailable, scale, Math.ceil);
    return { expectedPods: scale, desiredHealthy: Math.max(desired, 0) };
  }
  if (typeof minAvailable === "string") {
    return { expectedPods: scale, desiredHealthy: countOf(minAvailable, scale, Math.ceil) };
  }
  if (minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods: pods, desiredHealthy: minAvailable };
}

export interface Disrupted {
  /** Pods that were evicted and whose deletion is awaited: since when. */
  readonly awaited: Readonly<Record<string, string>>;
  /** Pods that ought to be gone but are not. */
  readonly overdue: readonly Pod[];
  /** When the first of those awaited is overdue, in milliseconds since 1970. */
  readonly recheckAtMs: number | undefined;
}

export function disruptedOf({ status }: PodDisruptionBudget, pods: readonly Pod[], now: number): Disrupted {
  const awaited: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheckAtMs: number | undefined;
  for (const pod of pods) {
    const name = pod.metadata.name ?? "";
    const since = status?.disruptedPods?.[name];
    if (!since || pod.metadata.deletionTimestamp) continue;
    const due = Date.parse(since) + deletionTimeoutMs;
    if (due < now) overdue.push(pod);
    else {
      awaited[name] = since;
      recheckAtMs = Math.min(recheckAtMs ?? due, due);
    }
  }
  return { awaited, overdue, recheckAtMs };
}

export function statusOf(
  { metadata, status: before }: PodDisruptionBudget,
  pods: readonly Pod[],
  { expectedPods, desiredHealthy }: Expected,
  { awaited }: Disrupted,
  now: number,
): Status {
  const isHealthy = (pod: Pod): boolean =>
    !pod.metadata.deletionTimestamp && awaited[pod.metadata.name ?? ""] === undefined && isReady(pod);
  const currentHealthy = pods.filter(isHealthy).length;
  const allowed = expectedPods > 0 ? Math.max(currentHealthy - desiredHealthy, 0) : 0;
  const condition = {
    type: "DisruptionAllowed",
    status: allowed ? "True" : "False",
    reason: allowed ? "SufficientPods" : "InsufficientPods",
    message: "",
    observedGeneration: metadata.generation,
  };
  return {
    observedGeneration: metadata.generation,
    ...(Object.keys(awaited).length && { disruptedPods: awaited }),
    disruptionsAllowed: allowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: withCondition(before?.conditions, condition, now),
  };
}

/** When nothing can be said, nothing may be disrupted. */
export function failedStatus({ status }: PodDisruptionBudget, message: string, now: number): Status {
  const { observedGeneration } = status ?? {};
  const condition = { type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message, observedGeneration };
  return {
    ...(status ?? { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
    disruptionsAllowed: 0,
    conditions: withCondition(status?.conditions, condition, now),
  };
}

function withCondition(
  before: readonly Condition[] = [],
  wanted: Omit<Condition, "lastTransitionTime">,
  now: number,
): Condition[] {
  const old = before.find(({ type }) => type === wanted.type);
  const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : rfc3339(now);
  const made = { ...wanted, lastTransitionTime };
  return old ? before.map((condition) => (condition === old ? made : condition)) : [...before, made];
}

/** The selector as Go prints it in events. */
export function selectorText(selector: Shared<LabelSelector> | undefined): string {
  if (!selector) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.map(([k, v]) => `${k}: ${v},`).join("")}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join("")}},}`;
}
