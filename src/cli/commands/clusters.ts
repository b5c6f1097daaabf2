/**
 * `cox up`, `down`, `list`, `status`, `kubeconfig`, `load`: clusters of this machine. What they need is loaded when they
 * run: a verb such as `get` should not wait for it.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import type { RuntimeName } from "../../cluster/files/cluster-directory.ts";
import type { OutputFormat } from "../output.ts";
import {
  askCluster,
  knownCluster,
  mirror,
  nameOption,
  outputOption,
  portNumber,
  progressOf,
  quietOption,
  type Register,
  wholeNumber,
} from "./options.ts";

interface UpFlags {
  readonly name: string;
  readonly workers?: number;
  readonly config?: string;
  readonly runtime?: RuntimeName;
  readonly port?: number;
  readonly registryMirror?: Record<string, string>;
  readonly kubeconfig?: string;
  readonly quiet?: boolean;
  readonly nodes: boolean;
}

/** `create cluster` and `delete cluster` come here too, by their other names (arguments.ts). */
export const registerUp: Register = (program, environment) => {
  program
    .command("up")
    .description("make a cluster, or start it again (also: create cluster)")
    .addOption(nameOption())
    .option("--workers <count>", "how many workers (default 3)", wholeNumber)
    .option(
      "--config <file>",
      "kind's configuration of a cluster, an ApiServerConfiguration (docs/configuration.md), or both",
    )
    .addOption(new Option("--runtime <runtime>", "what runs the containers").choices(["containerd", "simulated"]))
    .option("--no-nodes", "none of its own, with --runtime simulated: clients make them (kwok.x-k8s.io/node: fake)")
    .option("--port <port>", "the API server's port", portNumber)
    .option("--registry-mirror <registry=url>", "serve a registry from another one", mirror)
    .option("--kubeconfig <file>", "the kubeconfig to write (default: $KUBECONFIG or ~/.kube/config)")
    .addOption(quietOption())
    .action(async ({ registryMirror, name, ...flags }: UpFlags, command: Command) => {
      const progress = progressOf(environment, flags);
      // what nobody has said yields to what the configuration says
      const isAsked = command.getOptionValueSource("name") !== "default";
      const { up } = await import("./up.ts");
      await up({
        ...flags,
        name: isAsked ? name : undefined,
        mirrors: registryMirror ?? {},
        progress,
        self: environment.self,
      });
    });
};

export const registerDown: Register = (program, environment) => {
  program
    .command("down")
    .description("end a cluster and remove everything it made (also: delete cluster)")
    .addOption(nameOption())
    .option("--keep", "keep its data for another `cox up`")
    .option("--kubeconfig <file>", "the kubeconfig to clean")
    .addOption(quietOption())
    .action(async (flags: { name: string; keep?: boolean; kubeconfig?: string; quiet?: boolean }) => {
      const { down } = await import("./down.ts");
      await down({ ...flags, keep: flags.keep ?? false, progress: progressOf(environment, flags) });
    });
};

export const registerList: Register = (program, { out }) => {
  program
    .command("list")
    .description("the clusters of this machine")
    .addOption(outputOption())
    .action(async ({ output }: { output: OutputFormat }) => {
      const { list } = await import("./list.ts");
      out(await list(output));
    });
  program
    .command("status")
    .description("the nodes of a cluster")
    .addOption(nameOption())
    .addOption(outputOption())
    .action(async ({ name, output }: { name: string; output: OutputFormat }) => {
      const { status } = await import("./list.ts");
      out(await status(name, output));
    });
  program
    .command("kubeconfig")
    .description("print the administrator's kubeconfig")
    .addOption(nameOption())
    .action(async ({ name }: { name: string }) => out(readFileSync((await knownCluster(name)).kubeconfig, "utf8")));
};

export const registerLoad: Register = (program, { cwd }) => {
  program
    .command("load")
    .description("load an image archive (docker save, OCI) into all nodes")
    .argument("<archive>")
    .addOption(nameOption())
    .action(async (archive: string, { name }: { name: string }) => {
      await askCluster(name, "load", { archive: path.resolve(cwd, archive) });
    });
};

export const registerServe: Register = (program, { out }) => {
  program
    .command("serve", { hidden: true })
    .addOption(nameOption())
    .action(async ({ name }: { name: string }) => {
      const { serve } = await import("./serve.ts");
      await serve(name, (text) => out(`${text}\n`));
    });
};
