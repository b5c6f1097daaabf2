/** What a node says of itself (https://kubernetes.io/docs/reference/node/node-status/): pure. */

import type * as core from "../../api/generated/core-v1.ts";
import { formatQuantity, type QuantityFormat } from "../../api/quantity.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { Shared } from "../../client/client.ts";
import type { Node } from "../../client/kinds.ts";
import type { MachineFacts } from "../host.ts";
import type { Image, RuntimeStatus, RuntimeVersion } from "../runtimes/contract.ts";

export type NodeCondition = Shared<core.NodeCondition>;

export interface NodeStatusInputs {
  readonly before: Node | undefined;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly facts: MachineFacts;
  readonly version: RuntimeVersion;
  /** Undefined: the runtime does not answer. */
  readonly runtime: RuntimeStatus | undefined;
  readonly images: readonly Image[];
  readonly kubeletVersion: string;
  readonly kubeletPort: number;
  readonly maxPods: number;
  /** Keeps the size that the node has been given. */
  readonly adopted?: boolean;
  readonly pressure: { readonly memory: boolean; readonly disk: boolean };
  readonly now: number;
}

/** What is kept back for the system from what pods may use: kubelet's default thresholds of eviction. */
const reservedMemoryBytes = 100 * 1024 * 1024;
const reservedDiskShare = 0.1;
/** As many images as a kubelet tells of. */
const mostImages = 50;

/** Quantities as the API keeps them: what is written in another form would seem to change with each report. */
const quantity = (amount: number, format: QuantityFormat): string =>
  formatQuantity({ nanos: BigInt(Math.floor(amount)) * 1_000_000_000n, format });
const kibi = (bytes: number): string => quantity(Math.floor(bytes / 1024) * 1024, "BinarySI");

export function nodeStatus(inputs: NodeStatusInputs): Node["status"] {
  const { facts, version, hostIP, nodeName, kubeletVersion } = inputs;
  const given = inputs.adopted ? inputs.before?.status : undefined;
  const common = { "hugepages-1Gi": "0", "hugepages-2Mi": "0", pods: String(inputs.maxPods) };
  return {
    ...inputs.before?.status,
    capacity: given?.capacity ?? {
      ...common,
      cpu: String(facts.cpus),
      "ephemeral-storage": kibi(facts.diskBytes),
      memory: kibi(facts.memoryBytes),
    },
    allocatable: given?.allocatable ??
      given?.capacity ?? {
        ...common,
        cpu: String(facts.cpus),
        "ephemeral-storage": quantity(facts.diskBytes * (1 - reservedDiskShare), "DecimalSI"),
        memory: kibi(Math.max(0, facts.memoryBytes - reservedMemoryBytes)),
      },
    conditions: nodeConditions(inputs),
    addresses: [
      { type: "InternalIP", address: hostIP },
      { type: "Hostname", address: nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: inputs.kubeletPort } },
    nodeInfo: {
      machineID: facts.machineId,
      systemUUID: facts.systemUuid,
      bootID: facts.bootId,
      kernelVersion: facts.kernelVersion,
      osImage: facts.osImage,
      containerRuntimeVersion: `${version.name}://${version.version.replace(/^v/, "")}`,
      kubeletVersion,
      kubeProxyVersion: "",
      operatingSystem: "linux",
      architecture: facts.architecture,
      ...(facts.swapBytes > 0 && { swap: { capacity: facts.swapBytes } }),
    },
    images: inputs.images.length ? imagesOf(inputs.images) : undefined,
  };
}

function imagesOf(images: readonly Image[]): Node["status"]["images"] {
  return [...images]
    .sort((a, b) => b.size - a.size)
    .slice(0, mostImages)
    .map(({ digests, tags, size }) => ({ names: [...digests, ...tags].slice(0, 5), sizeBytes: size }));
}

function nodeConditions({ before, runtime, pressure, now }: NodeStatusInputs): NodeCondition[] {
  const old = before?.status.conditions ?? [];
  const of = (type: string, status: "True" | "False", reason: string, message: string): NodeCondition => {
    const known = old.find((c) => c.type === type);
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : rfc3339(now);
    return { type, status, lastHeartbeatTime: rfc3339(now), lastTransitionTime, reason, message };
  };
  const notReady = runtime === undefined ? "container runtime is down" : (runtime.message ?? "");
  const isReady = runtime?.runtimeReady && runtime.networkReady;
  return [
    ...old.filter((c) => !["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].includes(c.type)),
    pressure.memory
      ? of("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
      : of("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    pressure.disk
      ? of("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")
      : of("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    of("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    isReady
      ? of("Ready", "True", "KubeletReady", "kubelet is posting ready status")
      : of("Ready", "False", "KubeletNotReady", notReady),
  ];
}
