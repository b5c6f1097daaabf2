/** CRI messages as the contract's shapes. 64-bit numbers come as decimal text, times in nanoseconds. */
import type {
  Container,
  ContainerState,
  ContainerStats,
  ContainerStatus,
  Image,
  Resources,
  RuntimeEvent,
  RuntimeStatus,
  Sandbox,
  SandboxStatus,
} from "../contract.ts";

type Text64 = string;
type Labels = Readonly<Record<string, string>>;

export interface SandboxAnswer {
  readonly id: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace: string;
    readonly attempt: number;
  } | null;
  readonly state: "SANDBOX_READY" | "SANDBOX_NOTREADY";
  readonly createdAt: Text64;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface SandboxStatusAnswer extends SandboxAnswer {
  readonly network: { readonly ip: string; readonly additionalIps: readonly { readonly ip: string }[] } | null;
}

export interface ContainerAnswer {
  readonly id: string;
  readonly podSandboxId: string;
  readonly metadata: { readonly name: string; readonly attempt: number } | null;
  readonly image: { readonly image: string } | null;
  readonly imageRef: string;
  readonly state: string;
  readonly createdAt: Text64;
  readonly labels: Labels;
  readonly annotations: Labels;
}

interface LinuxResources {
  readonly cpuPeriod: Text64;
  readonly cpuQuota: Text64;
  readonly cpuShares: Text64;
  readonly memoryLimitInBytes: Text64;
  readonly oomScoreAdj: Text64;
  readonly hugepageLimits: readonly { readonly pageSize: string; readonly limit: Text64 }[];
}

export interface ContainerStatusAnswer extends Omit<ContainerAnswer, "podSandboxId"> {
  readonly startedAt: Text64;
  readonly finishedAt: Text64;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly logPath: string;
  readonly resources: { readonly linux: LinuxResources | null } | null;
  readonly user: {
    readonly linux: {
      readonly uid: Text64;
      readonly gid: Text64;
      readonly supplementalGroups: readonly Text64[];
    } | null;
  } | null;
}

export interface ImageAnswer {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: Text64;
  readonly uid: { readonly value: Text64 } | null;
  readonly username: string;
  readonly pinned: boolean;
}

interface Wrapped {
  readonly value: Text64;
}

export interface StatsAnswer {
  readonly attributes: {
    readonly id: string;
    readonly metadata: { readonly name: string } | null;
    readonly labels: Labels;
  } | null;
  readonly cpu: { readonly timestamp: Text64; readonly usageCoreNanoSeconds: Wrapped | null } | null;
  readonly memory: { readonly workingSetBytes: Wrapped | null; readonly usageBytes: Wrapped | null } | null;
  readonly writableLayer: { readonly usedBytes: Wrapped | null } | null;
}

export interface StatusAnswer {
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: boolean;
      readonly reason: string;
      readonly message: string;
    }[];
  } | null;
}

export interface EventAnswer {
  readonly containerId: string;
  readonly containerEventType: string;
  readonly podSandboxStatus: { readonly id: string } | null;
}

const milliseconds = (nanoseconds: Text64): number => Number(BigInt(nanoseconds) / 1_000_000n);
const text = (value: string): string | undefined => value || undefined;

