/**
 * Real containers, through the CRI of containerd (1.6 and later) or any other runtime that speaks CRI v1.
 * Promises what contract.ts promises. A runtime that does not answer is `Unavailable`; the connection comes back by
 * itself once it does.
 */
import type { Clock } from "../../../base/clock.ts";
import {
  type ContainerConfig,
  type ContainerStatus,
  type ExecRequest,
  type ExecResult,
  type RegistryAuth,
  type Resources,
  type Runtime,
  type RuntimeEvent,
  RuntimeFailure,
  type SandboxConfig,
} from "../contract.ts";
import {
  type ContainerAnswer,
  type ContainerStatusAnswer,
  containerFrom,
  containerStatusFrom,
  type ImageAnswer,
  imageFrom,
  type SandboxAnswer,
  type SandboxStatusAnswer,
  type StatsAnswer,
  type StatusAnswer,
  sandboxFrom,
  sandboxStatusFrom,
  statsFrom,
  statusFrom,
} from "./answers.ts";
import { watchContainers } from "./events.ts";
import { failure, imageFailure, isNotFound, isServiceError } from "./failures.ts";
import { authMessage, containerMessage, resourcesMessage, sandboxMessage, sessionMessage } from "./requests.ts";
import { connect, type Wire } from "./wire.ts";

/** How long a call may take by default: kubelet's `runtimeRequestTimeout`. */
const callMs = 120_000;
/** Making a sandbox calls network plugins: kubelet gives it twice the time. */
const sandboxMs = 2 * callMs;

export interface CriOptions {
  /** Path of the runtime's socket. */
  readonly socket: string;
  readonly clock: Clock;
}

/** Connects and asks for the version; rejects with RuntimeFailure when the runtime does not speak CRI v1. */
export async function openCriRuntime(options: CriOptions): Promise<Runtime> {
  const runtime = new CriRuntime(options);
  try {
    await runtime.version();
  } catch (error) {
    await runtime.close();
    throw error;
  }
  return runtime;
}

class CriRuntime implements Runtime {
  readonly #wire: Wire;
  readonly #clock: Clock;
  /** Which sandbox a container is in, which CRI tells in lists alone; it never changes. */
  readonly #sandboxOf = new Map<string, string>();
  /** Ends the watches. */
  readonly #closed = new AbortController();

  constructor({ socket, clock }: CriOptions) {
    this.#wire = connect(socket, clock);
    this.#clock = clock;
  }

