/** A pretend process: what a program is given, and how it is ended. */
import type { Clock } from "../../../base/clock.ts";
import type { MemoryFiles } from "./memory-files.ts";

/** What the programs of a container see of the world. */
export interface World {
  readonly clock: Clock;
  readonly files: View;
  readonly hostname: string;
  readonly ip: string;
  readonly user: number;
  readonly network: Network;
  /** The commands that run in the container, for `ps`. */
  readonly processes: Map<number, string>;
  readonly reachable: (name: string) => string | undefined;
}

/** The network of all simulated pods, by address. */
export interface Network {
  /** Answers a request to a port; undefined: nobody listens. */
  ask(ip: string, port: number, path: string): Promise<{ status: number; body: string } | undefined>;
  listen(ip: string, port: number, answer: (path: string) => { status: number; body: string }): () => void;
}

export interface Invocation {
  readonly args: readonly string[];
  readonly env: Map<string, string>;
  readonly cwd: { path: string };
  readonly stdin: Input;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborts when the process is killed or, unless it traps that, asked to end. */
  readonly signal: AbortSignal;
}

/** A path as a process names it, from the root on. */
export const absolute = (path: string, { cwd }: Pick<Invocation, "cwd">): string =>
  path.startsWith("/") ? path : `${cwd.path.replace(/\/$/, "")}/${path}`;

/** The input of a process, whole lines or all of it. */
export interface Input {
  line(): Promise<string | undefined>;
  all(): Promise<string>;
}

export const noInput: Input = { line: async () => undefined, all: async () => "" };

export function textInput(text: string): Input {
  let left = text;
  return {
    async line() {
      if (left === "") return undefined;
      const end = left.indexOf("\n");
      const line = end < 0 ? left : left.slice(0, end);
      left = end < 0 ? "" : left.slice(end + 1);
      return line;
    },
    async all() {
      const all = left;
      left = "";
      return all;
    },
  };
}

/** Files as a container sees them: its own, and what is mounted into it. */
export class View {
  readonly #own: MemoryFiles;
  readonly #host: MemoryFiles;
  readonly #mounts: readonly {
    readonly containerPath: string;
    readonly hostPath: string;
    readonly readOnly: boolean;
  }[];

  constructor(own: MemoryFiles, host: MemoryFiles, mounts: View["mounts"]) {
    this.#own = own;
    this.#host = host;
    this.#mounts = [...mounts].sort((a, b) => b.containerPath.length - a.containerPath.length);
  }

  get mounts(): readonly { readonly containerPath: string; readonly hostPath: string; readonly readOnly: boolean }[] {
    return this.#mounts;
  }

  #at(path: string): { files: MemoryFiles; path: string; readOnly: boolean } {
    for (const { containerPath, hostPath, readOnly } of this.#mounts) {
      const root = containerPath.replace(/\/$/, "");
      if (path === root || path.startsWith(`${root}/`))
        return { files: this.#host, path: hostPath + path.slice(root.length), readOnly };
    }
    return { files: this.#own, path, readOnly: false };
  }

  read(path: string): string | undefined {
    const { files, path: at } = this.#at(path);
    const data = files.read(at);
    return data && new TextDecoder().decode(data);
  }

  write(path: string, text: string, append = false): void {
    const { files, path: at, readOnly } = this.#at(path);
    if (readOnly) throw new Error("Read-only file system");
    const data = new TextEncoder().encode(text);
    if (append) files.append(at, data);
    else files.write(at, data);
  }

  kind(path: string): "file" | "directory" | undefined {
    const { files, path: at } = this.#at(path);
    return files.kindOf(at);
  }

  list(path: string): string[] | undefined {
    const { files, path: at } = this.#at(path);
    return files.names(at)?.filter((name) => !name.startsWith(".."));
  }

  makeDirectory(path: string): void {
    const { files, path: at } = this.#at(path);
    void files.makeDirectory(at);
  }

  remove(path: string): boolean {
    const { files, path: at } = this.#at(path);
    return files.remove(at);
  }
}
