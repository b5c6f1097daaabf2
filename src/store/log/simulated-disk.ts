/**
 * A disk for tests, as unkind as a disk may be. Until a sync, a write is in the cache only: when power goes, any of its
 * 512-byte sectors may be on disk or not; of the names that were made, changed or removed since the last sync of the
 * directory, the first few are. It can fill up, fail at any operation, and stop dead in the middle of one.
 */
import type { Random } from "../../base/random.ts";
import { below } from "../../base/random.ts";
import type { Files, OpenFile } from "./files.ts";

const sector = 512;

type Step = { readonly write: Uint8Array; readonly at: number } | { readonly truncate: number };

interface Node {
  cached: Buffer;
  durable: Buffer;
  /** What was done since the last sync. */
  steps: Step[];
  /** Of a mark. */
  readonly text?: string;
}

type Names = Map<string, Node>;

/** An error as the operating system gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

export class SimulatedDisk {
  /** Operations so far. */
  operations = 0;
  /** Bytes that fit; what is written beyond fails with ENOSPC. */
  capacity = Number.POSITIVE_INFINITY;
  /** The operation that does not return: the machine stops during it. */
  stopAt = Number.POSITIVE_INFINITY;
  /** Called before each operation; an error it returns is what the operation fails with. */
  fault: (operation: string, name: string) => Error | undefined = () => undefined;
  readonly #random: Random;
  #cached: Names = new Map();
  #durable: Names = new Map();
  #steps: ((names: Names) => void)[] = [];
  #life = 0;
  #stopped = false;

  constructor(random: Random) {
    this.#random = random;
  }

  get used(): number {
    return [...new Set(this.#cached.values())].reduce((sum, node) => sum + node.cached.length, 0);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  get names(): string[] {
    return [...this.#cached.keys()].sort();
  }

  /** The content of a file, to be damaged. */
  content(name: string): Buffer {
    return this.#find(name).cached;
  }

  /** The process is killed: the cache stays. */
  kill(): void {
    this.#revive();
  }

  /** Power goes: what was not synced stays in part only. */
  losePower(): void {
    const names = new Map(this.#durable);
    for (const step of this.#steps.slice(0, below(this.#random, this.#steps.length + 1))) step(names);
    this.#steps = [];
    // Nothing, about half, or all of the sectors.
    const share = [0, 0.5, 1][below(this.#random, 3)]!;
    for (const node of new Set([...names.values()])) this.#tear(node, share);
    this.#cached = names;
    this.#durable = new Map(names);
    this.#revive();
  }

  #revive(): void {
    this.#life++;
    this.#stopped = false;
    this.stopAt = Number.POSITIVE_INFINITY;
  }

  #tear(node: Node, share: number): void {
    for (const step of node.steps) {
      if ("truncate" in step) {
        if (this.#random.next() < share) node.durable = resized(node.durable, step.truncate);
        continue;
      }
      for (let from = 0; from < step.write.length; ) {
        const to = Math.min(step.write.length, from + sector - ((step.at + from) % sector));
        if (this.#random.next() < share)
          node.durable = written(node.durable, step.write.subarray(from, to), step.at + from);
        from = to;
      }
    }
    node.steps = [];
    node.cached = Buffer.from(node.durable);
  }

  #find(name: string): Node {
    const node = this.#cached.get(name);
    if (!node) throw systemError("ENOENT");
    return node;
  }

  #renamed(change: (names: Names) => void): void {
    change(this.#cached);
    this.#steps.push(change);
  }

  /** One operation: `partly` is what may have happened of it when the machine stops. */
  #operate<T>(life: number, operation: string, name: string, run: () => T, partly?: () => void): T {
    if (this.#stopped || life !== this.#life) throw systemError("EIO");
    this.operations++;
    if (this.operations >= this.stopAt) {
      this.#stopped = true;
      const happened = below(this.#random, 3);
      if (happened === 1) partly?.();
      if (happened === 2) run();
      throw systemError("EIO");
    }
    const fault = this.fault(operation, name);
    if (fault) throw fault;
    return run();
  }

  /** The file system as one process sees it; dead once the machine or the process has stopped. */
  files(): Files {
    const life = this.#life;
    const operate = <T>(what: string, name: string, run: () => T, partly?: () => void): Promise<T> =>
      Promise.resolve().then(() => this.#operate(life, what, name, run, partly));
    return {
      makeDirectory: async () => {},
      list: async () => this.names.map((name) => name.slice(name.lastIndexOf("/") + 1)),
      open: (name, how) =>
        operate("open", name, () => {
          if (how === "create") {
            if (this.#cached.has(name)) throw systemError("EEXIST");
            const node: Node = { cached: Buffer.alloc(0), durable: Buffer.alloc(0), steps: [] };
            this.#renamed((names) => names.set(name, node));
          }
          return this.#open(life, name, this.#find(name));
        }),
      rename: (from, to) =>
        operate("rename", from, () => {
          const node = this.#find(from);
          this.#renamed((names) => {
            names.delete(from);
            names.set(to, node);
          });
        }),
      mark: (name, text) =>
        operate("mark", name, () => {
          if (this.#cached.has(name)) throw systemError("EEXIST");
          const node: Node = { cached: Buffer.alloc(0), durable: Buffer.alloc(0), steps: [], text };
          this.#renamed((names) => names.set(name, node));
        }),
      readMark: async (name) => this.#find(name).text ?? "",
      remove: (name) =>
        operate("remove", name, () => {
          this.#find(name);
          this.#renamed((names) => names.delete(name));
        }),
      syncDirectory: (name) =>
        operate("syncDirectory", name, () => {
          this.#durable = new Map(this.#cached);
          this.#steps = [];
        }),
    };
  }

  #open(life: number, name: string, node: Node): OpenFile {
    const put = (bytes: Uint8Array, at: number): void => {
      const grows = Math.max(0, at + bytes.length - node.cached.length);
      const room = Math.max(0, this.capacity - this.used);
      const fits = grows <= room ? bytes : bytes.subarray(0, Math.max(0, bytes.length - (grows - room)));
      node.cached = written(node.cached, fits, at);
      node.steps.push({ write: Uint8Array.from(fits), at });
      if (fits.length < bytes.length) throw systemError("ENOSPC");
    };
    const write = (bytes: Uint8Array, at: number): void =>
      this.#operate(
        life,
        "write",
        name,
        () => put(bytes, at),
        () => put(bytes.subarray(0, below(this.#random, bytes.length + 1)), at),
      );
    return {
      size: async () => node.cached.length,
      read: async (at, length) => Uint8Array.from(node.cached.subarray(at, at + length)),
      write,
      writeLater: async (bytes, at) => write(bytes, at),
      truncate: async (size) =>
        this.#operate(life, "truncate", name, () => {
          node.cached = resized(node.cached, size);
          node.steps.push({ truncate: size });
        }),
      sync: async () =>
        this.#operate(life, "sync", name, () => {
          node.durable = Buffer.from(node.cached);
          node.steps = [];
        }),
      close: async () => {},
    };
  }
}

function resized(bytes: Buffer, size: number): Buffer {
  const other = Buffer.alloc(size);
  bytes.copy(other, 0, 0, size);
  return other;
}

function written(bytes: Buffer, more: Uint8Array, at: number): Buffer {
  const all = at + more.length > bytes.length ? resized(bytes, at + more.length) : bytes;
  all.set(more, at);
  return all;
}
