/** What the conditions of a node mean for its taints, and what becomes of them when its kubelet is silent. */
import type { Taint } from "../../api/core/taints.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { Node } from "../../client/kinds.ts";

type Condition = Shared<core.NodeCondition>;

export const notReadyTaint = "node.kubernetes.io/not-ready";
export const unreachableTaint = "node.kubernetes.io/unreachable";
const unschedulableTaint = "node.kubernetes.io/unschedulable";

/** Which status of which condition is which taint. */
const taintOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReadyTaint, Unknown: unreachableTaint },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
};
const ofConditions = new Set(Object.values(taintOf).flatMap((keys) => Object.values(keys)));

export const conditionOf = ({ status }: Node, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);
export const isNodeReady = (node: Node): boolean => conditionOf(node, "Ready")?.status === "True";

/** The NoSchedule taints that the node's conditions call for. */
export function wantedNoSchedule(node: Node): string[] {
  const keys = (node.status?.conditions ?? []).flatMap(({ type, status }) => taintOf[type]?.[status] ?? []);
  return node.spec?.unschedulable ? [...keys, unschedulableTaint] : keys;
}

/** The node's taints with the NoSchedule ones as its conditions want them; undefined if they are so. */
export function withNoSchedule(node: Node, now: number): Taint[] | undefined {
  const wanted = new Set(wantedNoSchedule(node));
  const taints = node.spec?.taints ?? [];
  const isOwn = ({ key, effect }: Taint): boolean =>
    effect === "NoSchedule" && (ofConditions.has(key) || key === unschedulableTaint);
  const kept = taints.filter((taint) => !isOwn(taint) || wanted.delete(taint.key));
  if (!wanted.size && kept.length === taints.length) return undefined;
  return [...kept, ...[...wanted].map((key) => ({ key, effect: "NoSchedule", timeAdded: rfc3339(now) }))];
}

/** The node's taints with this NoExecute one of the two that tell its readiness, or none; undefined if they are so. */
export function withNoExecute(node: Node, key: string | undefined, now: number): Taint[] | undefined {
  const taints = node.spec?.taints ?? [];
  const isOwn = (taint: Taint): boolean =>
    taint.effect === "NoExecute" && (taint.key === notReadyTaint || taint.key === unreachableTaint);
  const kept = taints.filter((taint) => !isOwn(taint) || taint.key === key);
  const has = kept.some(isOwn);
  if (kept.length === taints.length && has === (key !== undefined)) return undefined;
  return key === undefined || has ? kept : [...kept, { key, effect: "NoExecute", timeAdded: rfc3339(now) }];
}

const ofKubelet = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** The conditions of a node whose kubelet has been silent for too long. */
export function silentConditions({ metadata, status }: Node, now: number): Condition[] {
  const lastTransitionTime = rfc3339(now);
  const known = (status?.conditions ?? []).map((condition) =>
    ofKubelet.includes(condition.type) && condition.status !== "Unknown"
      ? {
          ...condition,
          status: "Unknown",
          reason: "NodeStatusUnknown",
          message: "Kubelet stopped posting node status.",
          lastTransitionTime,
        }
      : condition,
  );
  const never = ofKubelet
    .filter((type) => !known.some((condition) => condition.type === type))
    .map((type) => ({
      type,
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
      lastHeartbeatTime: metadata.creationTimestamp ?? null,
      lastTransitionTime,
    }));
  return [...known, ...never];
}

/** The labels that old clients look for. */
const copiedLabels = [
  ["kubernetes.io/os", "beta.kubernetes.io/os"],
  ["kubernetes.io/arch", "beta.kubernetes.io/arch"],
] as const;

/** What the node's labels lack of them. */
export function missingLabels({ metadata: { labels = {} } }: Node): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const [from, to] of copiedLabels) {
    const value = labels[from];
    if (value !== undefined && labels[to] !== value) missing[to] = value;
  }
  return missing;
}
