/** `cox up`: makes a cluster, or starts the one that is there again. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { realClock, sleep } from "../../base/clock.ts";
import { workerNames } from "../../cluster/cluster.ts";
import { type ClusterDescription, ClusterDirectory, type RuntimeName } from "../../cluster/files/cluster-directory.ts";
import { mergeKubeconfig, userKubeconfig } from "../../cluster/files/kubeconfig.ts";
import { checkKubeconfig, KubeconfigProblem } from "../../cluster/files/kubeconfig-file.ts";
import { viewProcess } from "../../cluster/machine/processes.ts";
import { readConfigurationFile } from "../configuration-file.ts";
import { askControl } from "../control.ts";
import { Failure } from "../failure.ts";
import type { WantedCluster } from "../kind-config.ts";
import type { Progress } from "../progress.ts";
import { readAccess } from "./access.ts";

export interface UpOptions {
  readonly name: string;
  readonly workers?: number | undefined;
  readonly runtime?: RuntimeName | undefined;
  readonly port?: number | undefined;
  /** A file with kind's configuration, that of the API server, or both. */
  readonly config?: string | undefined;
  readonly mirrors: Readonly<Record<string, string>>;
  readonly kubeconfig?: string | undefined;
  readonly progress: Progress;
  /** False: none of its own; a client makes them (`kwok.x-k8s.io/node: fake`). */
  readonly nodes?: boolean | undefined;
  /** What starts the server process: a program and its first arguments. */
  readonly self: readonly string[];
}

const patienceMs = 120_000;

const aboutRuntime: Readonly<Record<RuntimeName, string>> = {
  containerd: "real containers through containerd",
  simulated: "simulated: containers are pretended",
};

/** `name`: left out, the configuration's, or `cox`. */
export async function up(asked: Omit<UpOptions, "name"> & { readonly name?: string | undefined }): Promise<void> {
  const { progress, config } = asked;
  const { cluster: wanted, apiServer } = config ? readConfigurationFile(config) : {};
  const name = asked.name ?? wanted?.name ?? "cox";
  const options = { ...asked, name };
  const directory = new ClusterDirectory(name);
  if (!/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(name)) {
    throw new Failure(
      `${name} cannot be the name of a cluster`,
      "names are made of a-z, 0-9 and -, 32 at most",
      "cox up --name dev",
      2,
    );
  }
  // before anything is made
  await usingKubeconfig(() => checkKubeconfig(options.kubeconfig ?? userKubeconfig()));
  if (await askControl(directory, "status")) {
    await publish(directory, options);
    progress.say(`The cluster "${name}" runs already; kubectl uses it now.`);
    if (apiServer)
      progress.say("What the configuration says of its API server holds after: cox down --keep, cox up --config");
    return;
  }
  if (wanted?.ignored.length)
    progress.say(`Of the configuration this has no meaning here: ${wanted.ignored.join(", ")}`);
  if (!directory.exists) {
    const description = describe(options, wanted);
    await checkPort(description.port);
    directory.write(description);
  }
  if (apiServer) directory.apiServer = apiServer;
  const description = directory.read();
  if (description.runtime === "containerd") demandContainers();
  progress.say(`${description.nodes.length} nodes, ${aboutRuntime[description.runtime]}`);
  await startServer(directory, options);
  await publish(directory, options);
  progress.say(`Ready. kubectl uses the cluster "${name}" now: kubectl get nodes`);
}

/** One that was asked for; 0 asks for none. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error) => {
      const other = "another one: --port PORT, or without it any that is free";
      reject(new Failure(`the API server cannot have port ${port}`, whyNot(error), other));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

const whyNot = (error: NodeJS.ErrnoException): string =>
  error.code === "EADDRINUSE" ? "another program has it" : error.message;

/** What there is to be, from the options and the file. */
function describe(options: UpOptions, wanted: WantedCluster | undefined): ClusterDescription {
  const { name, port, mirrors } = options;
  const runtime = chooseRuntime(options);
  if (options.nodes === false && runtime !== "simulated") {
    throw new Failure(
      "a cluster of real containers has nodes",
      "--no-nodes is for clusters whose nodes a client makes",
      "cox up --runtime simulated --no-nodes",
      2,
    );
  }
  const ranges = wanted?.ranges ?? {};
  return {
    ...{ name, runtime, mirrors, port: port ?? wanted?.port ?? 0, nodes: nodesOf(options, wanted) },
    ...(Object.keys(ranges).length && { ranges }),
  };
}

