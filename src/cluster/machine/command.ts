/** Runs a program of this machine to its end. */
import { execFile } from "node:child_process";

export interface CommandOptions {
  /** Written to the program's standard input. */
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** A program that could not be started or did not exit with 0. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly stderr: string;
  constructor(command: string, stderr: string, options?: ErrorOptions) {
    super(`${command}: ${stderr.trim() || "failed"}`, options);
    this.stderr = stderr;
  }
}

/** Resolves to what the program wrote to standard output; rejects with CommandFailure. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = {
      timeout: options.timeoutMs ?? 60_000,
      maxBuffer: 64 << 20,
      env: { ...process.env, PATH: searchPath() },
    };
    const child = execFile(program, args, limits, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const missing = "code" in error && error.code === "ENOENT";
      const said = missing ? `not found on this machine (looked in ${searchPath()})` : stderr || error.message;
      reject(new CommandFailure([program, ...args].join(" "), said, { cause: error }));
    });
    // A program that ends before it has read all must not take us along.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
  });
}

/** Root's programs (ip, nft, containerd) are often missing from the path of a user who came in through sudo. */
export function searchPath(): string {
  const given = (process.env.PATH ?? "").split(":");
  const wanted = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  return [...given, ...wanted.filter((folder) => !given.includes(folder))].filter(Boolean).join(":");
}

/** One `ip` process for many commands, each a line; `netns` names where they act. */
export async function ip(lines: readonly string[], netns?: string): Promise<void> {
  if (lines.length === 0) return;
  await run("ip", [...(netns ? ["-n", netns] : []), "-batch", "-"], { input: `${lines.join("\n")}\n` });
}
