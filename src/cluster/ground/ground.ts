/**
 * What the nodes of a cluster stand on: this machine, with namespaces and containerd (container-ground.ts), or memory
 * (simulated-ground.ts). Above it a cluster is the same.
 */
import type { HttpRequest, HttpResponse } from "../../apiserver/exchange.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Client } from "../../client/client.ts";
import type { Informers } from "../../informer/informers.ts";
import type { Kubelet, KubeletOptions } from "../../kubelet/kubelet.ts";
import type { Connection } from "../../kubelet/runtimes/contract.ts";
import type { ComponentLogs } from "../component-logs.ts";

export interface Ground {
  /** Ranges of addresses, in CIDR notation. */
  readonly ranges: { readonly pods: string; readonly services: string; readonly nodes: string };
  /** Addresses of services lead to them from this machine. */
  readonly reachesServices: boolean;
  /** Where pods find the API server. */
  readonly address: string;
  /** Where the API server listens. */
  readonly listenAt: readonly string[];

  /** Begins what pods need besides their nodes: names, services, images. Called once; starts the informers it is given. */
  serve(parts: GroundParts): Promise<void>;
  /** The place of a node; it is made where it is not there yet. */
  node(settings: NodeSettings): Promise<NodeGround>;
  removeNode(name: string): Promise<void>;
  /** Ends what `serve` began; what runs in containers runs on where it can. */
  close(): Promise<void>;
}

export interface GroundParts {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly logs: ComponentLogs;
  readonly clusterDomain: string;
  /** Registries that are served by others, by URL. */
  readonly mirrors: Readonly<Record<string, string>>;
  /** The API server, for pods that are in this process. */
  readonly api: { readonly port: number; handle(request: HttpRequest): Promise<HttpResponse> };
}

export interface NodeSettings {
  readonly name: string;
  /** From 0, unique among the nodes: the address follows from it. Left out: the ground gives it one. */
  readonly index?: number;
  /** Somebody else has made the node: it runs whatever it is given. */
  readonly adopted?: boolean;
}

/** What a kubelet is told by the cluster; the ground adds what is under it. */
export type KubeletSettings = Omit<
  KubeletOptions,
  "runtime" | "host" | "nodeName" | "hostIP" | "cgroupRoot" | "onPodCIDR"
>;

export interface NodeGround {
  readonly address: string;
  /** Starts the node, with a kubelet on it. Resolves once the API knows the node. */
  start(settings: KubeletSettings): Promise<Kubelet>;
  /** Ends the kubelet alone. */
  release(): Promise<void>;
  /** Ends the kubelet and all that runs there at once, as a power cut would. */
  halt(): Promise<void>;
  /** Connects to a port of the node. */
  connect(port: number): Promise<Connection>;
  /** Puts the images of an archive (`docker save`, OCI) on the node; resolves to their names. */
  loadImageArchive(tarPath: string): Promise<readonly string[]>;
}
