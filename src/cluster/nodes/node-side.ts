/** The side of a cluster that is its nodes: kubelets over a ground, and what they have in common. */
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Informers } from "../../informer/informers.ts";
import { dnsAddress } from "../cluster-dns.ts";
import type { ComponentLogs } from "../component-logs.ts";
import { ComponentPods } from "../component-pods.ts";
import type { ControlPlane } from "../control-plane.ts";
import type { Ground } from "../ground/ground.ts";
import { LocalNodes } from "./local-nodes.ts";

export interface NodeSideOptions {
  readonly plane: ControlPlane;
  readonly ground: Ground;
  readonly logs: ComponentLogs;
  readonly clock: Clock;
  readonly random: Random;
}

export const clusterDomain = "cluster.local";

export class NodeSide {
  readonly nodes: LocalNodes;
  /** What all nodes watch; started by `serve`. */
  readonly informers: Informers;
  readonly #options: NodeSideOptions;
  readonly #components: ComponentPods;

  constructor(options: NodeSideOptions) {
    this.#options = options;
    const { plane, ground, logs, clock, random } = options;
    const client = plane.clientFor("coxswain");
    this.informers = plane.informersFor("node");
    this.#components = new ComponentPods({ client, clock, informers: this.informers, logs });
    this.nodes = new LocalNodes({
      ...{
        ground,
        informers: this.informers,
        components: this.#components,
        logs,
        clock,
        random,
        clusterDomain,
        client,
      },
      clientFor: (name) => plane.clientForNode(name),
      clusterDns: [dnsAddress(ground.ranges.services)],
    });
  }

  /** Begins what pods need besides their nodes. `apiPort`: where pods find the API server; `mirrors`: registries, by URL. */
  async serve(apiPort: number, mirrors: Readonly<Record<string, string>> = {}): Promise<void> {
    const { plane, ground, logs, clock, random } = this.#options;
    await ground.serve({
      ...{ informers: this.informers, clock, random, logs, clusterDomain, mirrors },
      client: plane.clientFor("cluster-dns"),
      api: { port: apiPort, handle: (request) => plane.server.handle(request) },
    });
  }

  /** Lets go of all nodes; their containers run on where they can. */
  async stop(): Promise<void> {
    this.informers.stop();
    await this.nodes.stop();
    this.#components.stop();
  }
}
