/** The command with a home of its own, several clusters included. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const main = path.resolve(import.meta.dirname, "../../src/cli/main.ts");

export class Cox {
  readonly home = mkdtempSync(path.join(os.tmpdir(), "coxswain-faults-"));

  get kubeconfig(): string {
    return path.join(this.home, "kubeconfig");
  }
  get clusters(): string {
    return path.join(this.home, "clusters");
  }
  /** The words that start it. */
  get words(): readonly string[] {
    return [process.execPath, "--import", "tsx", main];
  }

  run(...words: string[]): Promise<Said> {
    return this.start(this.words[0] ?? "", [...this.words.slice(1), ...words]);
  }

  /** Another program, in the same surroundings. */
  async start(program: string, words: readonly string[]): Promise<Said> {
    const env = { ...process.env, COXSWAIN_HOME: this.clusters, KUBECONFIG: this.kubeconfig, HOME: this.home };
    const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", err: "" };
    for (const [stream, to] of [
      [child.stdout, "out"],
      [child.stderr, "err"],
    ] as const)
      stream.on("data", (data: Buffer) => {
        said[to] += String(data);
      });
    const code = await new Promise<number>((resolve) => child.once("close", (c) => resolve(c ?? 1)));
    return { code, ...said };
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
