/** Files in memory: those of a simulated node, and of its containers. */
import type { FileOptions, Files } from "../../host.ts";

type Node =
  /** `room`: what the data lies in, if it may grow there. */
  | { kind: "file"; data: Uint8Array; mode: number; room?: Uint8Array }
  | { kind: "directory"; mode: number; entries: Map<string, Node> }
  | { kind: "link"; target: string };
type Directory = Extract<Node, { kind: "directory" }>;

const directory = (mode = 0o755): Directory => ({ kind: "directory", mode, entries: new Map() });
const parts = (path: string): string[] => path.split("/").filter((p) => p !== "" && p !== ".");
const missing = (path: string): Error => new Error(`${path}: no such file or directory`);

export class MemoryFiles implements Files {
  readonly #root = directory();
  readonly #watchers = new Map<string, Set<() => void>>();

  async makeDirectory(path: string, { mode }: { readonly mode?: number } = {}): Promise<void> {
    const made = this.#directory(path, true);
    if (mode !== undefined) made.mode = mode;
  }

  async mountMemory(path: string): Promise<void> {
    this.#directory(path, true);
  }

  async resolveInside(root: string, relative: string): Promise<string> {
    const path = `${root}/${relative}`;
    if (!this.#find(path)) this.#directory(path, true);
    return this.resolve(path);
  }

  async writeFile(path: string, data: Uint8Array, { mode = 0o644 }: FileOptions = {}): Promise<void> {
    this.write(path, data, mode);
  }

  async readFile(path: string, tailBytes?: number): Promise<Uint8Array | undefined> {
    const data = this.read(path);
    return tailBytes === undefined || !data ? data : data.subarray(Math.max(0, data.length - tailBytes));
  }

  async symlink(target: string, path: string): Promise<void> {
    this.link(target, path);
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, name] = this.#parent(from);
    const node = source.entries.get(name);
    if (!node) throw missing(from);
    source.entries.delete(name);
    const [into, as] = this.#parent(to);
    into.entries.set(as, node);
    this.#changed(to);
  }

  async list(path: string): Promise<readonly string[]> {
    return this.names(path) ?? [];
  }

  async kind(path: string): Promise<"file" | "directory" | undefined> {
    return this.kindOf(path);
  }

  async usage(path: string): Promise<{ bytes: number; files: number }> {
    const sum = { bytes: 0, files: 0 };
    const add = (node: Node | undefined): void => {
      if (node?.kind === "file") sum.bytes += node.data.length;
      if (node?.kind !== "directory") return;
      for (const entry of node.entries.values()) {
        sum.files++;
        add(entry);
      }
    };
    add(this.#find(path));
    return sum;
  }

  async removeTree(path: string): Promise<void> {
    this.remove(path);
  }

  async size(path: string): Promise<number | undefined> {
    return this.read(path)?.length;
  }

  async readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
    const data = this.read(path);
    if (!data) throw missing(path);
    return data.subarray(offset, offset + length);
  }

  watchFile(path: string, onChange: () => void, signal: AbortSignal): void {
    const watchers = this.#watchers.get(path) ?? new Set();
    this.#watchers.set(path, watchers);
    watchers.add(onChange);
    signal.addEventListener("abort", () => watchers.delete(onChange), { once: true });
  }

  write(path: string, data: Uint8Array, mode = 0o644): void {
    const at = this.#find(path) ? this.resolve(path) : path;
    const [into, name] = this.#parent(at, true);
    const known = into.entries.get(name);
    if (known?.kind === "directory") throw new Error(`${path}: Is a directory`);
    into.entries.set(name, { kind: "file", data, mode: known?.kind === "file" ? known.mode : mode });
    this.#changed(path);
  }

  /** Room is doubled when it runs out, so that a log of many lines is not copied for each of them. */
  append(path: string, more: Uint8Array): void {
    const node = this.#find(path);
    if (node?.kind !== "file") {
      this.write(path, more.slice());
      return;
    }
    const length = node.data.length + more.length;
    if (!node.room || node.room.length < length) {
      node.room = new Uint8Array(Math.max(256, 2 * length));
      node.room.set(node.data);
    }
    node.room.set(more, node.data.length);
    node.data = node.room.subarray(0, length);
    this.#changed(path);
  }

  read(path: string): Uint8Array | undefined {
    const node = this.#find(path);
    return node?.kind === "file" ? node.data : undefined;
  }

  modeOf(path: string): number | undefined {
    const node = this.#find(path);
    return node && node.kind !== "link" ? node.mode : undefined;
  }

  link(target: string, path: string): void {
    const [into, name] = this.#parent(path, true);
    into.entries.set(name, { kind: "link", target });
  }

  names(path: string): string[] | undefined {
    const node = this.#find(path);
    return node?.kind === "directory" ? [...node.entries.keys()].sort() : undefined;
  }

  kindOf(path: string): "file" | "directory" | undefined {
    const node = this.#find(path);
    return node && node.kind !== "link" ? node.kind : undefined;
  }

  remove(path: string): boolean {
    const names = parts(path);
    const name = names.pop();
    const into = this.#find(`/${names.join("/")}`);
    if (name === undefined || into?.kind !== "directory") return false;
    return into.entries.delete(name);
  }

  /** The path with all links followed. */
  resolve(path: string, depth = 0): string {
    let at = "";
    for (const name of parts(path)) {
      if (name === "..") {
        at = at.slice(0, at.lastIndexOf("/"));
        continue;
      }
      const node = this.#literal(`${at}/${name}`);
      if (node?.kind === "link" && depth < 40) {
        at = this.resolve(node.target.startsWith("/") ? node.target : `${at}/${node.target}`, depth + 1);
      } else at = `${at}/${name}`;
    }
    return at || "/";
  }

  #literal(path: string): Node | undefined {
    let node: Node = this.#root;
    for (const name of parts(path)) {
      const next: Node | undefined = node.kind === "directory" ? node.entries.get(name) : undefined;
      if (!next) return undefined;
      node = next;
    }
    return node;
  }

  #find(path: string): Node | undefined {
    return this.#literal(this.resolve(path));
  }

  #directory(path: string, make: boolean): Directory {
    let node: Directory = this.#root;
    for (const name of parts(this.resolve(path))) {
      let next = node.entries.get(name);
      if (!next && make) {
        next = directory();
        node.entries.set(name, next);
      }
      if (next?.kind !== "directory") throw new Error(`${path}: Not a directory`);
      node = next;
    }
    return node;
  }

  #parent(path: string, make = false): [Directory, string] {
    const names = parts(path);
    const name = names.pop() ?? "";
    return [this.#directory(`/${names.join("/")}`, make), name];
  }

  #changed(path: string): void {
    for (const onChange of this.#watchers.get(path) ?? []) onChange();
  }
}
