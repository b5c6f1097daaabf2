/** The commands of `cox` for people; loaded only for them. */
import "reflect-metadata";
import { Command } from "commander";
import { kubernetesVersion } from "../cluster/version.ts";
import { registerApiServer } from "./commands/apiserver.ts";
import { registerDown, registerList, registerLoad, registerServe, registerUp } from "./commands/clusters.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerEnvtest } from "./commands/envtest.ts";
import { registerNode } from "./commands/node.ts";
import { registerVerbs } from "./commands/verbs.ts";
import type { Environment } from "./environment.ts";

export async function runProgram(environment: Environment): Promise<void> {
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
  await program.parseAsync(environment.args, { from: "user" });
}
