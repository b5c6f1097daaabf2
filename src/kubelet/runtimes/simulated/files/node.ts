/** What file systems in memory are made of. */
export interface Attributes {
  /** Permissions, with set-user, set-group and sticky bits. */
  mode: number;
  user: number;
  group: number;
  /** Milliseconds since 1970. */
  changedAt: number;
  /** It is part of an image that many containers have: whoever writes makes a copy first. */
  shared?: boolean;
}

export interface FileNode extends Attributes {
  readonly kind: "file";
  data: Uint8Array;
  /** What the data lies in, if it may grow there. */
  room?: Uint8Array;
}

export interface FolderNode extends Attributes {
  readonly kind: "directory";
  readonly entries: Map<string, Node>;
  /** A file system of its own, in memory; `size`: the most that it holds, in bytes. */
  memory?: { readonly size: number | undefined };
}

export interface LinkNode extends Attributes {
  readonly kind: "link";
  readonly target: string;
}

/** `stdin`, `stdout`, `stderr`: those of the process that opens it. `log`, `errors`: those of the container's first one. */
export type DeviceName = "null" | "zero" | "full" | "random" | "stdin" | "stdout" | "stderr" | "log" | "errors";

export interface DeviceNode extends Attributes {
  readonly kind: "device";
  readonly device: DeviceName;
}

export type Node = FileNode | FolderNode | LinkNode | DeviceNode;

const plain = { user: 0, group: 0, changedAt: 0 };
const encoder = new TextEncoder();

export const folder = (mode = 0o755, entries: readonly (readonly [string, Node])[] = []): FolderNode => ({
  ...{ kind: "directory", mode, ...plain },
  entries: new Map(entries),
});

export const file = (data: string | Uint8Array, mode = 0o644): FileNode => ({
  ...{ kind: "file", mode, ...plain },
  data: typeof data === "string" ? encoder.encode(data) : data,
});

export const link = (target: string): LinkNode => ({ kind: "link", mode: 0o777, ...plain, target });
export const device = (name: DeviceName): DeviceNode => ({ kind: "device", mode: 0o666, ...plain, device: name });

/** A copy that may be written to; what a folder holds stays shared. */
export function unshared<N extends Node>(node: N): N {
  const { shared: _, ...rest } = node;
  return (node.kind === "directory" ? { ...rest, entries: new Map(node.entries) } : rest) as N;
}

/** When all images were made, as `ls -l` shows it. */
const imagesMadeAt = Date.UTC(2025, 8, 26, 21, 31, 42);

/** Marks all of a tree as belonging to an image. */
export function share<N extends Node>(node: N): N {
  node.shared = true;
  if (!node.changedAt) node.changedAt = imagesMadeAt;
  if (node.kind === "directory") for (const entry of node.entries.values()) if (!entry.shared) share(entry);
  return node;
}

/** Bytes of the files that are not an image's. */
export function writtenBytes(node: Node): number {
  if (node.shared) return 0;
  if (node.kind !== "directory") return node.kind === "file" ? node.data.length : 0;
  return [...node.entries.values()].reduce((sum, entry) => sum + writtenBytes(entry), 0);
}

/** Bytes and names below a node. */
export function usageOf(node: Node): { bytes: number; files: number } {
  const sum = { bytes: node.kind === "file" ? node.data.length : 0, files: 0 };
  if (node.kind === "directory")
    for (const entry of node.entries.values()) {
      const below = usageOf(entry);
      sum.bytes += below.bytes;
      sum.files += below.files + 1;
    }
  return sum;
}
