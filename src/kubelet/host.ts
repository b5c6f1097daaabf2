/**
 * What a kubelet needs of the machine it runs on: files for volumes and logs, and connections for probes. Two
 * implementations: `host/` (the real one) and that of simulated nodes, which lives in memory.
 *
 * Promises: paths are absolute; folders above what is made are made; removing what is not there succeeds; failures are
 * Errors whose message is fit for an event.
 */
export interface Files {
  /** Makes a folder; `mode` holds whatever the umask says, and is left alone where the folder was there. */
  makeDirectory(path: string, options?: { readonly mode?: number; readonly group?: number }): Promise<void>;
  /** An empty folder in memory, of at most `sizeBytes`. */
  mountMemory(path: string, sizeBytes: number | undefined): Promise<void>;
  /**
   * The path that `relative` leads to below `root`, links followed; a folder is made where nothing is. Rejects where it
   * would lead outside.
   */
  resolveInside(root: string, relative: string): Promise<string>;
  writeFile(path: string, data: Uint8Array, options?: FileOptions): Promise<void>;
  /** The file, or its last `tailBytes`; undefined if there is none. */
  readFile(path: string, tailBytes?: number): Promise<Uint8Array | undefined>;
  symlink(target: string, path: string): Promise<void>;
  /** Puts `from` in the place of `to` at one stroke. */
  rename(from: string, to: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  kind(path: string): Promise<"file" | "directory" | "socket" | "character" | "block" | undefined>;
  /** Bytes and names below a folder. */
  usage(path: string): Promise<{ readonly bytes: number; readonly files: number }>;
  /** Removes a folder with all that is in it; what is mounted there is unmounted first. */
  removeTree(path: string): Promise<void>;
  size(path: string): Promise<number | undefined>;
  /** Bytes of a file from `offset` on, at most `length`. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Calls `onChange` when the file grows or is replaced, until `signal` aborts. */
  watchFile(path: string, onChange: () => void, signal: AbortSignal): void;
}

export interface FileOptions {
  /** Default 0644. */
  readonly mode?: number;
  readonly user?: number;
  readonly group?: number;
}

export interface HttpProbe {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly timeoutMs: number;
}

/** Connections into pods, from the node. Failures are Errors in the words of Go's net package. */
export interface Dialer {
  /** Resolves to the status code and the first 10 KiB of the body. Redirects to the same host are followed. */
  http(probe: HttpProbe): Promise<{ readonly status: number; readonly body: string }>;
  tcp(host: string, port: number, timeoutMs: number): Promise<void>;
  /** Asks `grpc.health.v1.Health`; resolves to the serving status. */
  grpc(host: string, port: number, service: string, timeoutMs: number): Promise<string>;
}

export interface Host {
  readonly files: Files;
  readonly dialer: Dialer;
  /** Where pods' volumes and logs lie. */
  readonly root: string;
  readonly logRoot: string;
  /** The machine's own resolver settings, for pods that want them. */
  resolver(): Promise<{
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  }>;
  facts(): Promise<MachineFacts>;
}

/** What `status.nodeInfo` and `status.capacity` say. */
export interface MachineFacts {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly architecture: string;
  readonly swapBytes: number;
}
