/** Nodes that run real containers: for each a namespace and a containerd on this machine, and a kubelet over them. */
import net from "node:net";
import path from "node:path";
import { type Clock, sleep } from "../../base/clock.ts";
import { linuxHost } from "../../kubelet/host/linux-host.ts";
import { Kubelet } from "../../kubelet/kubelet.ts";
import type { Connection, Runtime } from "../../kubelet/runtimes/contract.ts";
import { openCriRuntime } from "../../kubelet/runtimes/cri/runtime.ts";
import { ClusterRecords } from "../../network/dns/records.ts";
import type { DnsServer } from "../../network/dns/server.ts";
import { startDnsServer } from "../../network/dns/server.ts";
import { ServiceProxy } from "../../network/service-proxy.ts";
import { publishDns } from "../cluster-dns.ts";
import { type LocalNode, Machine, shortId } from "../machine/machine.ts";
import { type RegistryRelay, startRegistryRelay } from "../machine/registry-relay.ts";
import { hostRules, nodeRules } from "../machine/service-rules.ts";
import type { Ground, GroundParts, KubeletSettings, NodeGround, NodeSettings } from "./ground.ts";

export interface ContainerGroundOptions {
  readonly cluster: string;
  /** Where images, volumes and logs of the nodes are kept. */
  readonly directory: string;
  readonly clock: Clock;
  /** Ranges of addresses that must be these, rather than picked. */
  readonly ranges?: { readonly pods?: string; readonly services?: string };
}

/** The port of DNS. */
const dnsPort = 53;
/** How often it is looked whether containerd is there. */
const lookMs = 1_000;
/** How often it is looked whether links and routes are. */
const lookAtNetworkMs = 5_000;
/** Every 30 s it is looked at the fence too, which takes a program. */
const looksPerFence = 6;

export class ContainerGround implements Ground {
  readonly reachesServices = true;
  readonly #options: ContainerGroundOptions;
  readonly #machine: Machine;
  readonly #nodes = new Map<string, ContainerNode>();
  #serving: { readonly dns: DnsServer; readonly proxy: ServiceProxy; readonly relay: RegistryRelay } | undefined;
  #parts: GroundParts | undefined;
  readonly #guard = new AbortController();

  private constructor(options: ContainerGroundOptions, machine: Machine) {
    this.#options = options;
    this.#machine = machine;
  }

  /** Takes up what this machine has of the cluster, or makes it. */
  static async open(options: ContainerGroundOptions): Promise<ContainerGround> {
    return new ContainerGround(options, await Machine.open(options));
  }

  get ranges() {
    return this.#machine.ranges;
  }
  get address(): string {
    return this.#machine.bridge.address;
  }
  get listenAt(): readonly string[] {
    return ["127.0.0.1", this.address];
  }

