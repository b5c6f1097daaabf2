/** Nodes in memory: their containers are pretended, and no packet of theirs ever leaves this process. */
import { badRequest } from "../../api/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { Kubelet } from "../../kubelet/kubelet.ts";
import type { Connection } from "../../kubelet/runtimes/contract.ts";
import { simulatedHost } from "../../kubelet/runtimes/simulated/host.ts";
import type { Catalogue } from "../../kubelet/runtimes/simulated/images.ts";
import { PretendMachine } from "../../kubelet/runtimes/simulated/machine.ts";
import { MemoryFiles } from "../../kubelet/runtimes/simulated/memory-files.ts";
import type { NameLookUp } from "../../kubelet/runtimes/simulated/names.ts";
import { PretendNetwork, type WebAnswer, type WebRequest } from "../../kubelet/runtimes/simulated/network.ts";
import type { OwnImages } from "../../kubelet/runtimes/simulated/own-images.ts";
import { SimulatedRuntime } from "../../kubelet/runtimes/simulated/runtime.ts";
import { connectTo } from "../../kubelet/runtimes/simulated/web-connection.ts";
import { nthAddress } from "../../network/addresses.ts";
import { ClusterRecords } from "../../network/dns/records.ts";
import { publishDns } from "../cluster-dns.ts";
import { AddressPool } from "./address-pool.ts";
import type { Ground, GroundParts, KubeletSettings, NodeGround, NodeSettings } from "./ground.ts";
import { SimulatedServices } from "./simulated-services.ts";

const usualRanges = { pods: "10.244.0.0/16", services: "10.96.0.0/16", nodes: "172.18.0.0/16" };
/** The first addresses of the nodes' range are the range's own and the API server's. */
const firstNodeAddress = 2;
/** Nodes that nobody has numbered have the upper half of the range. */
const firstOwnIndex = 0x8000;

export class SimulatedGround implements Ground {
  readonly reachesServices = false;
  readonly ranges: Ground["ranges"];
  readonly address: string;
  readonly listenAt = ["127.0.0.1"];
  readonly #network = new PretendNetwork();
  readonly #nodes = new Map<string, SimulatedNode>();
  /** The node of an address, its own or a pod's. */
  readonly #places = new Map<string, string>();
  #given = 0;
  #lookUp: NameLookUp = () => undefined;

  readonly #own: OwnImages | undefined;

  /** `ranges`: what must not be the usual. `own`: images beside those of the catalogue; more may come to them. */
  constructor(ranges: Partial<Ground["ranges"]> = {}, own?: OwnImages) {
    this.#own = own;
    this.ranges = { ...usualRanges, ...ranges };
    this.address = nthAddress(this.ranges.nodes, 1);
  }

  async serve({ client, informers, clock, random, logs, clusterDomain, api }: GroundParts): Promise<void> {
    const { address, ranges } = this;
    const records = new ClusterRecords(informers, clusterDomain);
    this.#lookUp = (name) => addressesOf(records, name);
    const services = new SimulatedServices({
      ...{ informers, clock, random },
      nodeOf: (at) => this.#places.get(at),
      isNode: (at) => this.#nodes.get(this.#places.get(at) ?? "")?.address === at,
    });
    this.#network.routeBy(services.route);
    this.#network.listen({ ip: address, port: api.port }, (request) => askApi(api, request));
    await publishDns(client, { address, port: 53, serviceRange: ranges.services });
    await informers.start();
    logs.write("cluster-dns", `answering for ${clusterDomain}`);
  }

