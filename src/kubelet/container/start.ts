/** Starting one container: image, configuration, creation, start, hook (kubelet's `startContainer`). */
import { sleep } from "../../base/clock.ts";
import type { NodeParts } from "../node-parts.ts";
import { latestOf, type ObservedPod } from "../pod/observed.ts";
import type { Start } from "../pod/plan.ts";
import { fullName, regardingContainer } from "../pod/spec.ts";
import { runHook } from "../probes/handlers.ts";
import type { ContainerConfig, SandboxConfig } from "../runtimes/contract.ts";
import { containerConfig } from "./config.ts";
import type { PodFacts } from "./field-reference.ts";
import { StartFailure } from "./start-failure.ts";
import { stopContainer } from "./stop.ts";

export interface StartRequest extends Start {
  readonly facts: PodFacts;
  readonly observed: ObservedPod;
  readonly sandbox: string;
  readonly sandboxConfig: SandboxConfig;
  readonly volumes: ReadonlyMap<string, string>;
}

/** Throws StartFailure, once the event that tells of it is recorded. */
export async function startContainer(parts: NodeParts, request: StartRequest): Promise<void> {
  const { container, role, facts, sandbox, sandboxConfig } = request;
  const { runtime, events } = parts;
  const { pod } = facts;
  backOff(parts, request);
  const about = regardingContainer(pod, container.name, role);
  const { imageRef, image } = await parts.images.ensure(pod, container, role, sandboxConfig).catch((error: unknown) => {
    events.warning(about, "Failed", `Error: ${error instanceof StartFailure ? error.reason : text(error)}`);
    throw error;
  });
  const failed =
    (reason: string) =>
    (error: unknown): never => {
      events.warning(about, "Failed", `Error: ${text(error)}`);
      throw new StartFailure(reason, text(error));
    };
  const config: ContainerConfig = await Promise.resolve()
    .then(() => configOf(parts, request, imageRef, image))
    .catch(failed("CreateContainerConfigError"));
  const id = await runtime.createContainer(sandbox, config, sandboxConfig).catch(failed("CreateContainerError"));
  events.normal(about, "Created", "Container created");
  await runtime.startContainer(id).catch(failed("RunContainerError"));
  events.normal(about, "Started", "Container started");
  if (container.lifecycle?.postStart) await postStart(parts, request, id);
}

function configOf(
  parts: NodeParts,
  { facts, observed, container, role, volumes }: StartRequest,
  imageRef: string,
  image: Awaited<ReturnType<NodeParts["images"]["ensure"]>>["image"],
): Promise<ContainerConfig> {
  const last = latestOf(observed, container.name);
  const target = targetOf(observed, container, role);
  return containerConfig({
    facts,
    container,
    attempt: last ? last.attempt + 1 : 0,
    image,
    imageRef,
    volumes,
    services: parts.services(facts.pod.metadata.namespace ?? ""),
    target,
    client: parts.client,
    host: parts.host,
    random: parts.random,
    settings: parts.settings,
  });
}

function targetOf(observed: ObservedPod, container: Start["container"], role: Start["role"]): string | undefined {
  const name = role === "ephemeral" ? (container as { targetContainerName?: string }).targetContainerName : undefined;
  if (!name) return undefined;
  const target = latestOf(observed, name);
  if (!target) throw new Error(`unable to find target container ${name}`);
  return target.id;
}

/** A container that has failed waits before it is started again. Throws StartFailure while it does. */
function backOff({ restarts, events }: NodeParts, { container, role, facts, observed }: StartRequest): void {
  const { pod } = facts;
  const ended = observed.containers.find((c) => c.name === container.name && c.state === "exited");
  if (!ended || role === "ephemeral") return;
  const key = `${pod.metadata.uid}_${container.name}_${container.image}`;
  const endsAt = restarts.endsAt(key, ended.finishedAt);
  if (endsAt === undefined) {
    restarts.fail(key, ended.finishedAt);
    return;
  }
  const name = fullName(pod);
  const about = regardingContainer(pod, container.name, role);
  events.warning(about, "BackOff", `Back-off restarting failed container ${container.name} in pod ${name}`);
  const wait = goDuration(restarts.get(key));
  const message = `back-off ${wait} restarting failed container=${container.name} pod=${name}`;
  throw new StartFailure("CrashLoopBackOff", message, endsAt);
}

async function postStart(parts: NodeParts, { container, role, facts }: StartRequest, id: string): Promise<void> {
  const { runtime, host, clock, events } = parts;
  const { pod, podIPs } = facts;
  const podIP = podIPs[0] ?? "";
  try {
    const target = { container, id, podIP, podName: fullName(pod) };
    await runHook(container.lifecycle?.postStart ?? {}, target, runtime, host.dialer, (ms) => sleep(clock, ms));
  } catch (error) {
    events.warning(regardingContainer(pod, container.name, role), "FailedPostStartHook", "PostStartHook failed");
    const seen = await runtime.containerStatus(id);
    const stopping = { runtime, clock, events, dialer: host.dialer };
    await stopContainer(stopping, { pod, container: seen, podIP, message: "FailedPostStartHook" });
    throw new StartFailure("PostStartHookError", text(error));
  }
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** As Go prints whole seconds: `10s`, `2m40s`, `5m0s`. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
