/** A Runtime whose containers are pretended: a client of a PretendMachine, which lives on when the client is closed. */
import {
  type Container,
  type ContainerConfig,
  type ContainerStats,
  type ContainerStatus,
  type ExecRequest,
  type ExecResult,
  type Image,
  type PortTarget,
  type Runtime,
  type RuntimeEvent,
  RuntimeFailure,
  type RuntimeStatus,
  type RuntimeVersion,
  type Sandbox,
  type SandboxConfig,
  type SandboxStatus,
  type StreamTarget,
} from "../contract.ts";
import { lookUp } from "./images.ts";
import type { PretendContainer, PretendMachine, PretendSandbox } from "./machine.ts";
import { environmentOf, startProcess, whyNot } from "./running.ts";
import { joined } from "./streams/input.ts";
import { connectTo } from "./web-connection.ts";

const notInitialized = "cni plugin not initialized";

const notFound = (what: string, id: string): RuntimeFailure =>
  new RuntimeFailure("NotFound", `an error occurred when try to find ${what} "${id}": not found`);

export class SimulatedRuntime implements Runtime {
  readonly #machine: PretendMachine;

  constructor(machine: PretendMachine) {
    this.#machine = machine;
  }

  async version(): Promise<RuntimeVersion> {
    return { name: "simulated", version: "1.0.0" };
  }