  async #call<Answer>(method: string, request: object = {}, timeoutMs = callMs, bare = false): Promise<Answer> {
    try {
      return await this.#wire.call<Answer>(method, request, timeoutMs);
    } catch (error) {
      throw failure(error, bare);
    }
  }

  /** For what has succeeded when its object is gone. */
  async #callUnlessGone(method: string, request: object, timeoutMs = callMs): Promise<void> {
    try {
      await this.#wire.call(method, request, timeoutMs);
    } catch (error) {
      if (!isNotFound(error)) throw failure(error);
    }
  }

  async version() {
    const answer = await this.#call<{ runtimeName: string; runtimeVersion: string }>(
      "Version",
      { version: "v1" },
      10_000,
    );
    return { name: answer.runtimeName, version: answer.runtimeVersion };
  }

  async status() {
    const [status, disks] = await Promise.all([
      this.#call<StatusAnswer>("Status"),
      this.#call<{ imageFilesystems: { fsId: { mountpoint: string } | null }[] }>("ImageFsInfo").catch(() => undefined),
    ]);
    return statusFrom(status, disks?.imageFilesystems[0]?.fsId?.mountpoint);
  }

  async runSandbox(config: SandboxConfig) {
    const request = { config: sandboxMessage(config) };
    return (await this.#call<{ podSandboxId: string }>("RunPodSandbox", request, sandboxMs)).podSandboxId;
  }
  stopSandbox(id: string) {
    return this.#callUnlessGone("StopPodSandbox", { podSandboxId: id });
  }
  removeSandbox(id: string) {
    return this.#callUnlessGone("RemovePodSandbox", { podSandboxId: id });
  }
  async sandboxes() {
    return (await this.#call<{ items: SandboxAnswer[] }>("ListPodSandbox")).items.map(sandboxFrom);
  }
  async sandboxStatus(id: string) {
    const request = { podSandboxId: id };
    return sandboxStatusFrom((await this.#call<{ status: SandboxStatusAnswer }>("PodSandboxStatus", request)).status);
  }

  async createContainer(sandbox: string, config: ContainerConfig, sandboxConfig: SandboxConfig) {
    const request = {
      podSandboxId: sandbox,
      config: containerMessage(config, sandboxConfig),
      sandboxConfig: sandboxMessage(sandboxConfig),
    };
    const { containerId } = await this.#call<{ containerId: string }>("CreateContainer", request, callMs, true);
    this.#sandboxOf.set(containerId, sandbox);
    return containerId;
  }
  async startContainer(id: string) {
    await this.#call("StartContainer", { containerId: id }, callMs, true);
  }
  async stopContainer(id: string, graceSeconds: number) {
    await this.#callUnlessGone(
      "StopContainer",
      { containerId: id, timeout: graceSeconds },
      callMs + graceSeconds * 1000,
    );
  }
  async removeContainer(id: string) {
    await this.#callUnlessGone("RemoveContainer", { containerId: id });
    this.#sandboxOf.delete(id);
  }
  async containers() {
    const { containers } = await this.#call<{ containers: ContainerAnswer[] }>("ListContainers");
    this.#sandboxOf.clear();
    for (const { id, podSandboxId } of containers) this.#sandboxOf.set(id, podSandboxId);
    return containers.map(containerFrom);
  }
  async containerStatus(id: string): Promise<ContainerStatus> {
    const { status } = await this.#call<{ status: ContainerStatusAnswer }>("ContainerStatus", { containerId: id });
    // The runtime takes any unambiguous beginning of an id; what we remember goes by the whole one.
    if (!this.#sandboxOf.has(status.id)) await this.containers();
    return containerStatusFrom(status, this.#sandboxOf.get(status.id) ?? "");
  }
  async updateResources(id: string, resources: Resources) {
    await this.#call("UpdateContainerResources", { containerId: id, linux: resourcesMessage(resources) });
  }
  async reopenLog(id: string) {
    await this.#call("ReopenContainerLog", { containerId: id });
  }

  async execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult> {
    const request = { containerId: id, cmd: command, timeout: timeoutSeconds };
    try {
      // A runtime that overlooks its own time limit is given up on a moment later; 0 means no limit.
      const limit = timeoutSeconds > 0 ? callMs + timeoutSeconds * 1000 : undefined;
      return await this.#wire.call<ExecResult>("ExecSync", request, limit);
    } catch (error) {
      const failed = failure(error);
      if (failed.code !== "Timeout") throw failed;
      const text = `command timed out: ${JSON.stringify(command.join(" "))} timed out after ${goSeconds(timeoutSeconds)}`;
      throw new RuntimeFailure("Timeout", text, { cause: error });
    }
  }
  async exec(id: string, request: ExecRequest) {
    const message = { ...sessionMessage(id, request), cmd: request.command };
    return { kind: "url" as const, url: (await this.#call<{ url: string }>("Exec", message)).url };
  }
  async attach(id: string, request: Omit<ExecRequest, "command">) {
    return {
      kind: "url" as const,
      url: (await this.#call<{ url: string }>("Attach", sessionMessage(id, request))).url,
    };
  }
  async portForward(sandbox: string, ports: readonly number[]) {
    const request = { podSandboxId: sandbox, port: ports };
    return { kind: "url" as const, url: (await this.#call<{ url: string }>("PortForward", request)).url };
  }

  async pullImage(image: string, auth?: RegistryAuth, sandboxConfig?: SandboxConfig) {
    const request = {
      image: { image },
      ...(auth && { auth: authMessage(auth) }),
      ...(sandboxConfig && { sandboxConfig: sandboxMessage(sandboxConfig) }),
    };
    try {
      // No deadline: a big image over a slow line takes its time, and the runtime itself gives up without progress.
      const { imageRef } = await this.#wire.call<{ imageRef: string }>("PullImage", request);
      if (imageRef) return imageRef;
    } catch (error) {
      throw imageFailure(error);
    }
    throw new RuntimeFailure("Failed", `imageRef of image ${JSON.stringify(image)} is not set`);
  }
  async imageStatus(image: string) {
    try {
      const answer = await this.#wire.call<{ image: ImageAnswer | null }>("ImageStatus", { image: { image } }, callMs);
      return answer.image ? imageFrom(answer.image) : undefined;
    } catch (error) {
      if (isServiceError(error) && isNotFound(error)) return undefined;
      throw imageFailure(error);
    }
  }
  async images() {
    return (await this.#call<{ images: ImageAnswer[] }>("ListImages")).images.map(imageFrom);
  }
  removeImage(image: string) {
    return this.#callUnlessGone("RemoveImage", { image: { image } });
  }

  async containerStats() {
    return (await this.#call<{ stats: StatsAnswer[] }>("ListContainerStats")).stats.map(statsFrom);
  }
  watch(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal) {
    return watchContainers(this.#wire, this.#clock, onEvent, AbortSignal.any([signal, this.#closed.signal]));
  }
  async close() {
    this.#closed.abort();
    this.#wire.close();
  }
}

/** Whole seconds as Go prints a duration: `1m30s`. */
function goSeconds(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours) return `${hours}h${minutes}m${seconds % 60}s`;
  return minutes ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
