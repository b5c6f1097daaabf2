/** How `kubectl get pods` shows a pod: one word for what it is about (upstream's `printPod`). */
import type { ContainerStatus, Pod } from "../generated/core-v1.ts";
import type { Cell, Printer } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { isSidecar } from "./pod-resources.ts";

/** What a walk over the container statuses has found so far. */
interface Seen {
  word: string;
  restarts: number;
  /** When a container last ended before it was started again; empty if none was. */
  restartedAt: string;
  ready: number;
}

const later = (a: string, b: string | null | undefined): string => (b && (!a || Date.parse(b) > Date.parse(a)) ? b : a);

function isTrue(pod: Pod, type: string): boolean {
  return pod.status.conditions?.some((c) => c.type === type && c.status === "True") ?? false;
}

function ended({
  reason,
  signal,
  exitCode,
}: {
  reason?: string | undefined;
  signal?: number | undefined;
  exitCode: number;
}): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** Why an init container keeps the pod from starting; undefined when it does not. */
function initWord(status: ContainerStatus, index: number, sidecar: boolean, total: number): string | undefined {
  const { terminated, waiting } = status.state ?? {};
  if (terminated?.exitCode === 0 || (sidecar && status.started)) return undefined;
  if (terminated) return `Init:${ended(terminated)}`;
  if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
  return `Init:${index}/${total}`;
}

/** Looks at the init containers in order until one is not through; says whether one is not. */
function seeInit(pod: Pod, seen: Seen, sidecars: Seen): boolean {
  const init = pod.spec.initContainers ?? [];
  for (const [i, status] of (pod.status.initContainerStatuses ?? []).entries()) {
    const container = init.find((c) => c.name === status.name);
    const sidecar = container !== undefined && isSidecar(container);
    for (const into of sidecar ? [seen, sidecars] : [seen]) {
      into.restarts += status.restartCount;
      into.restartedAt = later(into.restartedAt, status.lastState?.terminated?.finishedAt);
    }
    const word = initWord(status, i, sidecar, init.length);
    if (word !== undefined) {
      seen.word = word;
      return true;
    }
    if (sidecar && status.started && status.ready && status.state?.terminated?.exitCode !== 0) seen.ready++;
  }
  return false;
}

function seeContainers(pod: Pod, seen: Seen): void {
  let running = false;
  let fault = "";
  for (const status of (pod.status.containerStatuses ?? []).toReversed()) {
    seen.restarts += status.restartCount;
    seen.restartedAt = later(seen.restartedAt, status.lastState?.terminated?.finishedAt);
    const { waiting, terminated, running: runs } = status.state ?? {};
    if (waiting?.reason) seen.word = waiting.reason;
    else if (terminated) {
      seen.word = ended(terminated);
      if (terminated.exitCode !== 0) fault = seen.word;
    } else if (status.ready && runs) {
      running = true;
      seen.ready++;
    }
  }
  if (seen.word !== "Completed") return;
  if (running && isTrue(pod, "Ready")) seen.word = "Running";
  else if (fault) seen.word = fault;
  else if (running) seen.word = "NotReady";
}

function look(pod: Pod): Seen {
  const { status, metadata } = pod;
  const seen: Seen = { word: status.reason || (status.phase ?? ""), restarts: 0, restartedAt: "", ready: 0 };
  if (status.conditions?.some((c) => c.type === "PodScheduled" && c.reason === "SchedulingGated"))
    seen.word = "SchedulingGated";
  const sidecars: Seen = { ...seen };
  const initializing = seeInit(pod, seen, sidecars);
  if (!initializing || isTrue(pod, "Initialized")) {
    seen.restarts = sidecars.restarts;
    seen.restartedAt = sidecars.restartedAt;
    seeContainers(pod, seen);
  }
  if (metadata.deletionTimestamp) {
    if (status.reason === "NodeLost") seen.word = "Unknown";
    else if (status.phase !== "Failed" && status.phase !== "Succeeded") seen.word = "Terminating";
  }
  return seen;
}

/** The STATUS column. */
export const podStatusWord = (pod: Pod): string => look(pod).word;

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (!gates.length) return "<none>";
  const met = gates.filter((gate) => status.conditions?.find((c) => c.type === gate.conditionType)?.status === "True");
  return `${met.length}/${gates.length}`;
}

function cells(object: KubeObject, now: number): readonly Cell[] {
  const pod = object as unknown as Pod;
  const { spec, status, metadata } = pod;
  const seen = look(pod);
  const total = (spec.containers?.length ?? 0) + (spec.initContainers?.filter(isSidecar).length ?? 0);
  const restarts =
    seen.restarts && seen.restartedAt ? `${seen.restarts} (${age(seen.restartedAt, now)} ago)` : `${seen.restarts}`;
  return [
    metadata.name ?? "",
    `${seen.ready}/${total}`,
    seen.word,
    restarts,
    age(metadata.creationTimestamp, now),
    status.podIPs?.[0]?.ip || "<none>",
    spec.nodeName || "<none>",
    status.nominatedNodeName || "<none>",
    readinessGates(pod),
  ];
}

const completed = (reason: string, message: string) => [{ type: "Completed", status: "True", reason, message }];

export const podPrinter: Printer = {
  columns: [
    nameColumn,
    text("Ready", "The aggregate readiness state of this pod for accepting traffic."),
    text("Status", "The aggregate status of the containers in this pod."),
    text(
      "Restarts",
      "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
    ),
    ageColumn,
    wide("IP", "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated."),
    wide(
      "Node",
      "NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
    ),
    wide(
      "Nominated Node",
      "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.",
    ),
    wide(
      "Readiness Gates",
      'If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to "True" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates',
    ),
  ],
  cells,
  rowConditions(object) {
    const { phase } = (object as unknown as Pod).status;
    if (phase === "Succeeded") return completed(phase, "The pod has completed successfully.");
    return phase === "Failed" ? completed(phase, "The pod failed.") : [];
  },
};
