/** The command `cox`. The only file that reads the process: its arguments, environment and streams. */
import "reflect-metadata";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { realClock } from "../base/clock.ts";
import { ClusterDirectory, type RuntimeName } from "../cluster/files/cluster-directory.ts";
import { kubernetesVersion } from "../cluster/version.ts";
import { down } from "./commands/down.ts";
import { list, status } from "./commands/list.ts";
import { serve } from "./commands/serve.ts";
import { up } from "./commands/up.ts";
import { askControl } from "./control.ts";
import { Failure, tell } from "./failure.ts";
import type { OutputFormat } from "./output.ts";
import { Progress } from "./progress.ts";

const defaultName = "cox";
const stderr = (text: string): void => void process.stderr.write(text);
const stdout = (text: string): void => void process.stdout.write(text);

const nameOption = (): Option => new Option("--name <name>", "the cluster").default(defaultName);
const outputOption = (): Option =>
  new Option("-o, --output <format>", "how to print").choices(["table", "json", "yaml", "name"]).default("table");
const quietOption = (): Option => new Option("-q, --quiet", "say nothing but errors");
const progress = (options: { quiet?: boolean }): Progress => new Progress(realClock, stderr, options.quiet ?? false);

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("it must be a whole number, 0 or more");
  return Number(text);
}

function mirror(text: string, known: Record<string, string> = {}): Record<string, string> {
  const [registry, url] = text.split(/=(.*)/s);
  if (!registry || !url)
    throw new InvalidArgumentError("it must be registry=url, such as docker.io=http://mirror:5000");
  return { ...known, [registry]: url };
}

const program = new Command("cox")
  .description("Kubernetes v1.36 on this machine: a control plane and workers in seconds.")
  .version(kubernetesVersion.gitVersion)
  .showHelpAfterError();

program
  .command("up")
  .alias("create")
  .description("make a cluster, or start it again")
  .addOption(nameOption())
  .option("--workers <count>", "how many workers (default 3)", wholeNumber)
  .option("--config <file>", "a kind configuration file")
  .addOption(new Option("--runtime <runtime>", "what runs the containers").choices(["containerd", "simulated"]))
  .option("--port <port>", "the API server's port", wholeNumber)
  .option("--registry-mirror <registry=url>", "serve a registry from another one", mirror)
  .option("--kubeconfig <file>", "the kubeconfig to write (default: $KUBECONFIG or ~/.kube/config)")
  .addOption(quietOption())
  .argument("[cluster]", "for `create cluster`")
  .action(
    async (
      _cluster,
      options: {
        name: string;
        workers?: number;
        config?: string;
        runtime?: RuntimeName;
        port?: number;
        registryMirror?: Record<string, string>;
        kubeconfig?: string;
        quiet?: boolean;
      },
    ) => {
      const self = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];
      await up({ ...options, mirrors: options.registryMirror ?? {}, progress: progress(options), self });
    },
  );

program
  .command("down")
  .alias("delete")
  .description("end a cluster and remove everything it made")
  .addOption(nameOption())
  .option("--keep", "keep its data for another `cox up`")
  .option("--kubeconfig <file>", "the kubeconfig to clean")
  .addOption(quietOption())
  .argument("[cluster]", "for `delete cluster`")
  .action(async (_cluster, options: { name: string; keep?: boolean; kubeconfig?: string; quiet?: boolean }) => {
    await down({ ...options, keep: options.keep ?? false, progress: progress(options) });
  });

program
  .command("list")
  .description("the clusters of this machine")
  .addOption(outputOption())
  .action(async ({ output }: { output: OutputFormat }) => stdout(await list(output)));

program
  .command("status")
  .description("the nodes of a cluster")
  .addOption(nameOption())
  .addOption(outputOption())
  .action(async ({ name, output }: { name: string; output: OutputFormat }) => stdout(await status(name, output)));

program
  .command("kubeconfig")
  .description("print the administrator's kubeconfig")
  .addOption(nameOption())
  .action(({ name }: { name: string }) => stdout(readFileSync(known(name).kubeconfig, "utf8")));

program
  .command("logs")
  .description("what the cluster's process has said")
  .addOption(nameOption())
  .action(({ name }: { name: string }) => stdout(readFileSync(known(name).log, "utf8")));

program
  .command("load")
  .description("load an image archive (docker save, OCI) into all nodes")
  .argument("<archive>")
  .addOption(nameOption())
  .action(async (archive: string, { name }: { name: string }) => {
    await ask(name, "load", { archive: fileURLToPath(new URL(archive, `file://${process.cwd()}/`)) });
  });

const node = program.command("node").description("nodes of a running cluster");
for (const [verb, text] of [
  ["rm", "take a worker away"],
  ["stop", "end a node as a power cut would"],
  ["start", "start a node again"],
] as const) {
  node
    .command(`${verb} <node>`)
    .description(text)
    .addOption(nameOption())
    .action(async (given: string, { name }: { name: string }) => {
      await ask(name, `node/${verb}`, { node: fullName(name, given) });
    });
}
node
  .command("add [node]")
  .description("add a worker")
  .addOption(nameOption())
  .action(async (given: string | undefined, { name }: { name: string }) => {
    const answer = (await ask(name, "node/add", given ? { node: given } : {})) as { node: string };
    stdout(`${answer.node}\n`);
  });

program
  .command("serve", { hidden: true })
  .addOption(nameOption())
  .action(({ name }: { name: string }) => serve(name, (text) => stdout(`${text}\n`)));

/** `worker2` is short for `<cluster>-worker2`. */
function fullName(cluster: string, given: string): string {
  const names = known(cluster)
    .read()
    .nodes.map((n) => n.name);
  return names.includes(given) ? given : names.includes(`${cluster}-${given}`) ? `${cluster}-${given}` : given;
}

function known(name: string): ClusterDirectory {
  const directory = new ClusterDirectory(name);
  if (!directory.exists) throw new Failure(`there is no cluster "${name}"`, "none was made", `cox up --name ${name}`);
  return directory;
}

async function ask(name: string, action: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
  const answer = await askControl(known(name), action, body);
  if (answer === undefined)
    throw new Failure(`the cluster "${name}" does not run`, "its process is not there", `cox up --name ${name}`);
  return answer;
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  stderr(tell(error));
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
}
if (process.argv[2] === "serve") process.exit(process.exitCode ?? 0);
