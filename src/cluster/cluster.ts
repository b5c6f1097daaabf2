/**
 * A whole cluster on this machine: control plane, nodes, network, DNS. Started again over the same directory, it takes up
 * what it was, and the containers that still run.
 */
import type { KubeObject } from "../api/object.ts";
import { usualConfiguration } from "../apiserver/configuration/configuration.ts";
import { objectCodec } from "../apiserver/registry/stored.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { nodes as nodeKind } from "../client/kinds.ts";
import { openLogStore } from "../store/log/log.ts";
import type { Store } from "../store/store.ts";
import { ComponentLogs } from "./component-logs.ts";
import { ControlPlane } from "./control-plane.ts";
import type { ClusterDescription, ClusterDirectory } from "./files/cluster-directory.ts";
import { type Access, kubeconfigText } from "./files/kubeconfig.ts";
import { apiNames, Front, type FrontOptions, isTaken } from "./front.ts";
import { ContainerGround } from "./ground/container-ground.ts";
import type { Ground } from "./ground/ground.ts";
import { SimulatedGround } from "./ground/simulated-ground.ts";
import { ClientNodes } from "./nodes/client-nodes.ts";
import type { ClusterNode, LocalNodes } from "./nodes/local-nodes.ts";
import { clusterDomain, NodeSide } from "./nodes/node-side.ts";
import { signingAuthority } from "./pki/signing-requests.ts";
import { kubernetesVersion } from "./version.ts";

export interface ClusterOptions {
  readonly directory: ClusterDirectory;
  readonly clock: Clock;
  readonly random: Random;
  /** Told what is being done, for people who wait. */
  readonly onProgress?: (what: string) => void;
  /** What the parts have to say. */
  readonly onLog?: (component: string, text: string) => void;
}

const usualPort = 6443;
const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };

export class Cluster {
  readonly access: Access;
  readonly plane: ControlPlane;
  readonly nodes: LocalNodes;
  readonly #options: ClusterOptions;
  readonly #parts: Parts;

  private constructor(options: ClusterOptions, parts: Parts, access: Access, plane: ControlPlane, nodes: LocalNodes) {
    this.#options = options;
    this.#parts = parts;
    this.access = access;
    this.plane = plane;
    this.nodes = nodes;
  }

  get description(): ClusterDescription {
    return this.#options.directory.read();
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const { directory, clock, onProgress = () => {} } = options;
    const description = directory.read();
    const parts = new Parts();
    try {
      const ground = await openGround(options, description);
      parts.add(() => ground.close());
      onProgress("network");
      const store = await openLogStore<KubeObject>({ directory: directory.store, codec: objectCodec, clock });
      parts.add(() => store.close());
      const logs = new ComponentLogs(clock, options.onLog);
      const started = await startServer(options, description, ground, store, logs, parts);
      onProgress("control plane");
      const { plane, nodes, access } = started;
      const cluster = new Cluster(options, parts, access, plane, nodes);
      directory.writeKubeconfig(kubeconfigText(access));
      await Promise.all(description.nodes.map((node) => nodes.start(settingsOf(node, description))));
      onProgress("nodes");
      return cluster;
    } catch (error) {
      await parts.stop();
      throw error;
    }
  }

  /** Adds a worker to the running cluster; resolves once the API knows it. */
  async addNode(name?: string): Promise<string> {
    const { directory } = this.#options;
    const description = directory.read();
    const chosen = name ?? nextWorker(description);
    if (description.nodes.some((n) => n.name === chosen)) throw new Error(`node ${chosen} is there already`);
    const index = Math.max(-1, ...description.nodes.map((n) => n.index)) + 1;
    const node = { name: chosen, index, role: "worker" as const };
    directory.write({ ...description, nodes: [...description.nodes, node] });
    await this.nodes.start(settingsOf(node, description));
    return chosen;
  }

  /** Takes a worker out of the cluster, with all that runs on it. */
  async removeNode(name: string): Promise<void> {
    const { directory } = this.#options;
    const description = directory.read();
    const known = description.nodes.find((n) => n.name === name);
    if (!known) throw new Error(`there is no node ${name}`);
    if (known.role === "control-plane") throw new Error(`${name} is the control plane: it goes with the cluster alone`);
    await this.nodes.remove(name);
    directory.write({ ...description, nodes: description.nodes.filter((n) => n.name !== name) });
    await this.plane
      .clientFor("coxswain")
      .delete(nodeKind, { name })
      .catch(() => {});
  }

  /** Ends the cluster's parts; what runs in containers runs on, for the next start. */
  async stop(): Promise<void> {
    await this.#parts.stop();
  }
}

/** What has been started, to be stopped in the opposite order. */
class Parts {
  readonly #stops: (() => Promise<unknown> | unknown)[] = [];

  add(stop: () => Promise<unknown> | unknown): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await Promise.resolve(stop()).catch(() => {});
  }
}

interface Started {
  readonly plane: ControlPlane;
  readonly nodes: LocalNodes;
  readonly access: Access;
}

