/**
 * The machine side of a cluster's local nodes: ranges, bridge, and for each node a network namespace, a containerd and a
 * place in the cgroups. Every step can be repeated: opening a machine again, in another process or after a crash, takes
 * up what is there. Everything made is in the record (record.ts); `remove` or undo.ts take it away.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { openCriRuntime } from "../../kubelet/runtimes/cri/runtime.ts";
import { type Bridge, ensureBridge, isFenced } from "./bridge.ts";
import { findPlugins, writePodNetwork } from "./cni.ts";
import { ip } from "./command.ts";
import { Containerd } from "./containerd.ts";
import { writeMirror } from "./containerd-config.ts";
import { loadImageArchive } from "./images.ts";
import { bridgeOf, routesOf } from "./network-view.ts";
import {
  ensureNodeNetwork,
  type NodeNetwork,
  type NodeNetworkOptions,
  netnsPath,
  type PodRoute,
  removeNodeNetwork,
  routePods,
  setLink,
  unroutePods,
} from "./node-netns.ts";
import { machineArchitecture, pauseArchive, pauseImage } from "./pause-image.ts";
import { claimRanges, type Ranges } from "./ranges.ts";
import { MachineRecord, runDirectory } from "./record.ts";
import { removeDirectory, undo } from "./undo.ts";

export interface MachineOptions {
  readonly cluster: string;
  /** Where images, container layers and logs of the nodes are kept. Removed with the machine. */
  readonly directory: string;
  readonly clock: Clock;
  readonly mtu?: number;
  /** Ranges that must be these, rather than picked. */
  readonly ranges?: Partial<Ranges>;
}

export interface LocalNodeOptions {
  readonly name: string;
  /** From 0, unique among the nodes: the address follows from it. */
  readonly index: number;
  /** Registries (`docker.io`) that are served by another one, by URL. The node must be able to reach it. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

/** What tells a cluster's links and tables from another's; names of links have 15 letters at most. */
export const shortId = (cluster: string): string => createHash("sha256").update(cluster).digest("hex").slice(0, 6);

/** Sockets and state of a cluster; a socket's path may have 107 bytes. */
const stateOf = (cluster: string): string => path.join(runDirectory, shortId(cluster));

export class Machine {
  readonly ranges: Ranges;
  readonly bridge: Bridge;
  readonly record: MachineRecord;
  readonly #options: MachineOptions;
  readonly #nodes = new Map<string, LocalNode>();
  /** By podCIDR, the node that has it. */
  readonly #podRoutes = new Map<string, string>();

  private constructor(options: MachineOptions, record: MachineRecord, ranges: Ranges, bridge: Bridge) {
    this.#options = options;
    this.record = record;
    this.ranges = ranges;
    this.bridge = bridge;
  }

  /** Where the record of a cluster is. */
  static recordPath(directory: string): string {
    return `${directory.replace(/\/$/, "")}.machine`;
  }

  static async open(options: MachineOptions): Promise<Machine> {
    const record = new MachineRecord(Machine.recordPath(options.directory));
    const id = shortId(options.cluster);
    for (const folder of [options.directory, stateOf(options.cluster)]) {
      record.add({ kind: "directory", path: folder });
      mkdirSync(folder, { recursive: true, mode: 0o711 });
    }
    record.add({ kind: "cgroup", path: `/coxswain-${id}` });
    const ranges = await claimRanges(record, options.ranges);
    const bridge = await ensureBridge(record, id, ranges, options.mtu ?? 1500);
    return new Machine(options, record, ranges, bridge);
  }

  /** Prepares a node: its network namespace is there when this resolves, its containerd once it is started. */
  async addNode({ name, index, mirrors = {} }: LocalNodeOptions): Promise<LocalNode> {
    const { cluster, directory, clock, mtu = 1500 } = this.#options;
    const id = shortId(cluster);
    const { record, ranges, bridge } = this;
    const networkOptions = { id, node: name, index, ranges, bridge, mtu };
    const network = await ensureNodeNetwork(record, networkOptions);
    const node = new LocalNode({
      record,
      clock,
      name,
      network,
      networkOptions,
      mtu,
      directory: path.join(directory, name),
      state: path.join(stateOf(cluster), String(index)),
      cgroup: `/coxswain-${id}/${name}`,
    });
    for (const [registry, url] of Object.entries(mirrors)) node.setMirror(registry, url);
    this.#nodes.set(name, node);
    return node;
  }

