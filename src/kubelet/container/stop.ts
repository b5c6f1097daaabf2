/** Stopping containers: hook, signal, grace period, in the order that sidecars ask for (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination). */
import { type Clock, sleep } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";
import type { EventRecorder } from "../../reconciler/events.ts";
import type { Dialer } from "../host.ts";
import type { KillReason } from "../pod/plan.ts";
import {
  type ContainerRole,
  findContainer,
  fullName,
  initContainers,
  isSidecar,
  regardingContainer,
} from "../pod/spec.ts";
import { runHook } from "../probes/handlers.ts";
import type { ContainerStatus, Runtime } from "../runtimes/contract.ts";

export interface StopOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly dialer: Dialer;
}

export interface StopRequest {
  readonly pod: Pod;
  readonly container: ContainerStatus;
  readonly podIP: string;
  /** The text of the event; default that it is being stopped. */
  readonly message?: string;
  readonly reason?: KillReason;
  /** Instead of what the pod says, in seconds. */
  readonly graceSeconds?: number | undefined;
  /** Resolves once it is this container's turn. */
  readonly turn?: Promise<void>;
}

/** Below this no container gets to say good-bye. */
const minimumGraceSeconds = 2;

/** Resolves once the container has ended. */
export async function stopContainer(options: StopOptions, request: StopRequest): Promise<void> {
  const { runtime, clock, events } = options;
  const { pod, container } = request;
  const found = findContainer(pod, container.name);
  const role: ContainerRole = found?.role ?? "main";
  const message = request.message ?? `Stopping container ${container.name}`;
  events.normal(regardingContainer(pod, container.name, role), "Killing", message);
  let grace = request.graceSeconds ?? graceOf(request);
  const began = clock.now();
  const preStop = found?.container.lifecycle?.preStop;
  if (preStop && grace > 0 && found) {
    const target = { container: found.container, id: container.id, podIP: request.podIP, podName: fullName(pod) };
    const pause = (ms: number): Promise<void> => sleep(clock, ms);
    const hook = runHook(preStop, target, runtime, options.dialer, pause).catch(() => {
      // the message may hold secrets
      events.warning(regardingContainer(pod, container.name, role), "FailedPreStopHook", "PreStopHook failed");
    });
    await within(clock, grace * 1000, hook);
  }
  if (request.turn) await within(clock, Math.max(0, grace * 1000 - (clock.now() - began)), request.turn);
  grace -= Math.floor((clock.now() - began) / 1000);
  await runtime.stopContainer(container.id, Math.max(grace, minimumGraceSeconds));
}

/** The grace period of the deletion, of a failed probe, or of the pod. */
function graceOf({ pod, container, reason }: StopRequest): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  if (deletionGracePeriodSeconds !== undefined && pod.metadata.deletionTimestamp) return deletionGracePeriodSeconds;
  const spec = findContainer(pod, container.name)?.container;
  const own =
    reason === "livenessProbe"
      ? spec?.livenessProbe?.terminationGracePeriodSeconds
      : reason === "startupProbe"
        ? spec?.startupProbe?.terminationGracePeriodSeconds
        : undefined;
  return own ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

async function within(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work.then(() => over.abort()), sleep(clock, ms, over.signal)]);
  over.abort();
}

/** Stops these containers of a pod together: sidecars after the main ones, the last of them first. */
export async function stopAll(
  options: StopOptions,
  pod: Pod,
  running: readonly ContainerStatus[],
  common: { readonly podIP: string; readonly graceSeconds?: number | undefined },
): Promise<void> {
  const sidecars = initContainers(pod).filter(isSidecar);
  if (sidecars.length === 0) {
    await Promise.all(running.map((container) => stopContainer(options, { pod, container, ...common })));
    return;
  }
  const isSide = ({ name }: ContainerStatus): boolean => sidecars.some((c) => c.name === name);
  let before = Promise.all(
    running.filter((c) => !isSide(c)).map((container) => stopContainer(options, { pod, container, ...common })),
  ).then(() => {});
  const ended = [before];
  for (const { name } of [...sidecars].reverse()) {
    const container = running.find((c) => c.name === name);
    if (!container) continue;
    before = stopContainer(options, { pod, container, ...common, turn: before });
    ended.push(before);
  }
  await Promise.all(ended);
}
