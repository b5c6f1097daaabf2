/** A pretend process: what a program is given, and how it is ended. */
import type { Clock } from "../../../base/clock.ts";
import type { MemoryFiles } from "./memory-files.ts";
import type { FoundName } from "./names.ts";
import type { Endpoint, Server, WebAnswer, WebRequest } from "./network.ts";
import type { Terminal } from "./terminal.ts";

/** What the programs of a container see of the world. */
export interface World {
  readonly clock: Clock;
  readonly files: View;
  readonly hostname: string;
  readonly ip: string;
  readonly user: number;
  /** The tag of the image that the container is of: what its programs say their version is. */
  readonly version: string;
  readonly network: Network;
  readonly processes: Processes;
  /** Takes memory until there is none left. */
  readonly exhaustMemory: () => void;
}

/** The network as a pod sees it. */
export interface Network {
  /** Answers a request; undefined: the connection is refused. */
  ask(to: Endpoint, request: Omit<WebRequest, "from">): Promise<WebAnswer | undefined>;
  isOpen(to: Endpoint): boolean;
  /** Serves one of the pod's ports, until what it returns is called. Throws where another program does. */
  listen(port: number, server: Server): () => void;
  /** The addresses of a name; undefined: there is none. */
  find(name: string): FoundName | undefined;
  /** The servers of names, for programs that show them. */
  readonly nameServers: readonly string[];
}

export interface Invocation {
  readonly args: readonly string[];
  readonly env: Map<string, string>;
  readonly cwd: { path: string };
  readonly stdin: Input;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborts when the process is killed. */
  readonly signal: AbortSignal;
  /** Aborts when the process is asked to end. Only the first process of a container is asked. */
  readonly termination?: AbortSignal;
  /** Where a person types. */
  readonly terminal?: Terminal;
}

/** The processes of a container, by number: the first is the one that it was started for. */
export class Processes {
  readonly #all = new Map<number, { readonly command: string; readonly end: (signal: string) => void }>();
  #next = 1;

  /** `end`: what happens when a signal is sent to it. */
  add(command: string, end: (signal: string) => void): number {
    const pid = this.#next++;
    this.#all.set(pid, { command, end });
    return pid;
  }

  remove(pid: number): void {
    this.#all.delete(pid);
  }

  clear(): void {
    this.#all.clear();
  }

  /** False: there is no such process. */
  signal(pid: number, signal: string): boolean {
    const found = this.#all.get(pid);
    found?.end(signal);
    return found !== undefined;
  }

  list(): readonly (readonly [pid: number, command: string])[] {
    return [...this.#all].map(([pid, { command }]) => [pid, command] as const);
  }
}

/** A program; it may run others. Resolves to its exit code. */
export type Applet = (world: World, io: Invocation, run: (io: Invocation) => Promise<number>) => Promise<number>;

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** A path as a process names it, from the root on. */
export const absolute = (path: string, { cwd }: Pick<Invocation, "cwd">): string =>
  path.startsWith("/") ? path : `${cwd.path.replace(/\/$/, "")}/${path}`;

/** The input of a process: a line, all of it, or what has come by now. */
export interface Input {
  line(): Promise<string | undefined>;
  all(): Promise<string>;
  /** Undefined at the end. */
  chunk(): Promise<string | undefined>;
}

export const noInput: Input = { line: async () => undefined, all: async () => "", chunk: async () => undefined };

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
    async chunk() {
      const all = left;
      left = "";
      return all === "" ? undefined : all;
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
