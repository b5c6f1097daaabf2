/** What lives on a simulated node and outlives its kubelet: sandboxes, containers, images. */

import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { ContainerConfig, ContainerState, RuntimeEvent, SandboxConfig } from "../contract.ts";
import { ContainerLog } from "./container-log.ts";
import { type Catalogue, type CatalogueImage, lookUp, standInRoot } from "./images.ts";
import type { MemoryFiles } from "./memory-files.ts";
import type { NameLookUp } from "./names.ts";
import type { PretendNetwork } from "./network.ts";
import type { OwnImages } from "./own-images.ts";
import { type Invocation, Signals, untilAborted, type World } from "./process.ts";
import { Processes } from "./processes.ts";
import { runInPlace } from "./programs/run.ts";
import { environmentOf, whyNot } from "./running.ts";
import { isHarmless, killedCode, signalCode, signalName } from "./signals.ts";
import { Console } from "./streams/console.ts";
import { makeWorld } from "./world.ts";

export interface MachineOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The files of the node: volumes and logs. */
  readonly files: MemoryFiles;
  /** The node's own address. */
  readonly address: string;
  readonly network: PretendNetwork;
  /** An address for a new pod; undefined: the node has no addresses for pods yet. */
  readonly hasAddresses: () => boolean;
  readonly takeAddress: () => string | undefined;
  readonly releaseAddress: (address: string) => void;
  readonly lookUp: NameLookUp;
  /** `any`: as kwok has it, whatever is asked for runs, and what is of a Job ends well after a second. */
  readonly catalogue: Catalogue;
  /** Images beside those of the catalogue. */
  readonly own?: OwnImages | undefined;
}

export interface PretendSandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly createdAt: number;
  readonly ip: string;
  /** The ports of the node that lead to it end with it. */
  readonly forwards: readonly (() => void)[];
  /** Where its containers share them. */
  readonly processes: Processes | undefined;
  ready: boolean;
}

export interface PretendContainer {
  readonly id: string;
  readonly sandbox: PretendSandbox;
  readonly config: ContainerConfig;
  readonly image: CatalogueImage;
  readonly world: World;
  readonly argv: readonly string[];
  readonly createdAt: number;
  readonly console: Console;
  /** Aborts when it is killed. */
  readonly over: AbortController;
  /** Those that its first process catches. */
  readonly signals: Signals;
  pid: number;
  /** What it answers when it is killed. */
  killed: number;
  /** It has taken more memory than it may. */
  outOfMemory: boolean;
  state: ContainerState;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
  /** Settles when the container has ended. */
  ended: Promise<void>;
}

/** What every simulated node says it has. */
export const machineSize = { cpus: 8, memoryBytes: 16 * 2 ** 30, diskBytes: 100 * 2 ** 30 };

const jobLabel = "batch.kubernetes.io/job-name";
const jobSeconds = 1;

/** What is run where the program is not known: it waits, or ends well, as a Job's pods should. */
const standIn = ({ config }: PretendSandbox): readonly string[] =>
  config.labels[jobLabel] === undefined ? ["pause"] : ["sleep", String(jobSeconds)];

/** What containerd answers for what was running when the machine lost its power. */
const lostCode = 255;

export class PretendMachine {
  readonly sandboxes = new Map<string, PretendSandbox>();
  readonly containers = new Map<string, PretendContainer>();
  readonly images = new Map<string, CatalogueImage>();
  readonly listeners = new Set<(event: RuntimeEvent) => void>();
  readonly options: MachineOptions;
  readonly #startedAt: number;

  constructor(options: MachineOptions) {
    this.options = options;
    this.#startedAt = options.clock.now();
    options.files.keepTime(() => options.clock.now());
    options.network.join(options.address);
  }