  /** Not ready before the node has addresses for its pods. */
  async status(): Promise<RuntimeStatus> {
    if (this.#machine.options.hasAddresses()) return { runtimeReady: true, networkReady: true };
    const message = `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: ${notInitialized}`;
    return { runtimeReady: true, networkReady: false, message };
  }

  async runSandbox(config: SandboxConfig): Promise<string> {
    if (!config.hostNetwork && !this.#machine.options.hasAddresses())
      throw new RuntimeFailure("Failed", `failed to setup network for sandbox: ${notInitialized}`);
    try {
      return this.#machine.addSandbox(config).id;
    } catch (error) {
      throw new RuntimeFailure("Failed", `failed to setup network for sandbox: ${messageOf(error)}`);
    }
  }

  async stopSandbox(id: string): Promise<void> {
    const sandbox = this.#machine.sandboxes.get(id);
    if (!sandbox) return;
    await Promise.all(this.#inside(sandbox).map((container) => this.#machine.stop(container, 0)));
    sandbox.ready = false;
  }

  async removeSandbox(id: string): Promise<void> {
    const sandbox = this.#machine.sandboxes.get(id);
    if (!sandbox) return;
    await this.stopSandbox(id);
    for (const container of this.#inside(sandbox)) await this.removeContainer(container.id);
    this.#machine.removeSandbox(sandbox);
  }

  async sandboxes(): Promise<readonly Sandbox[]> {
    return [...this.#machine.sandboxes.values()].map(sandboxOf);
  }

  async sandboxStatus(id: string): Promise<SandboxStatus> {
    const sandbox = this.#sandbox(id);
    return { ...sandboxOf(sandbox), ips: sandbox.config.hostNetwork ? [] : [sandbox.ip] };
  }

  async createContainer(sandbox: string, config: ContainerConfig): Promise<string> {
    return this.#machine.addContainer(this.#sandbox(sandbox), config).id;
  }

  async startContainer(id: string): Promise<void> {
    try {
      this.#machine.start(this.#container(id));
    } catch (error) {
      if (error instanceof RuntimeFailure) throw error;
      throw new RuntimeFailure("Failed", messageOf(error));
    }
  }

  async stopContainer(id: string, graceSeconds: number): Promise<void> {
    const container = this.#machine.containers.get(id);
    if (container) await this.#machine.stop(container, graceSeconds * 1000);
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#machine.containers.get(id);
    if (!container) return;
    await this.#machine.stop(container, 0);
    this.#machine.containers.delete(id);
    this.#machine.tell(container, "deleted");
  }

  async containers(): Promise<readonly Container[]> {
    return [...this.#machine.containers.values()].map(containerOf);
  }

  async containerStatus(id: string): Promise<ContainerStatus> {
    const container = this.#container(id);
    const { startedAt, finishedAt, exitCode, reason, message, config } = container;
    return {
      ...containerOf(container),
      ...{ startedAt, finishedAt, exitCode, reason, message, resources: config.resources },
      logPath: this.#machine.logPath(container),
    };
  }

  /** Nothing here has limits. */
  async updateResources(): Promise<void> {}

  /** Logs are written by their path: a file that was moved away is made anew. */
  async reopenLog(): Promise<void> {}

  async execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult> {
    const container = this.#running(id);
    const process = this.#process(container, { command, stdin: false, tty: false });
    let late = false;
    const timer = this.#machine.options.clock.after(timeoutSeconds * 1000, () => {
      late = true;
      process.kill();
    });
    const [stdout, stderr, exitCode] = await Promise.all([all(process.stdout), all(process.stderr), process.exit]);
    timer.cancel();
    if (late) {
      const text = `command timed out: "${command.join(" ")}" timed out after ${timeoutSeconds}s`;
      throw new RuntimeFailure("Timeout", text);
    }
    return { exitCode, stdout, stderr };
  }

  async exec(id: string, request: ExecRequest): Promise<StreamTarget> {
    return { kind: "process", process: this.#process(this.#running(id), request) };
  }

  /** Whoever is attached goes without ending the container; its input ends with the first who gives it one. */
  async attach(id: string): Promise<StreamTarget> {
    const container = this.#running(id);
    const exit = container.ended.then(() => container.exitCode);
    const endsInput = container.config.stdinOnce;
    const options = { kill: () => {}, endsInput, isAlone: false };
    return { kind: "process", process: container.console.attach(exit, options) };
  }

  async portForward(sandbox: string): Promise<PortTarget> {
    const { ip } = this.#sandbox(sandbox);
    const { network } = this.#machine.options;
    return { kind: "connect", connect: async (port) => connectTo(network, { ip, port }) };
  }

  async pullImage(image: string): Promise<string> {
    const found = lookUp(image, this.#machine.options.catalogue, this.#machine.options.own);
    this.#machine.images.set(found.id, found);
    return found.id;
  }

  async imageStatus(image: string): Promise<Image | undefined> {
    return this.#image(image);
  }

  async images(): Promise<readonly Image[]> {
    return [...this.#machine.images.values()];
  }

  async removeImage(image: string): Promise<void> {
    const found = this.#image(image);
    if (found) this.#machine.images.delete(found.id);
  }

  async containerStats(): Promise<readonly ContainerStats[]> {
    const now = this.#machine.options.clock.now();
    return [...this.#machine.containers.values()]
      .filter(({ state }) => state === "running")
      .map(({ id, config, world: { load, writtenBytes } }) => ({
        ...{ id, name: config.name, labels: config.labels, time: now },
        ...{ cpuNanos: load.cpuNanos, memoryWorkingSet: load.memoryBytes, writableLayerBytes: writtenBytes },
      }));
  }

  watch(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void> {
    const { listeners } = this.#machine;
    listeners.add(onEvent);
    return new Promise((resolve) => {
      const over = (): void => {
        listeners.delete(onEvent);
        resolve();
      };
      if (signal.aborted) over();
      else signal.addEventListener("abort", over, { once: true });
    });
  }

  async close(): Promise<void> {}

  #inside(sandbox: PretendSandbox): PretendContainer[] {
    return [...this.#machine.containers.values()].filter((container) => container.sandbox === sandbox);
  }

  #sandbox(id: string): PretendSandbox {
    const found = this.#machine.sandboxes.get(id);
    if (!found) throw notFound("sandbox", id);
    return found;
  }

  #container(id: string): PretendContainer {
    const found = this.#machine.containers.get(id);
    if (!found) throw notFound("container", id);
    return found;
  }

  #running(id: string): PretendContainer {
    const container = this.#container(id);
    if (container.state !== "running") throw new RuntimeFailure("Failed", `container ${id} is not running`);
    return container;
  }

  #process(
    { world, config, over, sandbox, image }: PretendContainer,
    request: Pick<ExecRequest, "command" | "stdin" | "tty">,
  ) {
    const why = whyNot(image, request.command, world);
    if (why)
      throw new RuntimeFailure(
        "Failed",
        `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`,
      );
    const env = environmentOf({ ...config, tty: request.tty }, sandbox.config.hostname, image, world);
    return startProcess(world, request, { env, cwd: config.workingDir || image.workingDir, signal: over.signal });
  }

  #image(image: string): Image | undefined {
    const { images } = this.#machine;
    if (image.startsWith("sha256:")) return images.get(image);
    try {
      return images.get(lookUp(image, this.#machine.options.catalogue, this.#machine.options.own).id);
    } catch {
      // what nobody has is not here either
      return undefined;
    }
  }
}

function sandboxOf({ id, config, createdAt, ready }: PretendSandbox): Sandbox {
  const { name, namespace, uid, attempt, labels, annotations } = config;
  return { id, name, namespace, uid, attempt, ready, createdAt, labels, annotations };
}

function containerOf({ id, sandbox, config, state, createdAt }: PretendContainer): Container {
  const { name, attempt, image, imageRef, labels, annotations } = config;
  return { id, sandbox: sandbox.id, name, attempt, image, imageRef, state, createdAt, labels, annotations };
}

async function all(chunks: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks ?? []) read.push(chunk);
  return joined(read);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