async function startServer(
  options: ClusterOptions,
  description: ClusterDescription,
  ground: Ground,
  store: Store<KubeObject>,
  logs: ComponentLogs,
  parts: Parts,
): Promise<Started> {
  const { directory, clock, random } = options;
  const { address, ranges } = ground;
  const authority = await directory.authority(clock);
  const names = [...new Set(["localhost", ...ground.listenAt, address, ...apiNames(ranges.services, clusterDomain)])];
  const nodes: { current?: LocalNodes } = {};
  const configuration = directory.apiServer;
  const front = await openFront(directory, description, {
    ...(await directory.server(authority, names, clock)),
    ...{ clientCa: authority.certificate, hosts: ground.listenAt },
    frontProxyCa: configuration?.authentication.requestHeader?.clientCA,
    shutdown: (configuration ?? usualConfiguration).shutdown,
  });
  const running: { plane?: ControlPlane } = {};
  // whoever asks is sent away before what would answer ends
  parts.add(() => front.close().then(() => running.plane?.stop()));
  const { port } = front;
  const plane = await ControlPlane.start({
    ...{ store, clock, random },
    // always the same: the store lets only one process in, so whoever comes back after a crash leads at once
    identity: `${description.name}-control-plane`,
    signingKeys: await directory.signingKeys(),
    ...(configuration && { configuration }),
    frontProxy: await directory.frontProxy(clock),
    caCertificate: authority.certificate,
    certificateAuthority: signingAuthority(authority, clock),
    serviceRange: ranges.services,
    podRange: ranges.pods,
    publishedAt: { address, port },
    reachesServices: ground.reachesServices,
    nodes: { to: (name) => nodes.current?.connection(name) },
    onError: (part, error) =>
      logs.write(
        componentOf(part),
        `${part}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ),
  });
  running.plane = plane;
  front.serve(plane);
  for (const component of ["kube-apiserver", "kube-controller-manager", "kube-scheduler"])
    logs.write(component, `serving ${kubernetesVersion.gitVersion}`);
  const side = new NodeSide({ plane, ground, logs, clock, random });
  nodes.current = side.nodes;
  parts.add(() => side.stop());
  if (description.runtime === "simulated") {
    const made = new ClientNodes({
      ...{ informers: side.informers, nodes: side.nodes, all: description.nodes.length === 0 },
      onError: (name, error) => logs.write(`kubelet ${name}`, String(error)),
    });
    parts.add(() => made.stop());
  }
  await side.serve(port, description.mirrors);
  const access = {
    cluster: description.name,
    server: `https://127.0.0.1:${port}`,
    authority: authority.certificate,
    admin: await directory.admin(authority, clock),
  };
  return { plane, nodes: side.nodes, access };
}

/** At the cluster's own port; at its first start, where it has none, at the usual one or another. */
async function openFront(
  directory: ClusterDirectory,
  { port }: ClusterDescription,
  options: Omit<FrontOptions, "port">,
): Promise<Front> {
  try {
    const front = await Front.open({ ...options, port: port || usualPort, orAnother: port === 0 });
    if (front.port !== port) directory.write({ ...directory.read(), port: front.port });
    return front;
  } catch (error) {
    throw isTaken(error) ? new Error(`port ${port} is in use by another program`, { cause: error }) : error;
  }
}

function openGround(
  { directory, clock }: ClusterOptions,
  { name, runtime, ranges = {} }: ClusterDescription,
): Promise<Ground> {
  return runtime === "containerd"
    ? ContainerGround.open({ cluster: name, directory: directory.nodes, clock, ranges })
    : Promise.resolve(new SimulatedGround(ranges));
}

/** Whose log a failure belongs in. */
function componentOf(part: string): string {
  if (part.startsWith("scheduler")) return "kube-scheduler";
  return part.startsWith("informers") ? "kube-apiserver" : "kube-controller-manager";
}

const planeLabels = {
  "node-role.kubernetes.io/control-plane": "",
  "node.kubernetes.io/exclude-from-external-load-balancers": "",
};

function settingsOf(
  { name, index, role, labels, ports }: ClusterDescription["nodes"][number],
  { nodes }: ClusterDescription,
): ClusterNode {
  const isPlane = role === "control-plane";
  const alone = nodes.length === 1;
  return {
    name,
    index,
    labels: { ...labels, ...(isPlane && planeLabels) },
    ports: ports ?? [],
    // without workers the pods have to go somewhere
    taints: isPlane && !alone ? [controlPlaneTaint] : [],
    components: isPlane
      ? ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "cluster-dns", "kube-proxy"]
      : ["kube-proxy"],
  };
}

/** `<cluster>-worker`, `-worker2`, …: the first that is free, as kind names nodes. */
export function workerNames(cluster: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${cluster}-worker${i === 0 ? "" : i + 1}`);
}

function nextWorker({ name, nodes }: ClusterDescription): string {
  const taken = new Set(nodes.map((n) => n.name));
  return workerNames(name, nodes.length + 1).find((worker) => !taken.has(worker)) as string;
}
