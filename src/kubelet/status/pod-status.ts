/** The status of a pod: pure, from what it asks for, what the runtime has, and what the probes say. */

import { rfc3339 } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";
import { latestOf, type ObservedPod, sandboxChange } from "../pod/observed.ts";
import type { ProbeResults } from "../pod/plan.ts";
import {
  type Container,
  type ContainerStatus,
  ephemeralContainers,
  initContainers,
  isFinished,
  isHostNetwork,
  isSidecar,
  mainContainers,
  type PodStatus,
} from "../pod/spec.ts";
import { podConditions } from "./conditions.ts";
import { containerStatuses, type Hindrance } from "./container-status.ts";
import { podPhase } from "./phase.ts";

export interface PodStatusInputs {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  /** As the kubelet itself last had it; else the API's counts. */
  readonly before: PodStatus | undefined;
  readonly runtimeName: string;
  readonly hostIP: string;
  readonly hindrance: (container: string) => Hindrance | undefined;
  readonly probes: ProbeResults & { readiness(id: string): boolean };
  /** Nothing of the pod will be started any more. */
  readonly ending: boolean;
  /** The pod has failed for a reason of the kubelet's own: past its deadline, evicted, not admitted. */
  readonly verdict: { readonly reason: string; readonly message: string } | undefined;
  readonly now: number;
}

export function podStatus(inputs: PodStatusInputs): PodStatus {
  const { pod, observed, verdict, hostIP, now } = inputs;
  const before = inputs.before ?? pod.status;
  const statuses = { pod, observed, runtimeName: inputs.runtimeName, hindrance: inputs.hindrance };
  const of = (known: readonly ContainerStatus[] | undefined) => ({ ...statuses, before: known ?? [] });
  const rawInit = containerStatuses(initContainers(pod), "init", of(before.initContainerStatuses));
  const rawMain = containerStatuses(mainContainers(pod), "main", of(before.containerStatuses));
  const ephemeral = containerStatuses(ephemeralContainers(pod), "ephemeral", of(before.ephemeralContainerStatuses));
  const init = rawInit.map((s, i) => probed(s, initContainers(pod)[i] as Container, true, inputs));
  const main = rawMain.map((s, i) => probed(s, mainContainers(pod)[i] as Container, false, inputs));
  const phase = phaseOf(inputs, before, [...main, ...init]);
  const kept = phase === before.phase;
  const sandbox = sandboxChange(observed, isHostNetwork(pod));
  const conditions = podConditions({
    pod,
    phase,
    statuses: [...init, ...main],
    sandboxReady: !sandbox.changed,
    before: inputs.before,
    now,
  });
  const ips = isHostNetwork(pod)
    ? [hostIP]
    : observed.ips.length
      ? observed.ips
      : (before.podIPs ?? []).map(({ ip }) => ip);
  const reason = verdict?.reason ?? (kept ? before.reason : undefined);
  const message = verdict?.message ?? (kept ? before.message : undefined);
  return {
    ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions,
    ...(message && { message }),
    ...(reason && { reason }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ips[0] && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    startTime: before.startTime ?? pod.status.startTime ?? rfc3339(now),
    ...(init.length && { initContainerStatuses: init }),
    ...(main.length && { containerStatuses: main }),
    ...(ephemeral.length && { ephemeralContainerStatuses: ephemeral }),
    ...(pod.status.qosClass && { qosClass: pod.status.qosClass }),
  };
}

function phaseOf(inputs: PodStatusInputs, before: PodStatus, statuses: readonly ContainerStatus[]): string {
  const { pod, observed, verdict, ending } = inputs;
  // what has ended stays ended
  for (const known of [pod.status.phase, before.phase]) if (isFinished(known)) return known as string;
  if (verdict) return "Failed";
  const mainStarted = mainContainers(pod).some((c) => {
    const state = latestOf(observed, c.name)?.state;
    return state === "running" || state === "created";
  });
  return podPhase(pod, statuses, ending, mainStarted);
}

/** `started` and `ready`, as the probes have it. */
function probed(
  status: ContainerStatus,
  container: Container,
  isInit: boolean,
  inputs: PodStatusInputs,
): ContainerStatus {
  const running = status.state.running !== undefined;
  const id = status.containerID?.replace(/^.*:\/\//, "") ?? "";
  const startup = inputs.probes.startup(id);
  const started = running && (startup === undefined ? container.startupProbe === undefined : startup === "success");
  if (isInit && !isSidecar(container)) {
    return { ...status, started: running, ready: status.state.terminated?.exitCode === 0 };
  }
  const ready = started && (container.readinessProbe === undefined || inputs.probes.readiness(id));
  return { ...status, started, ready };
}
