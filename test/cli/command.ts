/** The verbs of the command line against an API server in this process, as `cox apiserver` starts it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { realClock } from "../../src/base/clock.ts";
import { unpredictable } from "../../src/base/random.ts";
import type { Environment } from "../../src/cli/environment.ts";
import { runVerb } from "../../src/cli/verbs/run-verb.ts";
import { verbs } from "../../src/cli/verbs/verbs.ts";
import { type ApiServerAlone, startApiServer } from "../../src/cluster/api-server-alone.ts";
import { kubeconfigText } from "../../src/cluster/files/kubeconfig.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class Command {
  readonly server: ApiServerAlone;
  readonly folder: string;

  private constructor(server: ApiServerAlone, folder: string) {
    this.server = server;
    this.folder = folder;
    writeFileSync(path.join(folder, "config"), kubeconfigText(server.access));
  }

  static async start(): Promise<Command> {
    const server = await startApiServer({ port: 0, clock: realClock, random: unpredictable });
    return new Command(server, mkdtempSync(path.join(os.tmpdir(), "cox-cli-")));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text);
  }

  /** `cox …`; words stand apart by blanks, or are given one by one. */
  async cox(line: string | readonly string[], input = ""): Promise<Said> {
    const [name, ...args] = typeof line === "string" ? line.split(" ") : line;
    const verb = verbs.find((one) => one.name === name || one.aliases?.includes(name ?? ""));
    if (!verb) throw new Error(`there is no verb ${name}`);
    const said = { out: "", err: "" };
    const write = (to: "out" | "err") => (text: string | Uint8Array) => {
      said[to] += typeof text === "string" ? text : Buffer.from(text).toString();
    };
    const stdin = new PassThrough();
    stdin.end(input);
    const environment: Environment = {
      args: [name ?? "", ...args],
      env: { KUBECONFIG: path.join(this.folder, "config"), PATH: process.env.PATH, EDITOR: process.env.EDITOR },
      cwd: this.folder,
      clock: realClock,
      stdin,
      terminal: false,
      columns: undefined,
      rows: undefined,
      out: write("out"),
      err: write("err"),
      onResize: () => () => {},
      exitWith: () => {},
      self: [],
      interrupted: () => new AbortController().signal,
    };
    const code = await runVerb(verb, args, environment);
    return { code, ...said };
  }

  /** What a command that must succeed wrote. */
  async ok(line: string | readonly string[], input?: string): Promise<string> {
    const { code, out, err } = await this.cox(line, input);
    if (code !== 0) throw new Error(`cox ${line}: exit ${code}\n${out}${err}`);
    return out;
  }
}