  async serve(parts: GroundParts): Promise<void> {
    const { client, informers, clock, logs, clusterDomain, mirrors } = parts;
    this.#parts = parts;
    const { address } = this;
    const records = new ClusterRecords(informers, clusterDomain);
    const dns = await startDnsServer(records, { address, port: dnsPort });
    const proxy = new ServiceProxy({ informers, clock, onError: (error) => logs.write("kube-proxy", String(error)) });
    const relay = await startRegistryRelay(address, mirrors);
    this.#serving = { dns, proxy, relay };
    await publishDns(client, { address, port: dnsPort, serviceRange: this.ranges.services });
    await informers.start();
    await proxy.add(hostRules(this.#machine.record, shortId(this.#options.cluster)));
    void this.#keepUp(proxy);
    logs.write("cluster-dns", `answering for ${clusterDomain} at ${address}:${dnsPort}`);
  }

  async node({ name, index = this.#nodes.size }: NodeSettings): Promise<NodeGround> {
    const { relay, proxy } = this.#begun();
    const known = this.#nodes.get(name);
    if (known) return known;
    const mirrors = { "docker.io": relay.urlFor("docker.io"), _default: relay.urlFor("_default") };
    const local = await this.#machine.addNode({ name, index, mirrors });
    const node = new ContainerNode(local, {
      ...{ machine: this.#machine, proxy, rules: nodeRules(shortId(this.#options.cluster), name, local.network.netns) },
      ...{ directory: this.#options.directory, clock: this.#options.clock },
      onRules: () => this.#parts?.logs.write("kube-proxy", `rules in force on ${name}`),
    });
    this.#nodes.set(name, node);
    return node;
  }

  async removeNode(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (node) this.#begun().proxy.remove(node.rules);
    await this.#machine.removeNode(name);
    this.#nodes.delete(name);
  }

  /** Makes links, routes and rules anew when somebody has taken them away. */
  async #keepUp(proxy: ServiceProxy): Promise<void> {
    const { signal } = this.#guard;
    const say = (text: string): void => this.#parts?.logs.write("kube-proxy", text);
    for (let looks = 1; !signal.aborted; looks++) {
      await sleep(this.#options.clock, lookAtNetworkMs, signal);
      if (signal.aborted) return;
      const faults = [...this.#machine.networkFaults()];
      if (looks % looksPerFence === 0 && !(await this.#machine.isFenced())) faults.push("the fence around the bridge");
      if (faults.length === 0) continue;
      say(`missing: ${faults.join(", ")}; made anew`);
      await this.#machine
        .mendNetwork()
        .then(() => proxy.restore())
        .catch((error: unknown) => say(String(error)));
    }
  }

  async close(): Promise<void> {
    this.#guard.abort();
    await this.#serving?.relay.close();
    await this.#serving?.proxy.stop();
    await this.#serving?.dns.close();
  }

  #begun() {
    if (!this.#serving) throw new Error("the ground does not serve yet");
    return this.#serving;
  }
}

const connectionOf = (socket: net.Socket): Connection => ({
  data: socket,
  write: (data) => new Promise((resolve, reject) => socket.write(data, (error) => (error ? reject(error) : resolve()))),
  end: () => void socket.end(),
  destroy: () => void socket.destroy(),
});

interface ContainerNodeOptions {
  readonly machine: Machine;
  readonly proxy: ServiceProxy;
  readonly rules: ReturnType<typeof nodeRules>;
  readonly directory: string;
  readonly clock: Clock;
  readonly onRules: () => void;
}

class ContainerNode implements NodeGround {
  readonly #local: LocalNode;
  readonly #options: ContainerNodeOptions;
  #running: { readonly kubelet: Kubelet; readonly runtime: Runtime; readonly guard: AbortController } | undefined;

  constructor(local: LocalNode, options: ContainerNodeOptions) {
    this.#local = local;
    this.#options = options;
  }

  get address(): string {
    return this.#local.address;
  }
  get rules(): ReturnType<typeof nodeRules> {
    return this.#options.rules;
  }

  async start(settings: KubeletSettings): Promise<Kubelet> {
    const { machine, directory, clock, proxy, rules, onRules } = this.#options;
    const { name, address, cgroup, socket } = this.#local;
    await this.#local.start();
    const runtime = await openCriRuntime({ socket, clock });
    const kubelet = await Kubelet.start({
      ...settings,
      ...{ runtime, nodeName: name, hostIP: address, cgroupRoot: cgroup },
      host: linuxHost({
        root: path.join(directory, name, "kubelet"),
        logRoot: path.join(directory, name, "pods"),
        clock,
      }),
      onPodCIDR: (podCIDR) => {
        this.#local.setPodNetwork(podCIDR);
        machine.routePods([{ podCIDR, via: address }]).catch((error: unknown) => settings.onError?.("routes", error));
      },
    });
    const guard = new AbortController();
    this.#running = { kubelet, runtime, guard };
    void this.#keepUp(guard.signal, (error) => settings.onError?.("containerd", error));
    await proxy.add(rules);
    onRules();
    return kubelet;
  }

  async release(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.guard.abort();
    await running?.kubelet.stop();
    await running?.runtime.close();
  }

  /** Starts containerd again when it has ended by itself; its containers have gone on meanwhile. */
  async #keepUp(signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#options.clock, lookMs, signal);
      if (signal.aborted || this.#local.isRunning()) continue;
      onError("it has ended, and is started again");
      await this.#local.start().catch(onError);
    }
  }

  async halt(): Promise<void> {
    await this.release();
    await this.#local.stop();
  }

  connect(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(port, this.address);
      socket.once("error", reject);
      socket.once("connect", () => resolve(connectionOf(socket)));
    });
  }

  loadImageArchive(tarPath: string): Promise<readonly string[]> {
    return this.#local.loadImageArchive(tarPath);
  }
}
