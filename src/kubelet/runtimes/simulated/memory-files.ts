/** The files of a simulated node: volumes and logs, in memory. */
import type { FileOptions, Files } from "../../host.ts";
import { FileError, ifThere } from "./files/file-error.ts";
import { FileSpace } from "./files/file-space.ts";
import { type FolderNode, folder, type Node, usageOf } from "./files/node.ts";

/** What a mount of a container shows: the file or folder itself, whatever becomes of its name. */
export interface Mounted {
  readonly node: Node;
  /** It lies in a file system in memory. */
  readonly memory: FolderNode["memory"];
}

export class MemoryFiles implements Files {
  readonly #space: FileSpace;
  readonly #watchers = new Map<string, Set<() => void>>();
  #now: () => number = () => 0;

  constructor() {
    this.#space = new FileSpace({ root: folder(), now: () => this.#now() });
  }

  /** From now on files bear the time of `now`, in milliseconds since 1970. */
  keepTime(now: () => number): void {
    this.#now = now;
  }

  /** What is at a path of the node, for a container; a folder is made where nothing is. */
  mounted(path: string): Mounted {
    if (!this.#space.find(path)) this.#space.makeDirectories(path);
    let memory: FolderNode["memory"];
    const names = this.#space.realPath(path).split("/").filter(Boolean);
    for (let i = 1; i <= names.length; i++) {
      const above = this.#space.find(`/${names.slice(0, i).join("/")}`);
      if (above?.kind === "directory" && above.memory) memory = above.memory;
    }
    return { node: this.#space.stat(path), memory };
  }

  async makeDirectory(
    path: string,
    { mode, group }: { readonly mode?: number; readonly group?: number } = {},
  ): Promise<void> {
    const known = this.#space.find(path);
    this.#space.makeDirectories(path);
    const made = this.#space.stat(path);
    const isMount = made.kind === "directory" && made.memory !== undefined;
    if (mode !== undefined && (!known || isMount || group !== undefined)) made.mode = mode;
    if (group !== undefined) made.group = group;
  }

  async mountMemory(path: string, size: number | undefined): Promise<void> {
    this.#space.makeDirectories(path);
    const made = this.#space.stat(path);
    if (made.kind === "directory") Object.assign(made, { memory: { size }, mode: 0o1777 });
  }

  async resolveInside(root: string, relative: string): Promise<string> {
    const path = `${root}/${relative}`;
    if (!this.#space.find(path)) this.#space.makeDirectories(path);
    return this.#space.realPath(path);
  }

  async writeFile(path: string, data: Uint8Array, { mode = 0o644, user, group }: FileOptions = {}): Promise<void> {
    this.write(path, data);
    const node = this.#space.stat(path);
    node.mode = mode;
    if (user !== undefined) node.user = user;
    if (group !== undefined) node.group = group;
  }

  async readFile(path: string, tailBytes?: number): Promise<Uint8Array | undefined> {
    const data = this.read(path);
    return tailBytes === undefined || !data ? data : data.subarray(Math.max(0, data.length - tailBytes));
  }

  async symlink(target: string, path: string): Promise<void> {
    this.#makeAbove(path);
    this.#space.symlink(target, path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#makeAbove(to);
    this.#space.rename(from, to);
    this.#changed(to);
  }

  async list(path: string): Promise<readonly string[]> {
    return ifThere(() => this.#space.list(path)) ?? [];
  }

  async kind(path: string): Promise<"file" | "directory" | "character" | undefined> {
    const kind = this.#space.find(path)?.kind;
    return kind === "device" ? "character" : kind === "link" ? undefined : kind;
  }

  async usage(path: string): Promise<{ bytes: number; files: number }> {
    const node = this.#space.find(path);
    return node ? usageOf(node) : { bytes: 0, files: 0 };
  }

  async removeTree(path: string): Promise<void> {
    const at = path.lastIndexOf("/");
    const above = this.#space.find(path.slice(0, at) || "/");
    if (above?.kind === "directory") above.entries.delete(path.slice(at + 1));
  }

  async size(path: string): Promise<number | undefined> {
    return this.read(path)?.length;
  }

  async readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#space.read(path).subarray(offset, offset + length);
  }

  watchFile(path: string, onChange: () => void, signal: AbortSignal): void {
    const watchers = this.#watchers.get(path) ?? new Set();
    this.#watchers.set(path, watchers);
    watchers.add(onChange);
    const leave = (): void => {
      watchers.delete(onChange);
      if (!watchers.size) this.#watchers.delete(path);
    };
    signal.addEventListener("abort", leave, { once: true });
  }

  write(path: string, data: Uint8Array): void {
    this.#makeAbove(path);
    this.#space.write(path, data);
    this.#changed(path);
  }

  append(path: string, more: Uint8Array): void {
    try {
      this.#space.append(path, more);
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== "ENOENT") throw error;
      this.#makeAbove(path);
      this.#space.append(path, more);
    }
    this.#changed(path);
  }

  read(path: string): Uint8Array | undefined {
    return ifThere(() => this.#space.read(path));
  }

  /** In order; undefined: it is no folder. */
  names(path: string): string[] | undefined {
    return this.#space.find(path)?.kind === "directory" ? this.#space.list(path) : undefined;
  }

  #makeAbove(path: string): void {
    this.#space.makeDirectories(path.slice(0, path.lastIndexOf("/")));
  }

  #changed(path: string): void {
    for (const onChange of this.#watchers.get(path) ?? []) onChange();
  }
}
