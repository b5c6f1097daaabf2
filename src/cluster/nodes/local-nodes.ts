/** The nodes of a cluster that live in this process: each can be started, stopped as by a power cut, and taken away. */

import { ApiError } from "../../api/errors.ts";
import type { NodeConnection } from "../../apiserver/streams/node-connection.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Client } from "../../client/client.ts";
import { nodes as nodeKind } from "../../client/kinds.ts";
import type { Informers } from "../../informer/informers.ts";
import type { Kubelet } from "../../kubelet/kubelet.ts";
import { unreportedStatus } from "../../kubelet/node/registration.ts";
import type { ComponentLogs } from "../component-logs.ts";
import type { ComponentPods } from "../component-pods.ts";
import type { PortMapping } from "../files/cluster-directory.ts";
import type { Ground, NodeGround, NodeSettings } from "../ground/ground.ts";
import { kubernetesVersion } from "../version.ts";
import { LocalConnection } from "./local-connection.ts";
import { PortMappings } from "./port-mappings.ts";
import { NodeSources } from "./sources.ts";

export interface LocalNodesOptions {
  readonly ground: Ground;
  readonly informers: Informers;
  readonly components: ComponentPods;
  readonly logs: ComponentLogs;
  readonly clock: Clock;
  readonly random: Random;
  /** Of whoever sets the cluster up. */
  readonly client: Client;
  /** The client of a node's kubelet. */
  readonly clientFor: (node: string) => Client;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
}

export interface ClusterNode extends NodeSettings {
  readonly labels: Readonly<Record<string, string>>;
  /** Ports of this machine that lead to the node. */
  readonly ports?: readonly PortMapping[];
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** The parts of the cluster that run there. */
  readonly components: readonly string[];
}

interface Running {
  readonly settings: ClusterNode;
  readonly ground: NodeGround;
  /** Undefined while the node is stopped. */
  kubelet: Kubelet | undefined;
  connection: NodeConnection | undefined;
  readonly ports: PortMappings;
}

const { gitVersion } = kubernetesVersion;

export class LocalNodes {
  readonly #options: LocalNodesOptions;
  readonly #sources: NodeSources;
  readonly #nodes = new Map<string, Running>();

  constructor(options: LocalNodesOptions) {
    this.#options = options;
    this.#sources = new NodeSources(options.informers);
  }

  connection(name: string): NodeConnection | undefined {
    return this.#nodes.get(name)?.connection;
  }

  isRunning(name: string): boolean {
    return this.#nodes.get(name)?.kubelet !== undefined;
  }

  has(name: string): boolean {
    return this.#nodes.has(name);
  }

  get names(): string[] {
    return [...this.#nodes.keys()];
  }

  async start(settings: ClusterNode): Promise<void> {
    const ground = await this.#options.ground.node(settings);
    const running: Running = { settings, ground, kubelet: undefined, connection: undefined, ports: new PortMappings() };
    this.#nodes.set(settings.name, running);
    await this.#run(running);
    await running.ports.add(settings.ports ?? [], (port) => ground.connect(port));
  }

  /** Starts a node that was stopped. */
  async resume(name: string): Promise<void> {
    const known = this.#known(name);
    if (!known.kubelet) await this.#run(known);
  }

  /** As a power cut would: the kubelet and all containers end at once. */
  async halt(name: string): Promise<void> {
    const known = this.#known(name);
    known.kubelet = undefined;
    known.connection = undefined;
    await known.ground.halt();
  }

  async remove(name: string): Promise<void> {
    const { ground, components } = this.#options;
    await this.halt(name);
    this.#known(name).ports.close();
    await components.hide(name);
    await ground.removeNode(name);
    this.#nodes.delete(name);
  }

  /** Puts the images of an archive on every node; resolves to their names. */
  async loadImageArchive(tarPath: string): Promise<readonly string[]> {
    const loaded = await Promise.all([...this.#nodes.values()].map(({ ground }) => ground.loadImageArchive(tarPath)));
    return loaded[0] ?? [];
  }

  /** Lets go of all nodes; their containers run on. */
  async stop(): Promise<void> {
    this.#sources.stop();
    for (const { ports } of this.#nodes.values()) ports.close();
    await Promise.all([...this.#nodes.values()].map(({ ground }) => ground.release()));
  }

  #known(name: string): Running {
    const known = this.#nodes.get(name);
    if (!known) throw new Error(`there is no node ${name}; there are ${this.names.join(", ")}`);
    return known;
  }

  /** Makes the node with what its own kubelet may not say of it: its role, and whom it keeps off. */
  async #introduce({ name, labels, taints, adopted }: ClusterNode): Promise<void> {
    if (adopted) return;
    const node = { metadata: { name, labels }, spec: { ...(taints.length && { taints }) }, status: unreportedStatus };
    await this.#options.client.create(nodeKind, node).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
    });
  }

  async #run(running: Running): Promise<void> {
    const { clock, random, clientFor, components, logs, clusterDns, clusterDomain } = this.#options;
    const { settings, ground } = running;
    const { name } = settings;
    await this.#introduce(settings);
    const kubelet = await ground.start({
      ...{ clock, random, clusterDns, clusterDomain },
      client: clientFor(name),
      sources: this.#sources.for(name),
      kubeletVersion: gitVersion,
      adopted: settings.adopted ?? false,
      onError: (what, error) => logs.write(`kubelet ${name}`, `${what}: ${String(error)}`),
    });
    running.kubelet = kubelet;
    running.connection = new LocalConnection(kubelet, components, (port) => ground.connect(port));
    for (const component of settings.components) {
      const shown = { image: `coxswain:${gitVersion}`, command: ["cox", component], hostIP: ground.address };
      await components.show({ ...shown, component, node: name });
    }
  }
}
