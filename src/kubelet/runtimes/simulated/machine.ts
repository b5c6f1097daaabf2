/** What lives on a simulated node and outlives its kubelet: sandboxes, containers, images. */
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { ContainerConfig, ContainerState, RuntimeEvent, SandboxConfig } from "../contract.ts";
import { ContainerLog } from "./container-log.ts";
import { type CatalogueImage, lookUp } from "./images.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Network, noInput, View, type World } from "./process.ts";
import { environmentOf, heedsTermination, isProgram, runInContainer } from "./running.ts";
import { killedCode } from "./signals.ts";

export interface MachineOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The files of the node: volumes and logs. */
  readonly files: MemoryFiles;
  readonly network: Network;
  /** An address for a new pod. */
  readonly newAddress: () => string;
  /** The address that a name has for pods; undefined: none. */
  readonly resolve: (name: string) => string | undefined;
}

export interface PretendSandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly createdAt: number;
  readonly ip: string;
  ready: boolean;
}

export interface PretendContainer {
  readonly id: string;
  readonly sandbox: PretendSandbox;
  readonly config: ContainerConfig;
  readonly world: World;
  readonly argv: readonly string[];
  readonly createdAt: number;
  readonly over: AbortController;
  state: ContainerState;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
  /** Settles when the container has ended. */
  ended: Promise<void>;
}

const welcome =
  "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n</body>\n</html>\n";

export class PretendMachine {
  readonly sandboxes = new Map<string, PretendSandbox>();
  readonly containers = new Map<string, PretendContainer>();
  readonly images = new Map<string, CatalogueImage>();
  readonly listeners = new Set<(event: RuntimeEvent) => void>();
  readonly options: MachineOptions;

  constructor(options: MachineOptions) {
    this.options = options;
  }

  addSandbox(config: SandboxConfig): PretendSandbox {
    const { clock, newAddress } = this.options;
    const made = { id: this.#newId(), config, createdAt: clock.now(), ip: newAddress(), ready: true };
    this.sandboxes.set(made.id, made);
    return made;
  }

  addContainer(sandbox: PretendSandbox, config: ContainerConfig): PretendContainer {
    const { clock, files, network, resolve } = this.options;
    const own = new MemoryFiles();
    for (const folder of ["/tmp", "/root", "/etc", "/var/log"]) void own.makeDirectory(folder);
    own.write("/usr/share/nginx/html/index.html", new TextEncoder().encode(welcome));
    own.write("/etc/hostname", new TextEncoder().encode(`${sandbox.config.hostname}\n`));
    const image = this.images.get(config.imageRef) ?? lookUp(config.image);
    const entry = config.command.length ? config.command : config.args.length ? [] : image.command;
    const made: PretendContainer = {
      id: this.#newId(),
      sandbox,
      config,
      argv: [...entry, ...config.args],
      createdAt: clock.now(),
      over: new AbortController(),
      world: {
        ...{ clock, network, hostname: sandbox.config.hostname, ip: sandbox.ip, processes: new Map() },
        user: config.security.runAsUser ?? 0,
        files: new View(own, files, config.mounts),
        reachable: (name) => (/^(localhost|127\.0\.0\.1)$/.test(name) ? sandbox.ip : resolve(name)),
      },
      ...{ state: "created", startedAt: 0, finishedAt: 0, exitCode: 0, reason: "", message: "" },
      ended: Promise.resolve(),
    };
    this.containers.set(made.id, made);
    this.tell(made, "created");
    return made;
  }

  /** Throws Error, in the words of runc, where the program cannot be run. */
  start(container: PretendContainer): void {
    const { clock, files } = this.options;
    const { argv, config, sandbox, world } = container;
    const [program = ""] = argv;
    container.startedAt = clock.now();
    if (!isProgram(program)) {
      const why = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown`;
      this.#end(container, 128, "StartError", why);
      throw new Error(why);
    }
    container.state = "running";
    world.processes.set(1, argv.join(" "));
    this.tell(container, "started");
    const log = new ContainerLog(files, this.logPath(container), clock);
    const io = {
      ...{ args: argv, stdin: noInput, cwd: { path: config.workingDir ?? "/" }, signal: container.over.signal },
      env: environmentOf(config, sandbox.config.hostname),
      stdout: (text: string) => log.write("stdout", text),
      stderr: (text: string) => log.write("stderr", text),
    };
    const failed = (error: unknown): number => {
      log.write("stderr", `${program}: ${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    };
    container.ended = runInContainer(world, io)
      .catch(failed)
      .then((code) => {
        log.end();
        this.#end(container, code, code === 0 ? "Completed" : "Error", "");
      });
  }

  /** Asks it to end, and ends it when its time is up. Resolves once it has ended. */
  async stop(container: PretendContainer, graceMs: number): Promise<void> {
    if (container.state === "created") this.#end(container, killedCode, "Error", "");
    if (container.state !== "running") return;
    const heeds = heedsTermination(container.argv[0] ?? "");
    if (!heeds) await this.#endedWithin(container, graceMs);
    container.over.abort();
    await container.ended;
    if (heeds) Object.assign(container, { exitCode: 0, reason: "Completed" });
  }

  logPath({ sandbox, config }: PretendContainer): string {
    return `${sandbox.config.logDirectory}/${config.logPath}`;
  }

  tell({ id, sandbox }: PretendContainer, type: RuntimeEvent["type"]): void {
    for (const listener of this.listeners) listener({ container: id, sandbox: sandbox.id, type });
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