/** Without undefined members, as exact optional properties want it. */
const filled = <T extends object>(value: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;

export const sandboxFrom = (answer: SandboxAnswer): Sandbox => ({
  id: answer.id,
  name: answer.metadata?.name ?? "",
  namespace: answer.metadata?.namespace ?? "",
  uid: answer.metadata?.uid ?? "",
  attempt: answer.metadata?.attempt ?? 0,
  ready: answer.state === "SANDBOX_READY",
  createdAt: milliseconds(answer.createdAt),
  labels: answer.labels,
  annotations: answer.annotations,
});

export const sandboxStatusFrom = (answer: SandboxStatusAnswer): SandboxStatus => ({
  ...sandboxFrom(answer),
  ips: answer.network?.ip ? [answer.network.ip, ...answer.network.additionalIps.map(({ ip }) => ip)] : [],
});

const states: Readonly<Record<string, ContainerState>> = {
  CONTAINER_CREATED: "created",
  CONTAINER_RUNNING: "running",
  CONTAINER_EXITED: "exited",
};

export const containerFrom = (answer: ContainerAnswer): Container => ({
  id: answer.id,
  sandbox: answer.podSandboxId,
  name: answer.metadata?.name ?? "",
  attempt: answer.metadata?.attempt ?? 0,
  image: answer.image?.image ?? "",
  imageRef: answer.imageRef,
  state: states[answer.state] ?? "unknown",
  createdAt: milliseconds(answer.createdAt),
  labels: answer.labels,
  annotations: answer.annotations,
});

const numberOf = (value: Text64): number | undefined => (value === "0" ? undefined : Number(value));

function resourcesFrom(answer: LinuxResources | null | undefined): Resources | undefined {
  if (!answer) return undefined;
  const pages = answer.hugepageLimits.map(({ pageSize, limit }) => [pageSize, Number(limit)] as const);
  return filled<Resources>({
    cpuPeriod: numberOf(answer.cpuPeriod),
    cpuQuota: numberOf(answer.cpuQuota),
    cpuShares: numberOf(answer.cpuShares),
    memoryLimit: numberOf(answer.memoryLimitInBytes),
    oomScoreAdj: Number(answer.oomScoreAdj),
    hugepages: pages.length ? Object.fromEntries(pages) : undefined,
  });
}

/** `sandbox` comes from elsewhere: CRI's status does not tell it. */
export function containerStatusFrom(answer: ContainerStatusAnswer, sandbox: string): ContainerStatus {
  const user = answer.user?.linux;
  const startedAt = Math.max(milliseconds(answer.startedAt), 0);
  const finishedAt = Math.max(milliseconds(answer.finishedAt), 0);
  return filled<ContainerStatus>({
    ...containerFrom({ ...answer, podSandboxId: sandbox }),
    // containerd notes the start when it has heard of it: by then what ends at once has ended
    startedAt: finishedAt ? Math.min(startedAt, finishedAt) : startedAt,
    finishedAt,
    exitCode: answer.exitCode,
    reason: answer.reason,
    message: answer.message,
    logPath: answer.logPath,
    resources: resourcesFrom(answer.resources?.linux),
    user: user
      ? { uid: Number(user.uid), gid: Number(user.gid), supplementalGroups: user.supplementalGroups.map(Number) }
      : undefined,
  });
}

export function imageFrom(answer: ImageAnswer): Image {
  const uid = answer.uid ? Number(answer.uid.value) : undefined;
  const name = text(answer.username);
  return filled<Image>({
    id: answer.id,
    tags: answer.repoTags,
    digests: answer.repoDigests,
    size: Number(answer.size),
    user: uid === undefined && name === undefined ? undefined : filled({ uid, name }),
    pinned: answer.pinned || undefined,
  });
}

export function statsFrom(answer: StatsAnswer): ContainerStats {
  const number = (wrapped: Wrapped | null | undefined): number | undefined =>
    wrapped ? Number(wrapped.value) : undefined;
  return filled<ContainerStats>({
    id: answer.attributes?.id ?? "",
    name: answer.attributes?.metadata?.name ?? "",
    labels: answer.attributes?.labels ?? {},
    time: milliseconds(answer.cpu?.timestamp ?? "0"),
    cpuNanos: number(answer.cpu?.usageCoreNanoSeconds) ?? 0,
    memoryWorkingSet: number(answer.memory?.workingSetBytes) ?? 0,
    memoryUsage: number(answer.memory?.usageBytes),
    writableLayerBytes: number(answer.writableLayer?.usedBytes),
  });
}

/** A condition that does not hold is told in kubelet's words (pkg/kubelet/runtime.go, container.RuntimeCondition). */
export function statusFrom(answer: StatusAnswer, imageFileSystem: string | undefined): RuntimeStatus {
  const conditions = answer.status?.conditions ?? [];
  const complaint = (type: string, what: string): string | undefined => {
    const found = conditions.find((condition) => condition.type === type);
    if (found?.status) return undefined;
    return found
      ? `${what} not ready: ${type}=false reason:${found.reason} message:${found.message}`
      : `${what} not ready: condition ${type} is missing`;
  };
  const runtime = complaint("RuntimeReady", "container runtime");
  const network = complaint("NetworkReady", "container runtime network");
  return filled<RuntimeStatus>({
    runtimeReady: runtime === undefined,
    networkReady: network === undefined,
    message: runtime ?? network,
    imageFileSystem,
  });
}

const eventTypes: Readonly<Record<string, RuntimeEvent["type"]>> = {
  CONTAINER_CREATED_EVENT: "created",
  CONTAINER_STARTED_EVENT: "started",
  CONTAINER_STOPPED_EVENT: "stopped",
  CONTAINER_DELETED_EVENT: "deleted",
};

export const eventFrom = (answer: EventAnswer): RuntimeEvent => ({
  container: answer.containerId,
  sandbox: answer.podSandboxStatus?.id ?? "",
  type: eventTypes[answer.containerEventType] ?? "stopped",
});
