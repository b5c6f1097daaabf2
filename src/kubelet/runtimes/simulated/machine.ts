/** What lives on a simulated node and outlives its kubelet: sandboxes, containers, images. */
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { ContainerConfig, ContainerState, RuntimeEvent, SandboxConfig } from "../contract.ts";
import { Console } from "./console.ts";
import { ContainerLog } from "./container-log.ts";
import { type Catalogue, type CatalogueImage, lookUp } from "./images.ts";
import { MemoryFiles } from "./memory-files.ts";
import { findName, type NameLookUp, resolvConf } from "./names.ts";
import type { PretendNetwork } from "./network.ts";
import { Processes, View, type World } from "./process.ts";
import { environmentOf, isProgram, runInContainer } from "./running.ts";
import { nginxFiles } from "./servers.ts";
import { killedCode } from "./signals.ts";

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
}

export interface PretendSandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly createdAt: number;
  readonly ip: string;
  /** The ports of the node that lead to it end with it. */
  readonly forwards: readonly (() => void)[];
  ready: boolean;
}

export interface PretendContainer {
  readonly id: string;
  readonly sandbox: PretendSandbox;
  readonly config: ContainerConfig;
  readonly world: World;
  readonly argv: readonly string[];
  readonly createdAt: number;
  readonly console: Console;
  /** Aborts when it is killed. */
  readonly over: AbortController;
  /** Aborts when it is asked to end. */
  readonly asked: AbortController;
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

const jobLabel = "batch.kubernetes.io/job-name";
const jobSeconds = 1;

/** What containerd answers for what was running when the machine lost its power. */
const lostCode = 255;

export class PretendMachine {
  readonly sandboxes = new Map<string, PretendSandbox>();
  readonly containers = new Map<string, PretendContainer>();
  readonly images = new Map<string, CatalogueImage>();
  readonly listeners = new Set<(event: RuntimeEvent) => void>();
  readonly options: MachineOptions;

  constructor(options: MachineOptions) {
    this.options = options;
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
    const made = { id: this.#newId(), config, createdAt: clock.now(), ip, forwards, ready: true };
    this.sandboxes.set(made.id, made);
    return made;
  }

  removeSandbox(sandbox: PretendSandbox): void {
    for (const end of sandbox.forwards) end();
    if (this.sandboxes.delete(sandbox.id) && !sandbox.config.hostNetwork) this.options.releaseAddress(sandbox.ip);
  }

  addContainer(sandbox: PretendSandbox, config: ContainerConfig): PretendContainer {
    const image = this.images.get(config.imageRef) ?? lookUp(config.image, this.options.catalogue);
    const given = config.command.length ? config.command : config.args.length ? image.entrypoint : image.command;
    const made: PretendContainer = {
      id: this.#newId(),
      ...{ sandbox, config },
      argv: this.#program(sandbox, [...given, ...config.args]),
      createdAt: this.options.clock.now(),
      console: new Console({ stdin: config.stdin, tty: config.tty }),
      ...{ over: new AbortController(), asked: new AbortController() },
      world: this.#world(sandbox, config, image, () => this.#exhaust(made)),
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
    const { argv, config, sandbox, world, console, over, asked } = container;
    const [program = ""] = argv;
    container.startedAt = clock.now();
    if (!isProgram(program)) {
      const why = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown`;
      this.#end(container, 128, "StartError", why);
      throw new Error(why);
    }
    container.state = "running";
    world.processes.add(argv.join(" "), (signal) => this.#signalFirst(container, signal));
    this.tell(container, "started");
    const log = new ContainerLog(files, this.logPath(container), clock);
    const stopLogging = console.hear((stream, text) => log.write(stream, text));
    const io = {
      ...{ args: argv, cwd: { path: config.workingDir || "/" }, signal: over.signal, termination: asked.signal },
      env: environmentOf(config, sandbox.config.hostname),
      stdin: console.input,
      stdout: (text: string) => console.stdout(text),
      stderr: (text: string) => console.stderr(text),
      ...(console.terminal && { terminal: console.terminal }),
    };
    const failed = (error: unknown): number => {
      console.stderr(`${program}: ${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    };
    container.ended = runInContainer(world, io)
      .catch(failed)
      .then((code) => {
        stopLogging();
        log.end();
        const reason = container.outOfMemory ? "OOMKilled" : code === 0 ? "Completed" : "Error";
        if (container.state === "running") this.#end(container, code, reason, "");
      });
  }

  /** Asks it to end, and ends it when its time is up. Resolves once it has ended. */
  async stop(container: PretendContainer, graceMs: number): Promise<void> {
    if (container.state === "created") this.#end(container, killedCode, "Error", "");
    if (container.state !== "running") return;
    if (graceMs > 0) {
      this.#signalFirst(container, "TERM");
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
    if (signal === "TERM" || signal === "QUIT" || signal === "INT") container.asked.abort();
    if (container.sandbox.config.shareProcessNamespace && container.argv[0] !== "nginx") container.over.abort();
  }

  /** What is run for a command: on nodes where anything runs, something stands in for what is not known. */
  #program(sandbox: PretendSandbox, command: readonly string[]): readonly string[] {
    if (this.options.catalogue === "known" || isProgram(command[0] ?? "")) return command;
    return sandbox.config.labels[jobLabel] === undefined ? ["pause"] : ["sleep", String(jobSeconds)];
  }

  #world(sandbox: PretendSandbox, config: ContainerConfig, image: CatalogueImage, exhaust: () => void): World {
    const { clock, files: node, network, lookUp: lookUpName } = this.options;
    const { ip } = sandbox;
    const { hostname, dns } = sandbox.config;
    const own = new MemoryFiles();
    const version = image.tags[0]?.split(":").at(-1) ?? "latest";
    const made: Record<string, string> = {
      "/etc/hostname": `${hostname}\n`,
      ...(dns && { "/etc/resolv.conf": resolvConf(dns) }),
      ...(image.command[0] === "nginx" && nginxFiles(version)),
    };
    for (const folder of ["/tmp", "/root", "/etc", "/var/log", "/bin", "/usr", "/proc", "/dev"])
      void own.makeDirectory(folder);
    for (const [path, text] of Object.entries(made)) own.write(path, new TextEncoder().encode(text));
    const files = new View(own, node, config.mounts);
    const isSelf = (address: string): boolean => /^127\./.test(address);
    const at = (to: { ip: string; port: number }) => (isSelf(to.ip) ? { ...to, ip } : to);
    return {
      ...{ clock, hostname, ip, version, files },
      user: config.security.runAsUser ?? 0,
      processes: new Processes(),
      exhaustMemory: exhaust,
      network: {
        ask: (to, request) => network.ask(at(to), { ...request, from: ip }),
        isOpen: (to) => network.isOpen(at(to), ip),
        listen: (port, server) => network.listen({ ip, port }, server),
        find: (name) =>
          name === "localhost"
            ? { name, addresses: ["127.0.0.1"] }
            : findName(name, { files, dns, lookUp: lookUpName }),
        nameServers: dns?.servers ?? [],
      },
    };
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
    container.world.processes.clear();
    Object.assign(container, { state: "exited", finishedAt, exitCode, reason, message });
    this.tell(container, "stopped");
  }

  #newId(): string {
    let id = "";
    for (let i = 0; i < 64; i++) id += Math.floor(this.options.random.next() * 16).toString(16);
    return id;
  }
}