/** As many workers as the options say, or those of the file, or three. */
function nodesOf({ name, workers, nodes }: UpOptions, wanted: WantedCluster | undefined): ClusterDescription["nodes"] {
  if (nodes === false) return [];
  const plane = { role: "control-plane" as const, labels: {}, ports: [] };
  const worker = { ...plane, role: "worker" as const };
  const [first = plane, ...listed] = wanted?.nodes ?? [];
  const count = workers ?? (wanted ? listed.length : 3);
  const names = [`${name}-control-plane`, ...workerNames(name, count)];
  return names.map((node, index) => {
    const { role, labels, ports } = index === 0 ? first : (listed[index - 1] ?? worker);
    return { name: node, index, role, ...(Object.keys(labels).length && { labels }), ...(ports.length && { ports }) };
  });
}

/**
 * What was asked for, if this machine can run it; where nothing was asked for, real containers if they can be had, and
 * simulated nodes if not.
 */
function chooseRuntime({ runtime, progress }: UpOptions): RuntimeName {
  if (runtime === "simulated") return runtime;
  const missing = whatIsMissing();
  if (!missing.length) return "containerd";
  if (runtime === "containerd") demandContainers();
  progress.say(
    `Nodes are simulated, for real containers are not to be had here (${missing.join(", ")}): ${cureFor(missing)}`,
  );
  return "simulated";
}

function demandContainers(): void {
  const missing = whatIsMissing();
  if (missing.length)
    throw new Failure("real containers cannot be run here", `missing: ${missing.join(", ")}`, cureFor(missing));
}

function cureFor(missing: readonly string[]): string {
  const packages = missing.filter((one) => one !== "root");
  return packages.length ? `apt-get install ${packages.join(" ")}, as root` : "run it as root";
}

export function whatIsMissing(): string[] {
  const missing = process.getuid?.() === 0 ? [] : ["root"];
  const programs = { containerd: "containerd", runc: "runc", nft: "nftables", ip: "iproute2" };
  const paths = (process.env.PATH ?? "").split(":").concat("/usr/sbin", "/sbin", "/usr/bin", "/usr/local/bin");
  for (const [program, debianPackage] of Object.entries(programs)) {
    if (!paths.some((folder) => folder && existsSync(`${folder}/${program}`))) missing.push(debianPackage);
  }
  if (!["/usr/lib/cni", "/opt/cni/bin"].some((folder) => existsSync(`${folder}/bridge`)))
    missing.push("containernetworking-plugins");
  return missing;
}

/**
 * Starts the server again when it has ended otherwise than it was told to, once it had been ready. A shell is the
 * smallest program that can do this.
 */
const supervisor = `while :; do
  "$@"
  code=$?
  if [ $code = 0 ] || [ ! -e "$0" ]; then exit $code; fi
  echo "the cluster's process has ended ($code) and is started again"
  sleep 1
done`;

/** The server lives on when this command has ended. */
async function startServer(directory: ClusterDirectory, { name, self, progress }: UpOptions): Promise<void> {
  mkdirSync(directory.path, { recursive: true, mode: 0o700 });
  const log = openSync(directory.log, "a", 0o600);
  const saidBefore = readFileSync(directory.log, "utf8").length;
  const [program = process.execPath, ...first] = self;
  const command = [program, ...first, "serve", "--name", name];
  const child = spawn("/bin/sh", ["-c", supervisor, directory.readyMark, ...command], {
    ...{ detached: true, stdio: ["ignore", log, log] },
  });
  child.unref();
  const seenAs = child.pid === undefined ? undefined : viewProcess(child.pid);
  if (seenAs) directory.supervisor = { pid: seenAs.pid, startTime: seenAs.startTime };
  const seen = { exit: undefined as number | undefined };
  child.once("exit", (code) => {
    seen.exit = code ?? 1;
  });
  const until = realClock.now() + patienceMs;
  while (realClock.now() < until) {
    const status = (await askControl(directory, "status").catch(() => undefined)) as { ready?: boolean } | undefined;
    if (status?.ready) {
      progress.done("cluster started");
      return;
    }
    if (seen.exit !== undefined) break;
    await sleep(realClock, 50);
  }
  const said = readFileSync(directory.log, "utf8").slice(saidBefore).trimEnd();
  const why = /^error: (.*)/m.exec(said)?.[1] ?? said.slice(said.lastIndexOf("\n") + 1);
  throw new Failure(
    `the cluster "${name}" could not be started`,
    why || "its process said nothing",
    `look at ${directory.log}, then: cox down --name ${name}`,
  );
}

const publish = (directory: ClusterDirectory, { kubeconfig }: UpOptions): Promise<void> =>
  usingKubeconfig(() => mergeKubeconfig(kubeconfig ?? userKubeconfig(), readAccess(directory), realClock));

/** Runs what changes a kubeconfig, and says in three lines why it could not. */
export async function usingKubeconfig(change: () => Promise<void> | void, what = "cannot be used"): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof KubeconfigProblem)) throw error;
    throw new Failure(`the kubeconfig ${error.file} ${what}`, error.message, error.hint);
  }
}