  /** Throws where the node has no address for it. */
  addSandbox(config: SandboxConfig): PretendSandbox {
    const { clock, takeAddress, address, network } = this.options;
    const ip = config.hostNetwork ? address : takeAddress();
    if (!ip) throw new Error('plugin type="simulated" failed (add): no addresses are left in the node\'s range');
    const forwards = config.ports
      .filter(({ hostPort }) => hostPort && !config.hostNetwork)
      .map(({ hostPort, containerPort, hostIp }) =>
        network.forward({ ip: hostIp || address, port: hostPort }, { ip, port: containerPort }),
      );
    if (!config.hostNetwork) forwards.push(network.join(ip));
    const processes = config.shareProcessNamespace ? new Processes() : undefined;
    processes?.add({ parent: 0, command: "/pause", user: 65_535, since: clock.now(), end: () => {}, of: config });
    const made = { id: this.#newId(), config, createdAt: clock.now(), ip, forwards, processes, ready: true };
    this.sandboxes.set(made.id, made);
    return made;
  }

  removeSandbox(sandbox: PretendSandbox): void {
    for (const end of sandbox.forwards) end();
    if (this.sandboxes.delete(sandbox.id) && !sandbox.config.hostNetwork) this.options.releaseAddress(sandbox.ip);
  }

  addContainer(sandbox: PretendSandbox, config: ContainerConfig): PretendContainer {
    const found = this.images.get(config.imageRef) ?? lookUp(config.image, this.options.catalogue, this.options.own);
    const given = config.command.length ? config.command : config.args.length ? found.entrypoint : found.command;
    const wanted = [...given, ...config.args];
    const isAny = this.options.catalogue === "any" && whyNot(found, wanted) !== undefined;
    // on nodes where anything runs, something stands in for what is not known
    const image = isAny ? { ...found, root: () => standInRoot } : found;
    const console = new Console({ stdin: config.stdin, tty: config.tty });
    const made: PretendContainer = {
      ...{ id: this.#newId(), sandbox, config, image, console },
      argv: isAny ? standIn(sandbox) : wanted,
      createdAt: this.options.clock.now(),
      ...{ over: new AbortController(), signals: new Signals(), pid: 0, killed: killedCode },
      world: makeWorld({
        ...{ sandbox, config, image, console, options: this.options },
        machine: { ...machineSize, kernel: "simulated", since: this.#startedAt },
        processes: this.containers.get(config.security.targetContainer ?? "")?.world.processes ?? sandbox.processes,
        exhaustMemory: () => this.#exhaust(made),
        firstPid: () => made.pid,
      }),
      ...{ outOfMemory: false, state: "created", startedAt: 0, finishedAt: 0, exitCode: 0, reason: "", message: "" },
      ended: Promise.resolve(),
    };
    this.containers.set(made.id, made);
    this.tell(made, "created");
    return made;
  }

  /** Throws Error, in the words of runc, where the program cannot be run. */
  start(container: PretendContainer): void {
    const { clock, files } = this.options;
    const { argv, world, console, image } = container;
    container.startedAt = clock.now();
    const why = whyNot(image, argv, world);
    if (why) {
      const text = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${why}: unknown`;
      this.#end(container, 128, "StartError", text);
      throw new Error(text);
    }
    container.state = "running";
    container.pid = world.processes.add({
      ...{ parent: 0, command: argv.join(" "), user: world.identity.user, since: clock.now(), of: world },
      end: (signal) => this.#signalFirst(container, signal),
    });
    this.tell(container, "started");
    const log = new ContainerLog(files, this.logPath(container), clock);
    const stopLogging = console.hear((stream, data) => {
      log.write(stream, data);
      return undefined;
    });
    container.ended = this.#run(container).then((code) => {
      stopLogging();
      log.end();
      console.input.close();
      const reason = container.outOfMemory ? "OOMKilled" : code === 0 ? "Completed" : "Error";
      if (container.state === "running") this.#end(container, code, reason, "");
    });
  }

  async #run(container: PretendContainer): Promise<number> {
    const { argv, config, sandbox, world, console, over, signals, pid, image } = container;
    const io: Omit<Invocation, "name" | "args"> = {
      ...{ pid, signals, signal: over.signal, cwd: config.workingDir || image.workingDir },
      ...{ stdin: console.input, stdout: console.stdout, stderr: console.stderr, terminal: console.terminal },
      env: environmentOf(config, sandbox.config.hostname, image, world),
    };
    const killed = untilAborted(over.signal).then(() => container.killed);
    return Promise.race([runInPlace(world, argv, io), killed]);
  }

  /** Asks it to end, and ends it when its time is up. Resolves once it has ended. */
  async stop(container: PretendContainer, graceMs: number): Promise<void> {
    if (container.state === "created") this.#end(container, killedCode, "Error", "");
    if (container.state !== "running") return;
    if (graceMs > 0) {
      this.#signalFirst(container, signalName(container.config.stopSignal ?? "") ?? "TERM");
      await this.#endedWithin(container, graceMs);
    }
    container.over.abort();
    await container.ended;
  }

  /** All that runs is gone at once, and nothing of it was asked. */
  cutPower(): void {
    for (const sandbox of this.sandboxes.values()) sandbox.ready = false;
    for (const container of this.containers.values()) {
      if (container.state !== "running") continue;
      this.#end(container, lostCode, "Unknown", "");
      container.over.abort();
    }
  }

  logPath({ sandbox, config }: PretendContainer): string {
    return `${sandbox.config.logDirectory}/${config.logPath}`;
  }

  tell({ id, sandbox }: PretendContainer, type: RuntimeEvent["type"]): void {
    for (const listener of this.listeners) listener({ container: id, sandbox: sandbox.id, type });
  }

  /**
   * The first process of a container has no default for a signal: what it does not catch, it does not feel. Where the
   * pod's processes share their numbers, none of the containers' is the first.
   */
  #signalFirst(container: PretendContainer, signal: string): void {
    if (signal !== "KILL" && container.signals.onSignal?.(signal)) return;
    if (container.pid === 1 || isHarmless(signal)) return;
    container.killed = signalCode(signal);
    container.over.abort();
  }

  /** A program of the container takes all the memory it can get: where there is a limit, that is its end. */
  #exhaust(container: PretendContainer): void {
    if (!container.config.resources.memoryLimit) return;
    container.outOfMemory = true;
    container.over.abort();
  }

  #endedWithin(container: PretendContainer, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.options.clock.after(ms, resolve);
      void container.ended.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  #end(container: PretendContainer, exitCode: number, reason: string, message: string): void {
    const finishedAt = this.options.clock.now();
    container.world.processes.removeAllOf(container.world);
    if (container.pid === 1) container.world.processes.removeAll();
    Object.assign(container, { state: "exited", finishedAt, exitCode, reason, message });
    this.tell(container, "stopped");
  }

  #newId(): string {
    let id = "";
    for (let i = 0; i < 64; i++) id += Math.floor(this.options.random.next() * 16).toString(16);
    return id;
  }
}
