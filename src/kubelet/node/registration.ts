/** A node makes itself known, and keeps its status up to date (https://kubernetes.io/docs/concepts/architecture/nodes/#self-registration-of-nodes). */
import { ApiError } from "../../api/errors.ts";
import { deepEqual } from "../../api/object.ts";
import { type Clock, sleep } from "../../base/clock.ts";
import type { Client } from "../../client/client.ts";
import { type Node, nodes } from "../../client/kinds.ts";
import type { EventRecorder, Regarding } from "../../reconciler/events.ts";
import type { Host } from "../host.ts";
import type { Runtime } from "../runtimes/contract.ts";
import { nodeStatus } from "./node-status.ts";

export interface RegistrationOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly runtime: Runtime;
  readonly host: Host;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly kubeletVersion: string;
  readonly kubeletPort: number;
  readonly maxPods: number;
  /** Somebody else has made the node: its labels, taints and what it says that it has are left alone. */
  readonly adopted: boolean;
  /** Told of what is tried again. */
  readonly onError: (what: string, error: unknown) => void;
  /** The range of the node's pods is known. */
  readonly onPodCIDR: (podCIDR: string) => void;
}

const updateMs = 10_000;
const retryMs = 500;
/** A status in which nothing has changed is written this often all the same. */
const reportMs = 300_000;

export class Registration {
  readonly #options: RegistrationOptions;
  readonly #stop = new AbortController();
  #node: Node | undefined;
  #reportedMs = 0;
  #podCIDR = "";
  #pressure = { memory: false, disk: false };
  #hurry: (() => void) | undefined;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  get node(): Node | undefined {
    return this.#node;
  }

  /** Resolves once the API has the node. */
  async start(): Promise<void> {
    const { clock, events } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#register();
        break;
      } catch (error) {
        // somebody else has just written the node: look again
        if (error instanceof ApiError && error.reason === "Conflict") continue;
        this.#options.onError("registration", error);
        await sleep(clock, retryMs, this.#stop.signal);
      }
    }
    events.normal(this.#about(), "Starting", "Starting kubelet.");
    await this.report().catch((error: unknown) => this.#options.onError("node status", error));
    events.normal(this.#about(), "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods");
    void this.#keep();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The node as the API has it now. */
  see(node: Node): void {
    this.#node = node;
    const { podCIDR } = node.spec;
    if (!podCIDR || podCIDR === this.#podCIDR) return;
    this.#podCIDR = podCIDR;
    this.#options.onPodCIDR(podCIDR);
    this.hurry();
  }

  setPressure(pressure: { readonly memory: boolean; readonly disk: boolean }): void {
    if (deepEqual(pressure, this.#pressure)) return;
    this.#pressure = { ...pressure };
    this.hurry();
  }

  /** Something is different: the status is looked at now. */
  hurry(): void {
    this.#hurry?.();
  }

  /** Looks, and writes the status if it says something new or is due. */
  async report(): Promise<void> {
    const { client, clock, runtime, host, events } = this.#options;
    const [facts, version, state, images] = await Promise.all([
      host.facts(),
      runtime.version().catch(() => ({ name: "unknown", version: "0" })),
      runtime.status().catch(() => undefined),
      runtime.images().catch(() => []),
    ]);
    const before = await client.get(nodes, { name: this.#options.nodeName });
    this.see(before);
    const now = clock.now();
    const status = nodeStatus({
      ...this.#options,
      before,
      facts,
      version,
      runtime: state,
      images,
      pressure: this.#pressure,
      now,
    });
    if (sameButForBeats(before.status, status) && now - this.#reportedMs < reportMs) return;
    this.#node = await client.update(nodes, { ...before, status }, { subresource: "status" });
    this.#reportedMs = now;
    for (const { type, status: is, reason } of status.conditions ?? []) {
      const old = before.status.conditions?.find((c) => c.type === type)?.status;
      if (old === is) continue;
      const name =
        type === "Ready" ? (is === "True" ? "NodeReady" : "NodeNotReady") : (reason ?? "").replace(/^Kubelet/, "Node");
      events.normal(this.#about(), name, `Node ${this.#options.nodeName} status is now: ${name}`);
    }
  }

  async #register(): Promise<void> {
    const { client, nodeName, labels, taints, annotations, host, adopted } = this.#options;
    if (adopted) {
      this.see(await client.get(nodes, { name: nodeName }));
      return;
    }
    const { architecture } = await host.facts();
    const always = {
      "beta.kubernetes.io/arch": architecture,
      "beta.kubernetes.io/os": "linux",
      "kubernetes.io/arch": architecture,
      "kubernetes.io/hostname": nodeName,
      "kubernetes.io/os": "linux",
    };
    const metadata = {
      name: nodeName,
      labels: { ...always, ...labels },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true", ...annotations },
    };
    try {
      this.see(
        await client.create(nodes, {
          metadata,
          spec: { ...(taints.length && { taints }) },
          status: { ...unreportedStatus },
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
      const known = await client.get(nodes, { name: nodeName });
      const labelled = { ...known.metadata, labels: { ...known.metadata.labels, ...metadata.labels } };
      this.see(
        deepEqual(labelled, known.metadata) ? known : await client.update(nodes, { ...known, metadata: labelled }),
      );
    }
  }

  async #keep(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      const waiting = new AbortController();
      this.#hurry = () => waiting.abort();
      const end = (): void => waiting.abort();
      this.#stop.signal.addEventListener("abort", end, { once: true });
      await sleep(clock, updateMs, waiting.signal);
      this.#stop.signal.removeEventListener("abort", end);
      if (this.#stop.signal.aborted) return;
      await this.report().catch((error: unknown) => this.#options.onError("node status", error));
    }
  }

  #about(): Regarding {
    const { nodeName } = this.#options;
    return { kind: "Node", apiVersion: "v1", name: nodeName, uid: nodeName };
  }
}

/** Of a node that nothing has been heard of yet. */
export const unreportedStatus: Node["status"] = {
  daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
  nodeInfo: {
    machineID: "",
    systemUUID: "",
    bootID: "",
    kernelVersion: "",
    osImage: "",
    containerRuntimeVersion: "",
    kubeletVersion: "",
    kubeProxyVersion: "",
    operatingSystem: "",
    architecture: "",
  },
};

/** Whether two statuses differ in nothing but when the node was last heard of. */
function sameButForBeats(a: Node["status"], b: Node["status"]): boolean {
  const still = (status: Node["status"]): unknown => ({
    ...status,
    conditions: status.conditions?.map(({ lastHeartbeatTime: _, ...rest }) => rest),
  });
  return deepEqual(still(a), still(b));
}
