/** The command `cox`. The only file that reads the process: its arguments, environment and streams. */
import { fileURLToPath } from "node:url";
import { realClock } from "../base/clock.ts";
import { arranged } from "./arguments.ts";
import type { Environment } from "./environment.ts";
import { Failure, tell } from "./failure.ts";

const environment: Environment = {
  args: arranged(process.argv.slice(2)),
  env: process.env,
  cwd: process.cwd(),
  clock: realClock,
  stdin: process.stdin,
  terminal: process.stdout.isTTY === true,
  get columns() {
    return process.stdout.columns as number | undefined;
  },
  get rows() {
    return process.stdout.rows as number | undefined;
  },
  onResize: (changed) => {
    process.stdout.on("resize", changed);
    return () => void process.stdout.off("resize", changed);
  },
  exitWith: (code) => {
    process.exitCode = code;
  },
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  self: [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)],
  interrupted: () => {
    const ended = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => ended.abort());
    return ended.signal;
  },
};
// whoever reads us has seen enough: `cox get pods | head`
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  // what a test waits for loads nothing that is for people
  if (environment.args[0]?.startsWith("envtest-"))
    await (await import("./envtest/run.ts")).runEnvtestProgram(environment);
  else await (await import("./program.ts")).runProgram(environment);
} catch (error) {
  environment.err(tell(error));
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
}
if (environment.args[0] === "serve") process.exit(process.exitCode ?? 0);
