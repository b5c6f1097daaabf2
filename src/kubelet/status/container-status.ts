/** The statuses of a pod's containers, from what the runtime has (kubelet's `convertToAPIContainerStatuses`). */
import { rfc3339 } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";
import { latestOf, type ObservedPod } from "../pod/observed.ts";
import { shouldRestart, wasInitialized } from "../pod/plan.ts";
import { type Container, type ContainerRole, type ContainerStatus, isSidecar } from "../pod/spec.ts";
import type { ContainerStatus as RuntimeStatus } from "../runtimes/contract.ts";

/** Why a container does not run though it should: the reason and text of its waiting state. */
export interface Hindrance {
  readonly reason: string;
  readonly message: string;
}

export interface StatusInputs {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly runtimeName: string;
  /** What the API last said. */
  readonly before: readonly ContainerStatus[];
  readonly hindrance: (container: string) => Hindrance | undefined;
}

export function containerStatuses(
  containers: readonly Container[],
  role: ContainerRole,
  inputs: StatusInputs,
): ContainerStatus[] {
  return containers.map((container) => statusOf(container, role, inputs));
}

function statusOf(container: Container, role: ContainerRole, inputs: StatusInputs): ContainerStatus {
  const { pod, observed } = inputs;
  const lives = observed.containers.filter((c) => c.name === container.name);
  const old = inputs.before.find((s) => s.name === container.name);
  let status = lives[0] ? fromRuntime(container, lives[0], old, inputs) : withoutRuntime(container, old, inputs);
  if (lives[1]) status = { ...status, lastState: stateOf(lives[1], inputs.runtimeName) };
  else if (lives[0] && old?.lastState.terminated && old.containerID === status.containerID)
    status = { ...status, lastState: old.lastState };
  if (role === "init") {
    const latest = latestOf(observed, container.name);
    if (latest?.state === "exited" && latest.exitCode === 0 && !isSidecar(container)) return status;
    if (!latest && wasInitialized(pod, observed) && !isSidecar(container) && status.state.waiting) {
      return { ...status, state: { terminated: doneUnseen } };
    }
  }
  if (role === "ephemeral" && lives[0]) return status;
  if (!shouldRestart(pod, container, lives[0])) return status;
  const hindrance = inputs.hindrance(container.name);
  if (!hindrance) return status;
  return {
    ...status,
    ...(status.state.terminated && { lastState: status.state }),
    state: { waiting: { reason: hindrance.reason, ...(hindrance.message && { message: hindrance.message }) } },
  };
}

const doneUnseen = {
  exitCode: 0,
  reason: "Completed",
  message:
    "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally",
  startedAt: null,
  finishedAt: null,
};

function withoutRuntime(
  container: Container,
  old: ContainerStatus | undefined,
  { pod }: StatusInputs,
): ContainerStatus {
  if (old?.state.terminated) return old;
  const reason = (pod.spec.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
  const base: ContainerStatus = {
    name: container.name,
    state: { waiting: { reason } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image: container.image ?? "",
    imageID: "",
    ...volumeMounts(container),
  };
  if (!old?.state.running || base.lastState.terminated) return base;
  return {
    ...base,
    lastState: { terminated: lost },
    restartCount: base.restartCount + (pod.metadata.deletionTimestamp ? 0 : 1),
  };
}

const lost = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was deleted.  The container used to be Running",
  startedAt: null,
  finishedAt: null,
};

function fromRuntime(
  container: Container,
  seen: RuntimeStatus,
  old: ContainerStatus | undefined,
  { runtimeName }: StatusInputs,
): ContainerStatus {
  const { requests } = container.resources;
  return {
    name: container.name,
    state: stateOf(seen, runtimeName),
    lastState: {},
    ready: false,
    restartCount: Math.max(seen.attempt, old?.containerID === `${runtimeName}://${seen.id}` ? old.restartCount : 0),
    image: seen.image,
    imageID: seen.imageRef,
    containerID: `${runtimeName}://${seen.id}`,
    ...(requests && { allocatedResources: requests }),
    resources: container.resources,
    ...volumeMounts(container),
    ...(seen.user && {
      user: {
        linux: {
          uid: seen.user.uid,
          gid: seen.user.gid,
          ...(seen.user.supplementalGroups.length && { supplementalGroups: seen.user.supplementalGroups }),
        },
      },
    }),
  };
}

function stateOf(seen: RuntimeStatus, runtimeName: string): ContainerStatus["state"] {
  switch (seen.state) {
    case "running":
      return { running: { startedAt: rfc3339(seen.startedAt) } };
    case "exited":
      return {
        terminated: {
          exitCode: seen.exitCode,
          ...(seen.reason && { reason: seen.reason }),
          ...(seen.message && { message: seen.message }),
          startedAt: rfc3339(seen.startedAt),
          finishedAt: rfc3339(seen.finishedAt),
          containerID: `${runtimeName}://${seen.id}`,
        },
      };
    default:
      return { waiting: {} };
  }
}

function volumeMounts(container: Container): Pick<ContainerStatus, "volumeMounts"> {
  const mounts = container.volumeMounts ?? [];
  if (mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly && { readOnly, recursiveReadOnly: "Disabled" }),
    })),
  };
}
