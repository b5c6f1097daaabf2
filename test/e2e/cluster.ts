/** A cluster made by the command, as a person would, and the clients to look at it. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { realClock, sleep } from "../../src/base/clock.ts";
import { askControl } from "../../src/cli/control.ts";
import { ClusterDirectory, type RuntimeName } from "../../src/cluster/files/cluster-directory.ts";
import { Machine } from "../../src/cluster/machine/machine.ts";
import { isAlive } from "../../src/cluster/machine/processes.ts";
import { MachineRecord } from "../../src/cluster/machine/record.ts";
import { startTestRegistry, type TestRegistry } from "../images/registry.ts";
import { clients } from "./clients.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const main = path.resolve(import.meta.dirname, "../../src/cli/main.ts");

export class TestCluster {
  readonly name: string;
  readonly #home = mkdtempSync(path.join(os.tmpdir(), "coxswain-e2e-"));
  readonly #env: NodeJS.ProcessEnv;
  readonly #cox: readonly string[];
  #registry: TestRegistry | undefined;
  readonly #clients = clients();

  /** `cox`: how the command is started; default from its source. */
  constructor(name: string, cox: readonly string[] = [process.execPath, "--import", "tsx", main]) {
    this.name = name;
    this.#cox = cox;
    this.#env = {
      ...process.env,
      COXSWAIN_HOME: path.join(this.#home, "clusters"),
      KUBECONFIG: path.join(this.#home, "kubeconfig"),
      HOME: this.#home,
    };
  }

  /** Where the cluster keeps what it is. */
  get directory(): ClusterDirectory {
    return new ClusterDirectory(this.name, this.#env.COXSWAIN_HOME);
  }

  /** The cluster's own process. */
  async pid(): Promise<number> {
    const { pid } = (await askControl(this.directory, "status")) as { pid: number };
    return pid;
  }

  /** Resolves once its process says that it is ready. */
  async untilRuns(): Promise<void> {
    const end = realClock.now() + 60_000;
    while (!(await askControl(this.directory, "status"))) {
      if (realClock.now() > end) throw new Error("the cluster's process did not come back");
      await sleep(realClock, 50);
    }
  }

  /** The processes of its nodes' containerds. */
  containerdPids(): number[] {
    const record = new MachineRecord(Machine.recordPath(this.directory.nodes));
    return record
      .of("process")
      .filter(isAlive)
      .map(({ pid }) => pid);
  }

  async up(runtime: RuntimeName, ...more: string[]): Promise<void> {
    if (runtime === "containerd") this.#registry = await startTestRegistry();
    const mirror = this.#registry ? ["--registry-mirror", `docker.io=${this.#registry.url}`] : [];
    const said = await this.coxLater("up", "--runtime", runtime, ...mirror, ...more);
    if (said.code !== 0) throw new Error(`cox up: ${said.err}`);
  }

  async down(): Promise<void> {
    const said = await this.coxLater("down");
    await this.#registry?.stop();
    rmSync(this.#home, { recursive: true, force: true });
    if (said.code !== 0) throw new Error(`cox down: ${said.err}`);
  }

  /** `cox …`, for this cluster. The event loop goes on meanwhile: the registry is in this process. */
  coxLater(...words: string[]): Promise<Said> {
    const [program = "", ...first] = this.#cox;
    return this.#run(program, [...first, ...words, "--name", this.name]);
  }

  kubectl(...words: string[]): Promise<Said> {
    return this.#run(this.#clients.kubectl, words);
  }

  helm(...words: string[]): Promise<Said> {
    return this.#run(this.#clients.helm, words);
  }

  /** A line for a shell in which `kubectl` is the one of the tests. */
  shell(line: string, input?: string): Promise<Said> {
    return this.#run("sh", ["-c", line], input);
  }

  /** What a command that must succeed wrote. */
  async ok(line: string, input?: string): Promise<string> {
    const { code, out, err } = await this.shell(line, input);
    if (code !== 0) throw new Error(`${line}: exit ${code}\n${out}${err}`);
    return out;
  }

  /** Repeats a line until what it writes satisfies `is`. */
  async until(line: string, is: (out: string) => boolean, withinMs = 30_000): Promise<string> {
    const end = realClock.now() + withinMs;
    for (;;) {
      const { out, err } = await this.shell(line);
      if (is(out)) return out;
      if (realClock.now() > end) throw new Error(`${line}: not within ${withinMs / 1000} s:\n${out}${err}`);
      await sleep(realClock, 100);
    }
  }

  /** A folder in which `cox` is this command. */
  #path(): string {
    const folder = path.join(this.#home, "bin");
    const file = path.join(folder, "cox");
    if (!existsSync(file)) {
      mkdirSync(folder, { recursive: true });
      const words = this.#cox.map((word) => `'${word}'`).join(" ");
      writeFileSync(file, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    }
    return folder;
  }

  async #run(program: string, words: readonly string[], input = ""): Promise<Said> {
    const env = { ...this.#env, PATH: `${this.#path()}:${path.dirname(this.#clients.kubectl)}:${process.env.PATH}` };
    const child = spawn(program, words, { env, stdio: ["pipe", "pipe", "pipe"] });
    const parts = { out: "", err: "" };
    child.stdout.on("data", (data: Buffer) => {
      parts.out += String(data);
    });
    child.stderr.on("data", (data: Buffer) => {
      parts.err += String(data);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const code = await new Promise<number>((resolve) => child.once("close", (c) => resolve(c ?? 1)));
    return { code, ...parts };
  }
}
