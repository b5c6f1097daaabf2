/** A person at a terminal: a folder, a namespace, one version of kubectl, and the lines of a transcript one after another. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { clients } from "../clients.ts";
import { type Minor, masked, type Outcome, type Step } from "./transcript.ts";

/** No line takes longer; one that does has failed. */
const limitMs = 90_000;

/** What lines may call besides kubectl: waiting for a file to have lines, asking a URL. */
const programs: Readonly<Record<string, string>> = {
  "until-lines": `#!/bin/sh\nuntil [ "$({ wc -l < "$2" || echo 0; } 2>/dev/null)" -ge "$1" ]; do sleep 0.05; done\n`,
  "fetch-url": `#!/bin/sh\nexec '${process.execPath}' -e '
const [how, url, path] = process.argv[1] === "--unix-socket" ? ["unix", process.argv[2], process.argv[3]] : ["http", process.argv[1]];
const done = (answer) => { let text = ""; answer.on("data", (d) => { text += d; }); answer.on("end", () => process.stdout.write(text)); };
require("http").get(how === "unix" ? { socketPath: url, path } : url, done);' -- "$@"\n`,
};

export interface Place {
  /** The administrator's kubeconfig, as text. */
  readonly kubeconfig: string;
  readonly cluster: string;
}

export class Player {
  readonly minor: Minor;
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-kubectl-"));
  readonly #env: NodeJS.ProcessEnv;
  readonly #names: ReadonlyMap<string, string>;

  constructor(title: string, minor: Minor, { kubeconfig, cluster }: Place) {
    this.minor = minor;
    const bin = path.join(this.#folder, "bin");
    const work = path.join(this.#folder, "work");
    mkdirSync(bin);
    mkdirSync(work);
    symlinkSync(clients(minor).kubectl, path.join(bin, "kubectl"));
    for (const [name, text] of Object.entries(programs)) writeFileSync(path.join(bin, name), text, { mode: 0o755 });
    writeFileSync(path.join(this.#folder, "config"), kubeconfig);
    const namespace = `${title}-${minor}`;
    // one worker is each version's own: for what drains, cordons and taints
    const node = `${cluster}-worker${minor === 35 ? 4 : 5}`;
    this.#env = {
      ...{ PATH: `${bin}:/usr/bin:/bin`, HOME: this.#folder, TMPDIR: this.#folder, LANG: "C.UTF-8" },
      ...{
        KUBECONFIG: path.join(this.#folder, "config"),
        NS: namespace,
        MINOR: `${minor}`,
        NODE: node,
        CLUSTER: cluster,
      },
    };
    this.#names = new Map([
      [work, "$PWD"],
      [this.#folder, "$HOME"],
      [node, "$NODE"],
      [namespace, "$NS"],
      [cluster, "$CLUSTER"],
    ]);
  }

  /** Makes the namespace, and waits until pods can be made in it. */
  async enter(): Promise<void> {
    const line = `kubectl create namespace $NS && kubectl config set-context --current --namespace=$NS &&
      until kubectl get serviceaccount/default configmap/kube-root-ca.crt; do sleep 0.1; done`;
    const { code, err } = await this.#run(line);
    if (code !== 0) throw new Error(err);
  }

  /** What a step writes, with signs for what no two runs share. */
  async play({ line, until }: Step): Promise<Outcome> {
    const { code, out, err } = await this.#run(
      until ? `until {\n${line}\n} > ../tried 2>&1; do sleep 0.1; done` : line,
    );
    return { code, out: masked(out, this.#names), err: masked(err, this.#names) };
  }

  leave(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(line: string): Promise<Outcome> {
    const child = spawn("sh", ["-c", line], {
      ...{ env: this.#env, cwd: path.join(this.#folder, "work"), detached: true },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // what a line has left running holds its output open: its whole group ends
    const limit = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), limitMs);
    const parts = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      parts.out += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      parts.err += data;
    });
    const code = await new Promise<number>((resolve) => child.once("close", (c) => resolve(c ?? 1)));
    clearTimeout(limit);
    return { code, ...parts };
  }
}
