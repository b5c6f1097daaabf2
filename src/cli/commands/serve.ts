/** `cox serve`: the process of a cluster, started by `cox up`. */
import os from "node:os";
import { realClock } from "../../base/clock.ts";
import { unpredictable } from "../../base/random.ts";
import { Cluster } from "../../cluster/cluster.ts";
import { ClusterDirectory } from "../../cluster/files/cluster-directory.ts";
import { type ControlServer, serveControl } from "../control.ts";
import { Failure } from "../failure.ts";

/** Ahead of what has the usual priority, as `nice` counts. */
const ahead = -5;

/** Runs until it is told to end, by the control socket or a signal. */
export async function serve(name: string, log: (text: string) => void): Promise<void> {
  const directory = new ClusterDirectory(name);
  if (!directory.exists)
    throw new Failure(`there is no cluster "${name}"`, `${directory.path} holds none`, `cox up --name ${name}`);
  const say = (what: string): void => log(`${new Date(realClock.now()).toISOString()} ${what}`);
  comeFirst();
  const cluster = await Cluster.start({
    directory,
    clock: realClock,
    random: unpredictable,
    onProgress: (what) => say(`${what} started`),
    onLog: (component, text) => say(`[${component}] ${text}`),
  });
  const control: { server?: ControlServer } = {};
  await new Promise<void>((resolve, reject) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    serveControl(directory, (action, body) => act(cluster, action, body, resolve)).then((server) => {
      control.server = server;
      directory.markReady();
      say("ready");
    }, reject);
  });
  say("stopping");
  directory.unmarkReady();
  await cluster.stop();
  await control.server?.close();
  say("stopped");
}

/** Many containers that start at once leave little of the processors: whoever asks the API should not wait for them. */
function comeFirst(): void {
  try {
    os.setPriority(ahead);
  } catch {
    // only root may
  }
}

async function act(
  cluster: Cluster,
  action: string,
  body: Readonly<Record<string, unknown>>,
  stop: () => void,
): Promise<unknown> {
  const node = String(body.node ?? "");
  switch (action) {
    case "status":
      return { ready: true, pid: process.pid, ...statusOf(cluster) };
    case "stop":
      stop();
      return {};
    case "node/add":
      return { node: await cluster.addNode(node || undefined) };
    case "node/rm":
      return cluster.removeNode(node);
    case "node/stop":
      return cluster.nodes.halt(node);
    case "node/start":
      return cluster.nodes.resume(node);
    case "load":
      return { images: await cluster.nodes.loadImageArchive(String(body.archive)) };
    default:
      throw new Error(`${action} is not known`);
  }
}

const statusOf = ({ description, nodes }: Cluster) => ({
  name: description.name,
  runtime: description.runtime,
  port: description.port,
  nodes: description.nodes.map(({ name, role }) => ({ name, role, running: nodes.isRunning(name) })),
});
