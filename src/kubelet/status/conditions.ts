/** The conditions that a kubelet keeps on a pod (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions). */
import { rfc3339 } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";
import {
  type ContainerStatus,
  initContainers,
  isSidecar,
  mainContainers,
  type PodCondition,
  type PodStatus,
} from "../pod/spec.ts";

export interface ConditionInputs {
  readonly pod: Pod;
  readonly phase: string;
  /** Of init and main containers; undefined: nothing is known. */
  readonly statuses: readonly ContainerStatus[];
  readonly sandboxReady: boolean;
  readonly before: PodStatus | undefined;
  readonly now: number;
}

const kubeletConditions = new Set([
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
  "PodResizePending",
  "PodResizeInProgress",
  "AllContainersRestarting",
]);

interface Verdict {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

/** All conditions of the pod: the kubelet's own made anew, those of others as they are. */
export function podConditions(inputs: ConditionInputs): PodCondition[] {
  const { pod, before, now } = inputs;
  const others = (pod.status.conditions ?? []).filter((c) => !kubeletConditions.has(c.type));
  const containersReady = containersReadyVerdict(inputs);
  const verdicts: Verdict[] = [
    { type: "PodReadyToStartContainers", status: inputs.sandboxReady ? "True" : "False" },
    initializedVerdict(inputs),
    readyVerdict(pod, containersReady, others),
    { ...containersReady, type: "ContainersReady" },
    { type: "PodScheduled", status: "True" },
  ];
  const known = before?.conditions ?? pod.status.conditions ?? [];
  return [...others, ...verdicts.map((verdict) => conditionOf(verdict, pod, known, now))];
}

function conditionOf(verdict: Verdict, pod: Pod, known: readonly PodCondition[], now: number): PodCondition {
  const old = known.find((c) => c.type === verdict.type);
  const unchanged = old?.status === verdict.status;
  return {
    type: verdict.type,
    ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
    status: verdict.status,
    lastProbeTime: null,
    lastTransitionTime: unchanged && old?.lastTransitionTime ? old.lastTransitionTime : rfc3339(now),
    ...(verdict.reason && { reason: verdict.reason }),
    ...(verdict.message && { message: verdict.message }),
  };
}

const list = (names: readonly string[]): string => `[${names.join(" ")}]`;

function unreadyMessage(what: string, unknown: readonly string[], unready: readonly string[]): string {
  const parts = [];
  if (unknown.length) parts.push(`containers with unknown status: ${list(unknown)}`);
  if (unready.length) parts.push(`containers with ${what} status: ${list(unready)}`);
  return parts.join(", ");
}

function containersReadyVerdict({ pod, phase, statuses }: ConditionInputs): Verdict {
  const type = "ContainersReady";
  const counted = [...initContainers(pod).filter(isSidecar), ...mainContainers(pod)];
  const status = (name: string): ContainerStatus | undefined => statuses.find((s) => s.name === name);
  const unknown = counted.filter((c) => !status(c.name)).map((c) => c.name);
  const unready = counted.filter((c) => status(c.name)?.ready === false).map((c) => c.name);
  if (phase === "Succeeded" && unknown.length === 0) return { type, status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
  const message = unreadyMessage("unready", unknown, unready);
  return message ? { type, status: "False", reason: "ContainersNotReady", message } : { type, status: "True" };
}

function readyVerdict(pod: Pod, containersReady: Verdict, conditions: readonly PodCondition[]): Verdict {
  if (containersReady.status !== "True") return { ...containersReady, type: "Ready" };
  const missing = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = conditions.find((c) => c.type === conditionType);
    if (!gate) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return gate.status === "True"
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (missing.length === 0) return { type: "Ready", status: "True" };
  return { type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: missing.join(", ") };
}

function initializedVerdict({ pod, phase, statuses }: ConditionInputs): Verdict {
  const type = "Initialized";
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of initContainers(pod)) {
    const status = statuses.find((s) => s.name === container.name);
    if (!status) unknown.push(container.name);
    else if (isSidecar(container) ? !status.started : !status.ready) incomplete.push(container.name);
  }
  if (phase === "Succeeded" && unknown.length === 0) return { type, status: "True", reason: "PodCompleted" };
  const started = mainContainers(pod).some((c) => {
    const status = statuses.find((s) => s.name === c.name);
    return Boolean(
      status?.lastState.terminated || status?.state.terminated || status?.state.running || status?.started,
    );
  });
  const message = unreadyMessage("incomplete", unknown, incomplete);
  if (started || !message) return { type, status: "True" };
  return { type, status: "False", reason: "ContainersNotInitialized", message };
}
