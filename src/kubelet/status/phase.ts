/** The phase of a pod, from the states of its containers (kubelet's `getPhase`). */
import type { Pod } from "../../client/kinds.ts";
import {
  type Container,
  type ContainerStatus,
  initContainers,
  isSidecar,
  mainContainers,
  restartsAfter,
} from "../pod/spec.ts";

type Find = (name: string) => ContainerStatus | undefined;

/** The exit code of the container's last end, if it has ended and does not run. */
const lastExit = (status: ContainerStatus): number | undefined =>
  status.state.running ? undefined : (status.state.terminated ?? status.lastState.terminated)?.exitCode;

/** `ending`: nothing of the pod will be started any more. */
export function podPhase(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  ending: boolean,
  mainStarted: boolean,
): string {
  const find: Find = (name) => statuses.find((s) => s.name === name);
  const init = initProgress(pod, find);
  if (init.failed) return "Failed";
  const sidecars = sidecarProgress(pod, find);
  const main = mainProgress(pod, find);
  const waiting = sidecars.waiting + main.waiting;
  const running = sidecars.running + main.running;
  const unknown = sidecars.unknown + main.unknown;
  if (init.pending > 0 || (sidecars.pending > 0 && !mainStarted) || waiting > 0) return "Pending";
  if (unknown > 0) return "Pending";
  if (running > 0) return "Running";
  if (main.stopped === 0) return "Pending";
  if (!ending && main.stopped !== main.final) return "Running";
  return main.stopped === main.succeeded ? "Succeeded" : "Failed";
}

function initProgress(pod: Pod, find: Find): { pending: number; failed: boolean } {
  let pending = 0;
  let failed = false;
  for (const container of initContainers(pod).filter((c) => !isSidecar(c))) {
    const status = find(container.name);
    const exitCode = status && lastExit(status);
    if (exitCode === undefined) pending++;
    else if (exitCode !== 0 && !restartsAfter(pod, container, exitCode)) failed = true;
    else if (exitCode !== 0) pending++;
  }
  return { pending, failed };
}

function sidecarProgress(pod: Pod, find: Find): { pending: number; running: number; waiting: number; unknown: number } {
  const progress = { pending: 0, running: 0, waiting: 0, unknown: 0 };
  for (const container of initContainers(pod).filter(isSidecar)) {
    const status = find(container.name);
    if (!status) progress.unknown++;
    else if (status.state.running) {
      if (!status.started) progress.pending++;
      progress.running++;
    } else if (status.state.waiting && !status.lastState.terminated) {
      progress.pending++;
      progress.waiting++;
    }
  }
  return progress;
}

function mainProgress(
  pod: Pod,
  find: Find,
): { running: number; waiting: number; unknown: number; stopped: number; final: number; succeeded: number } {
  const progress = { running: 0, waiting: 0, unknown: 0, stopped: 0, final: 0, succeeded: 0 };
  const stop = (container: Container, exitCode: number): void => {
    progress.stopped++;
    if (!restartsAfter(pod, container, exitCode)) progress.final++;
  };
  for (const container of mainContainers(pod)) {
    const status = find(container.name);
    if (!status) progress.unknown++;
    else if (status.state.running) progress.running++;
    else if (status.state.terminated) {
      stop(container, status.state.terminated.exitCode);
      if (status.state.terminated.exitCode === 0) progress.succeeded++;
    } else if (status.lastState.terminated) stop(container, status.lastState.terminated.exitCode);
    else progress.waiting++;
  }
  return progress;
}
