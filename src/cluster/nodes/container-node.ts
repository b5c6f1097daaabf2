/** A node of this machine that runs real containers: its namespace and containerd, and a kubelet over them. */
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Client } from "../../client/client.ts";
import { linuxHost } from "../../kubelet/host/linux-host.ts";
import { Kubelet, type KubeletOptions } from "../../kubelet/kubelet.ts";
import type { Runtime } from "../../kubelet/runtimes/contract.ts";
import { openCriRuntime } from "../../kubelet/runtimes/cri/runtime.ts";
import type { LocalNode, Machine } from "../machine/machine.ts";

export interface ContainerNodeOptions {
  readonly machine: Machine;
  readonly node: LocalNode;
  /** Where volumes and logs of the node's pods lie. */
  readonly directory: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly kubelet: Pick<
    KubeletOptions,
    "sources" | "labels" | "taints" | "clusterDns" | "clusterDomain" | "kubeletVersion" | "onError"
  >;
}

export class ContainerNode {
  readonly kubelet: Kubelet;
  readonly #runtime: Runtime;

  private constructor(kubelet: Kubelet, runtime: Runtime) {
    this.kubelet = kubelet;
    this.#runtime = runtime;
  }

  /** Resolves once the node is known to the API; it is ready once its pods have addresses. */
  static async start(options: ContainerNodeOptions): Promise<ContainerNode> {
    const { machine, node, directory, client, clock, random, kubelet: settings } = options;
    await node.start();
    const runtime = await openCriRuntime({ socket: node.socket, clock });
    const root = path.join(directory, node.name, "kubelet");
    const kubelet = await Kubelet.start({
      ...settings,
      client,
      clock,
      random,
      runtime,
      host: linuxHost({ root, logRoot: path.join(directory, node.name, "pods"), clock }),
      nodeName: node.name,
      hostIP: node.address,
      cgroupRoot: node.cgroup,
      onPodCIDR: (podCIDR) => {
        node.setPodNetwork(podCIDR);
        machine
          .routePods([{ podCIDR, via: node.address }])
          .catch((error: unknown) => settings.onError?.("routes", error));
      },
    });
    return new ContainerNode(kubelet, runtime);
  }

  /** Ends the kubelet; the node's containers run on. */
  async stop(): Promise<void> {
    await this.kubelet.stop();
    await this.#runtime.close();
  }
}
