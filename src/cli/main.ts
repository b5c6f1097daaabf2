/** The command `cox`. The only file that reads the process: its arguments, environment and streams. */
import "reflect-metadata";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { realClock } from "../base/clock.ts";
import { kubernetesVersion } from "../cluster/version.ts";
import { arranged } from "./arguments.ts";
import { registerApiServer } from "./commands/apiserver.ts";
import { registerDown, registerList, registerLoad, registerServe, registerUp } from "./commands/clusters.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerEnvtest } from "./commands/envtest.ts";
import { registerNode } from "./commands/node.ts";
import { registerVerbs } from "./commands/verbs.ts";
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

const program = new Command("cox")
  .description("Kubernetes v1.36 on this machine: a control plane and workers in seconds.")
  .version(kubernetesVersion.gitVersion)
  .enablePositionalOptions()
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .showHelpAfterError();
const commands = [
  registerUp,
  registerDown,
  registerList,
  registerNode,
  registerLoad,
  registerApiServer,
  registerEnvtest,
  registerServe,
  registerVerbs,
  registerCompletion,
];
for (const register of commands) register(program, environment);

try {
  await program.parseAsync(environment.args, { from: "user" });
} catch (error) {
  environment.err(tell(error));
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
}
if (environment.args[0] === "serve") process.exit(process.exitCode ?? 0);
