/** The nodes of this machine: each can be started, stopped as by a power cut, and taken away. */
import type { NodeConnection } from "../../apiserver/streams/node-connection.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Client } from "../../client/client.ts";
import type { Informers } from "../../informer/informers.ts";
import type { RulesTarget, ServiceProxy } from "../../network/service-proxy.ts";
import type { ComponentLogs } from "../component-logs.ts";
import type { ComponentPods } from "../component-pods.ts";
import type { LocalNode, Machine } from "../machine/machine.ts";
import { nodeRules } from "../machine/service-rules.ts";
import { kubernetesVersion } from "../version.ts";
import { ContainerNode } from "./container-node.ts";
import { LocalConnection } from "./local-connection.ts";
import { NodeSources } from "./sources.ts";

export interface LocalNodesOptions {
  readonly machine: Machine;
  readonly informers: Informers;
  readonly proxy: ServiceProxy;
  readonly components: ComponentPods;
  readonly logs: ComponentLogs;
  readonly clock: Clock;
  readonly random: Random;
  readonly client: Client;
  readonly directory: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly mirrors: Readonly<Record<string, string>>;
}

export interface ClusterNode {
  readonly name: string;
  readonly index: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** The parts of the cluster that run there. */
  readonly components: readonly string[];
}

interface Running {
  readonly settings: ClusterNode;
  readonly local: LocalNode;
  readonly rules: RulesTarget;
  /** Undefined while the node is stopped. */
  node: ContainerNode | undefined;
  connection: NodeConnection | undefined;
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
    return this.#nodes.get(name)?.node !== undefined;
  }

  get names(): string[] {
    return [...this.#nodes.keys()];
  }

  async start(settings: ClusterNode): Promise<void> {
    const { machine, mirrors } = this.#options;
    const { name, index } = settings;
    const local = this.#nodes.get(name)?.local ?? (await machine.addNode({ name, index, mirrors }));
    const rules = this.#nodes.get(name)?.rules ?? nodeRules(name, local.network.netns);
    const running: Running = { settings, local, rules, node: undefined, connection: undefined };
    this.#nodes.set(name, running);
    await this.#run(running);
  }

  /** Starts a node that was stopped. */
  async resume(name: string): Promise<void> {
    const known = this.#known(name);
    if (!known.node) await this.#run(known);
  }

  /** As a power cut would: kubelet, containerd and all containers end at once. */
  async halt(name: string): Promise<void> {
    const known = this.#known(name);
    const { node } = known;
    known.node = undefined;
    known.connection = undefined;
    await node?.stop();
    await known.local.stop();
  }

  async remove(name: string): Promise<void> {
    const { machine, proxy, components } = this.#options;
    const known = this.#known(name);
    await this.halt(name);
    proxy.remove(known.rules);
    await components.hide(name);
    await machine.removeNode(name);
    this.#nodes.delete(name);
  }

  /** The nodes of which this process knows what they are made of, for `cox load`. */
  local(name: string): LocalNode {
    return this.#known(name).local;
  }

  /** Lets go of all nodes; their containers run on. */
  async stop(): Promise<void> {
    this.#sources.stop();
    await Promise.all([...this.#nodes.values()].map(({ node }) => node?.stop()));
  }

  #known(name: string): Running {
    const known = this.#nodes.get(name);
    if (!known) throw new Error(`there is no node ${name}; there are ${this.names.join(", ")}`);
    return known;
  }

  async #run(running: Running): Promise<void> {
    const { machine, clock, random, client, proxy, components, logs, directory } = this.#options;
    const { settings, local, rules } = running;
    const node = await ContainerNode.start({
      machine,
      node: local,
      directory,
      client,
      clock,
      random,
      kubelet: {
        sources: this.#sources.for(settings.name),
        labels: settings.labels,
        taints: settings.taints,
        clusterDns: this.#options.clusterDns,
        clusterDomain: this.#options.clusterDomain,
        kubeletVersion: gitVersion,
        onError: (what, error) => logs.write(`kubelet ${settings.name}`, `${what}: ${String(error)}`),
      },
    });
    running.node = node;
    running.connection = new LocalConnection(node.kubelet, components);
    await proxy.add(rules);
    logs.write("kube-proxy", `rules in force on ${settings.name}`);
    for (const component of settings.components) {
      await components.show({
        component,
        node: settings.name,
        hostIP: local.address,
        image: `coxswain:${gitVersion}`,
        command: ["cox", component],
      });
    }
  }
}
