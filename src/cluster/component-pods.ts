/**
 * The parts of the cluster as pods of kube-system, so that kubectl shows what runs: mirror pods, as a kubelet makes them
 * for static pods. Nothing is shown that does not run, and each has the log of its own part.
 */
import { ApiError, badRequest } from "../api/errors.ts";
import type { HttpResponse } from "../apiserver/exchange.ts";
import type { LogRequest } from "../apiserver/streams/node-connection.ts";
import { type Clock, rfc3339 } from "../base/clock.ts";
import type { Client } from "../client/client.ts";
import { nodes, type Pod, pods } from "../client/kinds.ts";
import type { Informers } from "../informer/informers.ts";
import type { ComponentLogs } from "./component-logs.ts";

export interface ComponentPod {
  /** `kube-apiserver`: the pod is called so, and the node after it. */
  readonly component: string;
  readonly node: string;
  readonly hostIP: string;
  /** What runs, as `image` shows it. */
  readonly image: string;
  readonly command: readonly string[];
}

const namespace = "kube-system";
const mirror = "kubernetes.io/config.mirror";
export const isMirror = (pod: Pod): boolean => pod.metadata.annotations?.[mirror] !== undefined;

export class ComponentPods {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #logs: ComponentLogs;
  readonly #wanted = new Map<string, ComponentPod>();
  readonly #startedMs = new Map<string, number>();
  readonly #end: () => void;

  constructor(options: { client: Client; clock: Clock; informers: Informers; logs: ComponentLogs }) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#logs = options.logs;
    // who deletes a mirror pod gets it back: the part still runs
    this.#end = options.informers.of(pods).onDifference(({ before, after }) => {
      const gone = before && !after && this.#wanted.get(before.metadata.name ?? "");
      if (gone) void this.show(gone).catch(() => {});
    });
  }

  stop(): void {
    this.#end();
  }

  /** Shows the part; called again, shows it as it is now. */
  async show(part: ComponentPod): Promise<void> {
    const name = `${part.component}-${part.node}`;
    this.#wanted.set(name, part);
    if (!this.#startedMs.has(name)) this.#startedMs.set(name, this.#clock.now());
    const owner = await this.#client.get(nodes, { name: part.node });
    const pod = podOf(name, part, owner.metadata.uid ?? "");
    const known = await this.#client.get(pods, { namespace, name }).catch(() => undefined);
    // of an earlier life of this cluster: its node may be another one now
    if (known) await this.#client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 }).catch(() => {});
    const made = await this.#client.create(pods, pod).catch((error: unknown) => {
      if (error instanceof ApiError && error.reason === "AlreadyExists") return undefined;
      throw error;
    });
    if (!made) return;
    const status = statusOf(part, made, this.#startedMs.get(name) ?? 0, this.#clock.now());
    await this.#client.update(pods, { ...made, status }, { subresource: "status" });
  }

  /** The node is gone, and its parts with it. */
  async hide(node: string): Promise<void> {
    for (const [name, part] of this.#wanted) {
      if (part.node !== node) continue;
      this.#wanted.delete(name);
      await this.#client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 }).catch(() => {});
    }
  }

  /** The log of a part, if the pod is one of ours. */
  log(podName: string, request: LogRequest): HttpResponse | undefined {
    const part = this.#wanted.get(podName);
    if (!part) return undefined;
    if (request.previous)
      throw badRequest(`previous terminated container "${part.component}" in pod "${podName}" not found`);
    return this.#logs.answer(part.component, request);
  }
}

function podOf(name: string, { component, node, image, command }: ComponentPod, nodeUid: string): Pod {
  return {
    metadata: {
      name,
      namespace,
      labels: { component, tier: component === "kube-proxy" ? "node" : "control-plane", "k8s-app": component },
      annotations: { [mirror]: name, "kubernetes.io/config.source": "file", "kubernetes.io/config.hash": name },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node, uid: nodeUid, controller: true }],
    },
    spec: {
      nodeName: node,
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      tolerations: [{ operator: "Exists" }],
      containers: [{ name: component, image, command: [...command], resources: {} }],
    },
    status: {},
  };
}

function statusOf({ component, hostIP, image }: ComponentPod, pod: Pod, startedMs: number, now: number): Pod["status"] {
  const condition = (type: string) => ({
    type,
    ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: rfc3339(now),
  });
  const startedAt = rfc3339(startedMs);
  return {
    ...pod.status,
    phase: "Running",
    conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP: hostIP,
    podIPs: [{ ip: hostIP }],
    startTime: startedAt,
    containerStatuses: [
      {
        name: component,
        state: { running: { startedAt } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image,
        imageID: "",
        containerID: `coxswain://${component}`,
        started: true,
      },
    ],
  };
}
