/**
 * One node's containerd. It runs in the node's network namespace and under the node's host name; its containers are
 * held by shims and go on when it ends, whichever way, and it finds them when it is started again.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Clock, sleep } from "../../base/clock.ts";
import { RuntimeFailure } from "../../kubelet/runtimes/contract.ts";
import { openCriRuntime } from "../../kubelet/runtimes/cri/runtime.ts";
import { searchPath } from "./command.ts";
import { type ContainerdSettings, containerdConfig } from "./containerd-config.ts";
import { netnsPath } from "./node-netns.ts";
import { bootId, isAlive, kill, type ProcessView, viewProcess } from "./processes.ts";
import type { MachineRecord, Made } from "./record.ts";
import { daemonsOf, endContainers } from "./undo.ts";

type RecordedProcess = Extract<Made, { kind: "process" }>;

export interface ContainerdOptions extends ContainerdSettings {
  readonly record: MachineRecord;
  readonly clock: Clock;
  readonly node: string;
  readonly netns: string;
  /** The name of the pod network. */
  readonly network: string;
  /** The file that containerd's own log goes to. */
  readonly log: string;
}

export class Containerd {
  readonly #options: ContainerdOptions;
  readonly #what: string;

  constructor(options: ContainerdOptions) {
    this.#options = options;
    this.#what = `containerd of ${options.node}`;
  }

  get socket(): string {
    return this.#options.socket;
  }

  /** The process as recorded, also by another process of ours or before a crash. */
  #process(): RecordedProcess | undefined {
    return this.#options.record.of("process").findLast((made) => made.what === this.#what && isAlive(made));
  }

  isRunning(): boolean {
    return this.#process() !== undefined;
  }

  get pid(): number | undefined {
    return this.#process()?.pid;
  }

  /** Starts it, if it does not run, and resolves once it answers. Rejects with the end of its log when it ends instead. */
  async start(): Promise<void> {
    const { record, root, state, socket, network } = this.#options;
    this.#adopt();
    if (!this.isRunning()) {
      for (const folder of [root, state, path.dirname(socket)]) mkdirSync(folder, { recursive: true, mode: 0o711 });
      mkdirSync(this.#options.cniConfig, { recursive: true });
      mkdirSync(this.#options.registries, { recursive: true });
      record.add({ kind: "containerd", socket, state, network });
      this.#spawn();
    }
    await this.#untilReady();
  }

  /** Takes up one that was started by a process of ours that did not live to record it. */
  #adopt(): void {
    const [stray] = this.isRunning() ? [] : daemonsOf(this.#options);
    if (stray) this.#note(stray);
  }

  #note({ pid, startTime }: Pick<ProcessView, "pid" | "startTime">): void {
    this.#options.record.add({ kind: "process", pid, startTime, boot: bootId(), what: this.#what });
  }

  #spawn(): void {
    const { node, netns, log } = this.#options;
    const config = path.join(this.#options.state, "config.toml");
    writeFileSync(config, containerdConfig(this.#options));
    const output = openSync(log, "a");
    // Each program becomes the next one, so the process that is recorded is containerd in the end.
    const setName = 'printf %s "$0" > /proc/sys/kernel/hostname; exec "$@"';
    // at the usual priority, whatever ours is
    const usual = ["nice", "-n", String(-os.getPriority())];
    const program = [...(os.getPriority() < 0 ? usual : []), "containerd", "--config", config];
    const args = [`--net=${netnsPath(netns)}`, "unshare", "--uts", "sh", "-c", setName, node, ...program];
    const env = { ...process.env, PATH: searchPath() };
    const child = spawn("nsenter", args, { detached: true, stdio: ["ignore", output, output], env });
    closeSync(output);
    child.on("error", () => {}); // told by #untilReady: there is no process then
    child.unref();
    const seen = child.pid === undefined ? undefined : viewProcess(child.pid);
    if (seen) this.#note(seen);
  }

  async #untilReady(): Promise<void> {
    const { clock, socket } = this.#options;
    const end = clock.now() + 30_000;
    let why: unknown = "it does not answer";
    while (clock.now() < end) {
      if (!this.isRunning()) throw new Error(`${this.#what} ended: ${this.#lastWords()}`);
      if (existsSync(socket)) {
        try {
          await (await openCriRuntime({ socket, clock })).close();
          return;
        } catch (error) {
          why = error;
          // It answers, but not as a CRI runtime: waiting does not help, unless it has only just begun.
          const begins = error instanceof Error && /not initialized yet/.test(error.message);
          if (error instanceof RuntimeFailure && error.code === "Failed" && !begins) break;
        }
      }
      await sleep(clock, 10);
    }
    throw new Error(`${this.#what} is not ready: ${this.#lastWords() || String(why)}`, { cause: why });
  }

  #lastWords(): string {
    const { log } = this.#options;
    if (!existsSync(log)) return "it said nothing";
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    const complaints = lines.filter(
      (line) => !/level=(info|debug|warning)/.test(line) || /grpc.v1.cri"? error/.test(line),
    );
    return (complaints.length ? complaints : lines).slice(-3).join("\n");
  }

  /** Ends containerd, and its containers too if asked: at once, as a power cut would. */
  async stop(options: { readonly containers: boolean }): Promise<void> {
    const { record, clock, socket, state, network } = this.#options;
    const running = this.#process();
    if (running) {
      await kill([running], clock);
      record.remove(running);
    }
    if (options.containers) await endContainers({ kind: "containerd", socket, state, network }, clock);
  }
}
