/** `cox apiserver`: the API server alone, in the foreground, until it is told to end. */
import { Option } from "commander";
import { realClock } from "../../base/clock.ts";
import { unpredictable } from "../../base/random.ts";
import type { ApiServerAlone } from "../../cluster/api-server-alone.ts";
import { readConfigurationFile } from "../configuration-file.ts";
import type { Environment } from "../environment.ts";
import { Failure } from "../failure.ts";
import { portNumber, type Register } from "./options.ts";

interface ApiServerFlags {
  readonly port: number;
  readonly store: string;
  readonly config?: string;
  readonly kubeconfig?: string;
}

export const registerApiServer: Register = (program, environment) => {
  program
    .command("apiserver")
    .description("run the API server alone, without controllers and nodes, in the foreground")
    .addOption(new Option("--port <port>", "where it listens; 0: any free port").default(6443).argParser(portNumber))
    .option("--store <store>", "memory, or a directory that keeps everything", "memory")
    .option("--config <file>", "how it is to be: kind ApiServerConfiguration (docs/configuration.md)")
    .option(
      "--kubeconfig <file>",
      "the kubeconfig that gets its administrator (default: $KUBECONFIG or ~/.kube/config)",
    )
    .action((flags: ApiServerFlags) => apiServer(flags, environment));
};

async function apiServer(flags: ApiServerFlags, { err, interrupted }: Environment): Promise<void> {
  const ended = interrupted();
  const { contextOf, mergeKubeconfig, userKubeconfig } = await import("../../cluster/files/kubeconfig.ts");
  const { usingKubeconfig } = await import("./up.ts");
  const server = await start(flags, err);
  const file = flags.kubeconfig ?? userKubeconfig();
  try {
    await usingKubeconfig(() => mergeKubeconfig(file, server.access, realClock));
    err(`API server at ${server.access.server}, context ${contextOf(server.access.cluster)} in ${file}\n`);
    if (!ended.aborted) await new Promise((resolve) => ended.addEventListener("abort", resolve, { once: true }));
  } finally {
    await server.stop();
  }
}

async function start({ port, store, config }: ApiServerFlags, err: Environment["err"]): Promise<ApiServerAlone> {
  const { startApiServer } = await import("../../cluster/api-server-alone.ts");
  const configuration = config === undefined ? undefined : readConfigurationFile(config).apiServer;
  try {
    return await startApiServer({
      ...{ port, configuration },
      directory: store === "memory" ? undefined : store,
      clock: realClock,
      random: unpredictable,
      onError: (part, error) => err(`${part}: ${error instanceof Error ? error.message : String(error)}\n`),
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = "the API server could not be started";
    if (code === "EADDRINUSE")
      throw new Failure(
        what,
        `port ${port} is in use by another program`,
        "another one: --port 0 takes any that is free",
      );
    if (code === "EACCES" && message.includes("listen"))
      throw new Failure(what, `port ${port} is not open to this user`, "a port above 1023: --port 6443");
    throw new Failure(what, message, "look at the directory of --store, or use --store memory");
  }
}