  async node({ name, index = firstOwnIndex + this.#given++, adopted }: NodeSettings): Promise<NodeGround> {
    const known = this.#nodes.get(name);
    if (known) return known;
    const address = nthAddress(this.ranges.nodes, firstNodeAddress + index);
    this.#places.set(address, name);
    const node = new SimulatedNode({
      ...{ name, address, catalogue: adopted ? "any" : "known", network: this.#network, places: this.#places },
      lookUp: (asked) => this.#lookUp(asked),
      own: this.#own,
    });
    this.#nodes.set(name, node);
    return node;
  }

  async removeNode(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (node) this.#places.delete(node.address);
    this.#nodes.delete(name);
  }

  async close(): Promise<void> {
    for (const node of this.#nodes.values()) await node.halt();
  }
}

/** The addresses of a name; an alias leads on to another name of the cluster. */
function addressesOf(records: ClusterRecords, name: string, hops = 0): readonly string[] | undefined {
  const { exists, answers } = records.lookUp(name, "A");
  if (!exists || hops > 8) return undefined;
  return answers.flatMap(({ type, data }) =>
    type === "A" ? [data] : type === "CNAME" ? (addressesOf(records, data, hops + 1) ?? []) : [],
  );
}

/** A pod's request to the API server: the server sees it as any other, with the token that it brings. */
async function askApi(api: GroundParts["api"], { method, path, headers, body, from }: WebRequest): Promise<WebAnswer> {
  const url = new URL(path, "https://kubernetes.default.svc");
  const bytes = new TextEncoder().encode(body);
  const answer = await api.handle({
    ...{ method, path: url.pathname, query: url.searchParams, headers, remoteAddress: from },
    body: async () => bytes,
    signal: new AbortController().signal,
  });
  if (typeof answer.body === "function") return { status: 501, body: "streams cannot be read from simulated pods\n" };
  const text = new TextDecoder();
  const given = answer.body.map((part) => text.decode(part, { stream: true })).join("");
  return { status: answer.status, headers: { "content-type": "application/json" }, body: given };
}

interface SimulatedNodeOptions {
  readonly name: string;
  readonly address: string;
  readonly catalogue: Catalogue;
  readonly own: OwnImages | undefined;
  readonly network: PretendNetwork;
  readonly places: Map<string, string>;
  readonly lookUp: NameLookUp;
}

class SimulatedNode implements NodeGround {
  readonly address: string;
  readonly #options: SimulatedNodeOptions;
  readonly #files = new MemoryFiles();
  #pool: AddressPool | undefined;
  #machine: PretendMachine | undefined;
  #kubelet: Kubelet | undefined;

  constructor(options: SimulatedNodeOptions) {
    this.#options = options;
    this.address = options.address;
  }

  async start(settings: KubeletSettings): Promise<Kubelet> {
    const { name, address, network } = this.#options;
    const { clock, random } = settings;
    this.#machine ??= this.#makeMachine(clock, random);
    this.#kubelet = await Kubelet.start({
      ...settings,
      ...{ nodeName: name, hostIP: address, runtime: new SimulatedRuntime(this.#machine) },
      host: simulatedHost({ files: this.#files, network, nodeName: name, address }),
      onPodCIDR: (podCIDR) => {
        if (this.#pool?.range !== podCIDR) this.#pool = new AddressPool(podCIDR);
      },
    });
    return this.#kubelet;
  }

  async release(): Promise<void> {
    const kubelet = this.#kubelet;
    this.#kubelet = undefined;
    await kubelet?.stop();
  }

  async halt(): Promise<void> {
    await this.release();
    this.#machine?.cutPower();
  }

  async connect(port: number): Promise<Connection> {
    return connectTo(this.#options.network, { ip: this.address, port });
  }

  async loadImageArchive(): Promise<readonly string[]> {
    throw badRequest(
      "simulated nodes have a catalogue of images and cannot take others: cox up --runtime containerd runs real ones",
    );
  }

  #makeMachine(clock: Clock, random: Random): PretendMachine {
    const { name, address, network, places, lookUp, catalogue, own } = this.#options;
    return new PretendMachine({
      ...{ clock, random, files: this.#files, address, network, lookUp, catalogue, own },
      hasAddresses: () => this.#pool !== undefined,
      takeAddress: () => {
        const taken = this.#pool?.take();
        if (taken) places.set(taken, name);
        return taken;
      },
      releaseAddress: (released) => {
        this.#pool?.release(released);
        places.delete(released);
      },
    });
  }
}
