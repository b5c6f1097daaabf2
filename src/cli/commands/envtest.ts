/**
 * `cox envtest`: what controller-runtime's envtest starts, so that tests of operators run on Coxswain unchanged
 * (https://book.kubebuilder.io/reference/envtest). There is no etcd: the program of that name says that it is well.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { readConfiguration } from "../../apiserver/configuration/configuration.ts";
import { realClock } from "../../base/clock.ts";
import { unpredictable } from "../../base/random.ts";
import type { Environment } from "../environment.ts";
import { readFlags, serverFlags } from "../envtest/flags.ts";
import { programs } from "../envtest/programs.ts";
import type { Register } from "./options.ts";

export const registerEnvtest: Register = (program, environment) => {
  program
    .command("envtest <directory>")
    .description("write programs in place of etcd, kube-apiserver and kubectl, for KUBEBUILDER_ASSETS")
    .action((directory: string) => writePrograms(directory, environment));
  for (const [name, run] of [
    ["envtest-etcd", etcd],
    ["envtest-kube-apiserver", kubeApiServer],
  ] as const)
    program
      .command(`${name} [flags...]`, { hidden: true })
      .allowUnknownOption()
      .helpOption(false)
      .action((flags: string[]) => run(flags, environment));
};

function writePrograms(directory: string, { self, out }: Environment): void {
  const folder = path.resolve(directory);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(programs(self)))
    writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  out(`export KUBEBUILDER_ASSETS=${folder}\n`);
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Answers that all is well, where etcd would. */
async function etcd(flags: readonly string[], { interrupted }: Environment): Promise<void> {
  const ended = interrupted();
  const [url = "http://127.0.0.1:2379"] = readFlags(flags).get("listen-client-urls") ?? [];
  const { hostname, port } = new URL(url.split(",")[0] ?? url);
  const server = createServer((request, response) => {
    const isHealth = request.url?.startsWith("/health");
    response.writeHead(isHealth ? 200 : 404, { "content-type": "application/json" });
    response.end(isHealth ? '{"health":"true","reason":""}' : "{}");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(port), hostname, resolve);
  });
  await untilAborted(ended);
  server.closeAllConnections();
  server.close();
}

async function kubeApiServer(args: readonly string[], { interrupted, err }: Environment): Promise<void> {
  const ended = interrupted();
  const flags = serverFlags(args);
  for (const words of flags.ignored) err(`cox: ${words}\n`);
  const { startApiServer } = await import("../../cluster/api-server-alone.ts");
  const text = (file: string): string => readFileSync(file, "utf8");
  const server = await startApiServer({
    port: flags.port,
    host: flags.host,
    serving: {
      ...{ certificate: text(flags.certificateFile), key: text(flags.keyFile) },
      clientCa: text(flags.clientCaFile),
    },
    ...(flags.serviceRange && { serviceRange: flags.serviceRange }),
    ...(flags.issuer && { issuer: flags.issuer }),
    withoutPlugins: flags.withoutPlugins,
    configuration: readConfiguration(flags.configuration, text),
    ...{ clock: realClock, random: unpredictable },
    onError: (part, error) => err(`${part}: ${error instanceof Error ? error.message : String(error)}\n`),
  });
  await untilAborted(ended);
  await server.stop();
}
