/**
 * What a kubelet needs of a container runtime: the seam under it. Two implementations: `cri/` (real containers, through
 * the CRI of containerd or any other runtime) and `simulated/`. Shapes follow CRI v1
 * (https://github.com/kubernetes/cri-api) where that says what a kubelet needs, in this project's form.
 *
 * Promises of every implementation (held by contract-suite.ts):
 * - Sandboxes and containers outlive the kubelet: after a restart `sandboxes` and `containers` find them by their labels.
 * - Stopping and removing what is stopped or gone succeeds.
 * - Failures are RuntimeFailure with a `code`; the message is fit for a person and for an event.
 */
export interface Runtime {
  version(): Promise<RuntimeVersion>;
  /** Whether pods can be run now, and if not, why ("container runtime network not ready: …"). */
  status(): Promise<RuntimeStatus>;

  /** Makes the pod's network and namespaces and starts them. Resolves to the sandbox id. */
  runSandbox(config: SandboxConfig): Promise<string>;
  stopSandbox(id: string): Promise<void>;
  removeSandbox(id: string): Promise<void>;
  sandboxes(): Promise<readonly Sandbox[]>;
  sandboxStatus(id: string): Promise<SandboxStatus>;

  createContainer(sandbox: string, config: ContainerConfig, sandboxConfig: SandboxConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, and kills after `graceSeconds`. Resolves once the container has ended. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  containers(): Promise<readonly Container[]>;
  containerStatus(id: string): Promise<ContainerStatus>;
  updateResources(id: string, resources: Resources): Promise<void>;
  /** Makes the runtime open the container's log file anew, after a rotation has moved it away. */
  reopenLog(id: string): Promise<void>;

  /** Runs a command in the container to its end. Output beyond 16 MiB is cut. */
  execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult>;
  /** Prepares a session: either a URL that speaks the Kubernetes streaming protocols, or the running process itself. */
  exec(id: string, request: ExecRequest): Promise<StreamTarget>;
  attach(id: string, request: Omit<ExecRequest, "command">): Promise<StreamTarget>;
  portForward(sandbox: string, ports: readonly number[]): Promise<PortTarget>;

  /** Makes the image present; resolves to its reference (`sha256:…` or `repo@sha256:…`). */
  pullImage(image: string, auth?: RegistryAuth, sandboxConfig?: SandboxConfig): Promise<string>;
  imageStatus(image: string): Promise<Image | undefined>;
  images(): Promise<readonly Image[]>;
  removeImage(image: string): Promise<void>;

  /** Usage of all containers that run now. */
  containerStats(): Promise<readonly ContainerStats[]>;
  /** Calls `onEvent` whenever a container starts, ends or is removed, until `signal` aborts; a hint, not a record. */
  watch(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface RuntimeVersion {
  /** As `status.nodeInfo.containerRuntimeVersion` shows it: `containerd://1.6.20`. */
  readonly name: string;
  readonly version: string;
}

export interface RuntimeStatus {
  readonly runtimeReady: boolean;
  readonly networkReady: boolean;
  readonly message?: string;
  /** Where the runtime keeps images, for disk statistics. */
  readonly imageFileSystem?: string;
}

export interface SandboxConfig {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Folder under which container logs are written. */
  readonly logDirectory: string;
  readonly dns?: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
  readonly ports: readonly PortMapping[];
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly shareProcessNamespace: boolean;
  readonly cgroupParent?: string;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly security: SecurityContext;
}

export interface PortMapping {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIp?: string;
}

export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsUserName?: string;
  readonly supplementalGroups?: readonly number[];
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly noNewPrivileges?: boolean;
  readonly addCapabilities?: readonly string[];
  readonly dropCapabilities?: readonly string[];
  readonly seccomp?: { readonly type: "RuntimeDefault" | "Unconfined" | "Localhost"; readonly path?: string };
  readonly apparmor?: { readonly type: "RuntimeDefault" | "Unconfined" | "Localhost"; readonly profile?: string };
  readonly selinux?: {
    readonly user?: string;
    readonly role?: string;
    readonly type?: string;
    readonly level?: string;
  };
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  /** Share the process namespace of this container (ephemeral containers with a target). */
  readonly targetContainer?: string;
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  /** As the pod names it. */
  readonly image: string;
  /** As `pullImage` or `imageStatus` gave it: what is really run. */
  readonly imageRef: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  readonly devices?: readonly {
    readonly hostPath: string;
    readonly containerPath: string;
    readonly permissions: string;
  }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Log file, relative to the sandbox's `logDirectory`. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly stopSignal?: string;
  readonly resources: Resources;
  readonly security: SecurityContext;
}

export interface Mount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly propagation: "private" | "hostToContainer" | "bidirectional";
}

/** Linux resources; times in microseconds, memory in bytes. */
export interface Resources {
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly memoryLimit?: number;
  readonly oomScoreAdj?: number;
  readonly hugepages?: Readonly<Record<string, number>>;
}

export interface Sandbox {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly ready: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface SandboxStatus extends Sandbox {
  /** The pod's addresses, the main one first; empty for pods in the host's network. */
  readonly ips: readonly string[];
}

export type ContainerState = "created" | "running" | "exited" | "unknown";

export interface Container {
  readonly id: string;
  readonly sandbox: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageRef: string;
  readonly state: ContainerState;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ContainerStatus extends Container {
  /** Milliseconds since 1970; 0: not yet. What has ended has started before, if it has started at all. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, or what else the runtime says. */
  readonly reason: string;
  readonly message: string;
  /** Absolute path of the log file. */
  readonly logPath: string;
  readonly resources?: Resources;
  readonly user?: { readonly uid: number; readonly gid: number; readonly supplementalGroups: readonly number[] };
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** A session: spliced to a server that speaks SPDY and WebSocket, or carried by us to and from a process. */
export type StreamTarget =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "process"; readonly process: Process };

/** A running process with its streams; the kubelet's stream server speaks the protocols for it. */
export interface Process {
  readonly stdout?: AsyncIterable<Uint8Array>;
  readonly stderr?: AsyncIterable<Uint8Array>;
  write(data: Uint8Array): Promise<void>;
  /** Ends stdin. */
  end(): void;
  resize(columns: number, rows: number): void;
  kill(): void;
  /** Resolves to the exit code once the process has ended and its output is complete. */
  readonly exit: Promise<number>;
}

export type PortTarget =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "connect"; connect(port: number): Promise<Connection> };

/** A byte stream to a port inside a pod. */
export interface Connection {
  readonly data: AsyncIterable<Uint8Array>;
  write(data: Uint8Array): Promise<void>;
  end(): void;
  destroy(): void;
}

export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
  readonly serverAddress?: string;
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** The user the image asks to run as: an id, or a name that only the image can resolve. */
  readonly user?: { readonly uid?: number; readonly name?: string };
  readonly pinned?: boolean;
}

export interface ContainerStats {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970 of the sample. */
  readonly time: number;
  /** Nanoseconds of processor time since the start. */
  readonly cpuNanos: number;
  /** Bytes in use less inactive file pages. */
  readonly memoryWorkingSet: number;
  readonly memoryUsage?: number;
  readonly writableLayerBytes?: number;
}

export interface RuntimeEvent {
  readonly container: string;
  readonly sandbox: string;
  readonly type: "created" | "started" | "stopped" | "deleted";
}

/**
 * Why the runtime could not: `NotFound`, `AlreadyExists`, `ImageNotFound` (no such image or tag), `ImageDenied`,
 * `ImageNameInvalid`, `RegistryUnavailable`, `Timeout`, `Unavailable` (the runtime does not answer), `Failed` (any other).
 */
export type RuntimeFailureCode =
  | "NotFound"
  | "AlreadyExists"
  | "ImageNotFound"
  | "ImageDenied"
  | "ImageNameInvalid"
  | "RegistryUnavailable"
  | "Timeout"
  | "Unavailable"
  | "Failed";

export class RuntimeFailure extends Error {
  override readonly name = "RuntimeFailure";
  readonly code: RuntimeFailureCode;
  constructor(code: RuntimeFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
