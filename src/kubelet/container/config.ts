/** Pods and containers as a runtime is asked for them. */
import type { Random } from "../../base/random.ts";
import type { Client } from "../../client/client.ts";
import type { Pod, Service } from "../../client/kinds.ts";
import type { Host } from "../host.ts";
import { definitionLabel } from "../pod/plan.ts";
import { type Container, isHostNetwork, mainContainers } from "../pod/spec.ts";
import type { ContainerConfig, Image, SandboxConfig } from "../runtimes/contract.ts";
import { resolverSettings } from "./dns.ts";
import { environment } from "./environment.ts";
import { expand } from "./expansion.ts";
import type { PodFacts } from "./field-reference.ts";
import { hostNameOf } from "./hosts-file.ts";
import { containerMounts } from "./mounts.ts";
import { containerResources } from "./resources.ts";
import { securityContext, verifyRunAsNonRoot } from "./security.ts";

/** What a node gives to all its pods. */
export interface NodeSettings {
  readonly nodeName: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** The cgroup under which pods are; left out where there are none. */
  readonly cgroupRoot?: string | undefined;
  readonly memoryBytes: number;
}

/** By these the runtime's containers and sandboxes are known to be of a pod. */
export const labels = {
  podName: "io.kubernetes.pod.name",
  podNamespace: "io.kubernetes.pod.namespace",
  podUid: "io.kubernetes.pod.uid",
  container: "io.kubernetes.container.name",
} as const;

export const annotations = {
  messagePath: "io.kubernetes.container.terminationMessagePath",
  messagePolicy: "io.kubernetes.container.terminationMessagePolicy",
  messageFile: "io.kubernetes.container.terminationMessageFile",
  graceSeconds: "io.kubernetes.pod.terminationGracePeriod",
} as const;

const podLabels = ({ metadata }: Pod): Record<string, string> => ({
  [labels.podName]: metadata.name ?? "",
  [labels.podNamespace]: metadata.namespace ?? "",
  [labels.podUid]: metadata.uid ?? "",
});

export const podLogDirectory = (host: Host, { metadata }: Pod): string =>
  `${host.logRoot}/${metadata.namespace}_${metadata.name}_${metadata.uid}`;

export async function sandboxConfig(
  pod: Pod,
  attempt: number,
  host: Host,
  settings: NodeSettings,
): Promise<SandboxConfig> {
  const { metadata, spec } = pod;
  const shared = spec.securityContext;
  const cgroupParent = cgroupOf(pod, settings);
  const sysctls = Object.fromEntries((shared?.sysctls ?? []).map(({ name, value }) => [name, value]));
  return {
    name: metadata.name ?? "",
    namespace: metadata.namespace ?? "",
    uid: metadata.uid ?? "",
    attempt,
    hostname: hostNameOf(pod, settings.clusterDomain, settings.nodeName).hostname,
    labels: { ...metadata.labels, ...podLabels(pod) },
    annotations: metadata.annotations ?? {},
    logDirectory: podLogDirectory(host, pod),
    dns: resolverSettings(pod, await host.resolver(), settings),
    ports: isHostNetwork(pod) ? [] : portMappings(pod),
    hostNetwork: isHostNetwork(pod),
    hostPid: spec.hostPID ?? false,
    hostIpc: spec.hostIPC ?? false,
    shareProcessNamespace: spec.shareProcessNamespace ?? false,
    ...(cgroupParent && { cgroupParent }),
    ...(Object.keys(sysctls).length && { sysctls }),
    security: {
      ...(shared?.runAsUser !== undefined && { runAsUser: shared.runAsUser }),
      ...(shared?.runAsGroup !== undefined && { runAsGroup: shared.runAsGroup }),
      ...(mainContainers(pod).some((c) => c.securityContext?.privileged) && { privileged: true }),
    },
  };
}

/** One cgroup per pod, under that of its class of service. */
function cgroupOf({ metadata, status }: Pod, { cgroupRoot }: NodeSettings): string | undefined {
  if (!cgroupRoot) return undefined;
  const under = status.qosClass === "Guaranteed" ? "" : `/${(status.qosClass ?? "BestEffort").toLowerCase()}`;
  return `${cgroupRoot}/kubepods${under}/pod${metadata.uid}`;
}

function portMappings(pod: Pod): SandboxConfig["ports"] {
  return mainContainers(pod)
    .flatMap((c) => c.ports ?? [])
    .filter(({ hostPort }) => hostPort)
    .map(({ protocol = "TCP", containerPort, hostPort = 0, hostIP }) => ({
      protocol: protocol as "TCP" | "UDP" | "SCTP",
      containerPort,
      hostPort,
      ...(hostIP && { hostIp: hostIP }),
    }));
}

export interface ContainerInputs {
  readonly facts: PodFacts;
  readonly container: Container;
  readonly attempt: number;
  readonly image: Image | undefined;
  readonly imageRef: string;
  readonly volumes: ReadonlyMap<string, string>;
  readonly services: readonly Service[];
  /** The runtime's id of the container whose processes are shared (ephemeral containers). */
  readonly target?: string | undefined;
  readonly client: Client;
  readonly host: Host;
  readonly random: Random;
  readonly settings: NodeSettings;
}

/** Throws Error with a text for people: the container's configuration cannot be made. */
export async function containerConfig(inputs: ContainerInputs): Promise<ContainerConfig> {
  const { facts, container, attempt, image, host, settings } = inputs;
  const { pod } = facts;
  const env = await environment(container, inputs);
  const mounts = await containerMounts({
    ...inputs,
    pod,
    environment: env,
    podIP: facts.podIPs[0] ?? "",
    clusterDomain: settings.clusterDomain,
    nodeName: settings.nodeName,
  });
  verifyRunAsNonRoot(pod, container, image);
  const lookUp = (name: string): string | undefined => env.get(name);
  await host.files.makeDirectory(`${podLogDirectory(host, pod)}/${container.name}`, { mode: 0o755 });
  const messageFile = mounts.find((m) => m.containerPath === container.terminationMessagePath)?.hostPath;
  const security = securityContext(pod, container, image);
  const stopSignal = container.lifecycle?.stopSignal;
  return {
    name: container.name,
    attempt,
    image: container.image ?? "",
    imageRef: inputs.imageRef,
    command: (container.command ?? []).map((word) => expand(word, lookUp)),
    args: (container.args ?? []).map((word) => expand(word, lookUp)),
    ...(container.workingDir && { workingDir: container.workingDir }),
    env: [...env].map(([name, value]) => ({ name, value })),
    mounts,
    labels: { ...podLabels(pod), [labels.container]: container.name },
    annotations: {
      [definitionLabel]: container.image ?? "",
      [annotations.messagePath]: container.terminationMessagePath ?? "",
      [annotations.messagePolicy]: container.terminationMessagePolicy ?? "File",
      [annotations.messageFile]: messageFile ?? "",
      [annotations.graceSeconds]: String(pod.spec.terminationGracePeriodSeconds ?? 30),
    },
    logPath: `${container.name}/${attempt}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    ...(stopSignal && { stopSignal }),
    resources: containerResources(pod, container, settings.memoryBytes),
    security: inputs.target ? { ...security, targetContainer: inputs.target } : security,
  };
}
