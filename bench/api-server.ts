/** The API server that is measured. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import type { Target } from "./http-load.ts";

const root = path.resolve(import.meta.dirname, "..");
/** Beside what else is built, where it finds the packages that it imports. */
const program = path.join(root, "dist/bench-api-server.js");

/** In a process of its own, bundled as it is for those who install it. */
export class Server {
  readonly target: Target;
  readonly #child: ChildProcess;

  private constructor(target: Target, child: ChildProcess) {
    this.target = target;
    this.#child = child;
  }

  static async start(directory: string): Promise<Server> {
    await build({
      ...{ entryPoints: [path.join(root, "test/faults/api-server-process.ts")], outfile: program },
      ...{ bundle: true, platform: "node", format: "esm", target: "node20", packages: "external", logLevel: "warning" },
    });
    const child = spawn(process.execPath, [program, directory], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const access = await new Promise<{
      server: string;
      authority: string;
      admin: { certificate: string; key: string };
    }>((resolve, reject) => {
      child.once("message", resolve as (message: unknown) => void);
      child.once("exit", (code) => reject(new Error(`the API server ended with ${code}`)));
    });
    const { authority: ca, admin } = access;
    return new Server(
      { port: Number(new URL(access.server).port), ca, cert: admin.certificate, key: admin.key },
      child,
    );
  }

  /** What the process holds in memory, in MB. */
  get resident(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.removeAllListeners("exit").once("exit", resolve));
    this.#child.disconnect();
    await ended;
  }
}