  /** Makes these pods reachable from the host and all nodes. */
  routePods(routes: readonly PodRoute[]): Promise<void> {
    for (const { podCIDR, via } of routes) this.#podRoutes.set(podCIDR, via);
    return routePods(this.record, this.#networks(), routes);
  }

  /** What is no more as it was made, of links, namespaces and routes, in words. Reads a few files; starts nothing. */
  networkFaults(): readonly string[] {
    const faults: string[] = [];
    const routes = [...this.#podRoutes].map(([podCIDR, via]) => ({ podCIDR, via }));
    const look = (where: string, wanted: readonly string[], found: ReadonlySet<string> | undefined): void => {
      for (const route of wanted) if (found && !found.has(route)) faults.push(`the route ${route} ${where}`);
    };
    const { pods, services, nodes } = this.ranges;
    const refused = [pods, services, nodes].map((range) => `unreachable ${range}`);
    const line = ({ podCIDR, via }: PodRoute): string => `${podCIDR} via ${via}`;
    look("of this machine", [...refused, `${services} dev ${this.bridge.name}`, ...routes.map(line)], routesOf());
    for (const { name, address, network, pid } of this.#nodes.values()) {
      if (bridgeOf(network.link) !== this.bridge.name) faults.push(`the link of ${name}`);
      if (!existsSync(netnsPath(network.netns))) faults.push(`the name of the network namespace of ${name}`);
      const others = routes.filter(({ via }) => via !== address).map(line);
      if (pid !== undefined) look(`of ${name}`, [`0.0.0.0/0 via ${this.bridge.address}`, ...others], routesOf(pid));
    }
    return faults;
  }

  /** Whether what comes in over the bridge is held back. Starts a program. */
  isFenced(): Promise<boolean> {
    return isFenced(shortId(this.#options.cluster));
  }

  /** Makes anew what is missing of it. */
  async mendNetwork(): Promise<void> {
    const { cluster, mtu = 1500 } = this.#options;
    await claimRanges(this.record);
    await ensureBridge(this.record, shortId(cluster), this.ranges, mtu);
    for (const node of this.#nodes.values()) await node.mendNetwork();
    await this.routePods([...this.#podRoutes].map(([podCIDR, via]) => ({ podCIDR, via })));
  }

  /** Removes the node and the ways to its pods. */
  async removeNode(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (!node) return;
    this.#nodes.delete(name);
    for (const [podCIDR, via] of this.#podRoutes) {
      if (via !== node.address) continue;
      this.#podRoutes.delete(podCIDR);
      await unroutePods(this.record, this.#networks(), { podCIDR, via });
    }
    await node.remove();
  }

  /** Removes everything; resolves to what could not be removed, in words. */
  remove(): Promise<readonly string[]> {
    return undo(this.record, this.#options.clock);
  }

  #networks(): NodeNetwork[] {
    return [...this.#nodes.values()].map(({ network }) => network);
  }
}

interface LocalNodeParts {
  readonly record: MachineRecord;
  readonly clock: Clock;
  readonly name: string;
  readonly network: NodeNetwork;
  readonly networkOptions: NodeNetworkOptions;
  readonly mtu: number;
  /** Kept while the node is stopped. */
  readonly directory: string;
  readonly state: string;
  readonly cgroup: string;
}

export class LocalNode {
  readonly name: string;
  readonly network: NodeNetwork;
  /** Under which the kubelet makes the cgroups of its pods. */
  readonly cgroup: string;
  readonly #parts: LocalNodeParts;
  readonly #plugins = findPlugins();
  readonly #containerd: Containerd;

  constructor(parts: LocalNodeParts) {
    const { name, network, directory, state } = parts;
    this.name = name;
    this.network = network;
    this.cgroup = parts.cgroup;
    this.#parts = parts;
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    this.#containerd = new Containerd({
      record: parts.record,
      clock: parts.clock,
      node: name,
      netns: network.netns,
      network: network.netns,
      root: path.join(directory, "containerd"),
      state: path.join(state, "containerd"),
      socket: path.join(state, "containerd.sock"),
      log: path.join(directory, "containerd.log"),
      streamAddress: network.address,
      cniConfig: path.join(state, "cni"),
      cniPlugins: this.#plugins,
      registries: this.#registries,
      sandboxImage: pauseImage,
    });
  }

  get address(): string {
    return this.network.address;
  }
  get socket(): string {
    return this.#containerd.socket;
  }
  get #registries(): string {
    return path.join(this.#parts.directory, "registries");
  }

  /** Starts containerd, with the sandbox image in it. */
  async start(): Promise<void> {
    await setLink(this.network, true);
    await this.#containerd.start();
    await this.#ensurePauseImage();
  }

  /** Ends containerd alone (`containers: false`), or the whole node as a power cut would. */
  stop(options = { containers: true }): Promise<void> {
    return this.#containerd.stop(options);
  }

  isRunning(): boolean {
    return this.#containerd.isRunning();
  }

  /** The process of containerd, which is in the node's namespaces. */
  get pid(): number | undefined {
    return this.#containerd.pid;
  }

  /** Makes anew what is missing of its namespace's name, link, addresses and settings. */
  async mendNetwork(): Promise<void> {
    const { record, network, networkOptions } = this.#parts;
    const isNamed = existsSync(netnsPath(network.netns));
    if (!isNamed && this.pid !== undefined) await ip([`netns attach ${network.netns} ${this.pid}`]);
    await ensureNodeNetwork(record, networkOptions);
  }

  /** Gives the node its pods' addresses; the runtime is ready for pods a moment after. */
  setPodNetwork(podCIDR: string): void {
    const { name, mtu, state } = this.#parts;
    const stateDirectory = path.join(state, "addresses");
    writePodNetwork(path.join(state, "cni"), { name: `cox-${name}`, podCIDR, mtu, stateDirectory }, this.#plugins);
  }

  setMirror(registry: string, url: string): void {
    writeMirror(this.#registries, registry, url);
  }

  loadImageArchive(tarPath: string): Promise<readonly string[]> {
    return loadImageArchive(this, tarPath);
  }

  /** Cuts the node off from all others, and joins it again: a partition, with everything on it going on. */
  cut(): Promise<void> {
    return setLink(this.network, false);
  }
  join(): Promise<void> {
    return setLink(this.network, true);
  }

  async remove(): Promise<void> {
    const { record, network, directory, state } = this.#parts;
    await this.stop();
    await removeNodeNetwork(record, network);
    for (const folder of [state, directory]) await removeDirectory(folder);
  }

  async #ensurePauseImage(): Promise<void> {
    const { clock, state } = this.#parts;
    const runtime = await openCriRuntime({ socket: this.socket, clock });
    try {
      if (await runtime.imageStatus(pauseImage)) return;
    } finally {
      await runtime.close();
    }
    const file = path.join(state, "pause.tar");
    if (!existsSync(file)) writeFileSync(file, await pauseArchive(machineArchitecture()));
    await loadImageArchive(this, file);
  }
}
