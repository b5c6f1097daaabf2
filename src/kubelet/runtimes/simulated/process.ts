/** A pretend process: what a program is given, and how it is ended. */
import type { Clock } from "../../../base/clock.ts";
import type { FileSpace } from "./files/file-space.ts";
import type { Identity } from "./files/identity.ts";
import type { Load } from "./load.ts";
import type { FoundName } from "./names.ts";
import type { Endpoint, Server, WebAnswer, WebRequest } from "./network.ts";
import type { OwnImage } from "./own-images.ts";
import type { Processes } from "./processes.ts";
import type { Input, Output } from "./streams/input.ts";
import type { Terminal } from "./streams/terminal.ts";

/** What the programs of a container see of the world. */
export interface World {
  readonly clock: Clock;
  readonly files: FileSpace;
  readonly hostname: string;
  readonly ip: string;
  readonly identity: Identity;
  /** The tag of the image that the container is of: what its programs say their version is. */
  readonly version: string;
  readonly network: Network;
  readonly processes: Processes;
  readonly machine: MachineView;
  /** What the first process of the container writes goes there: others reach it by `/proc/1/fd/1`. */
  readonly console: { readonly stdout: Output; readonly stderr: Output };
  /** Takes memory until there is none left. */
  readonly exhaustMemory: () => void;
  readonly load: Load;
  /** Of an image whose program is a function of whoever started the cluster. */
  readonly own: OwnImage | undefined;
  /** Bytes that its programs have written into its own files. */
  readonly writtenBytes: number;
}

/** What a container sees of the machine under it. */
export interface MachineView {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly kernel: string;
  /** When it was started, in milliseconds since 1970. */
  readonly since: number;
  /** Bytes that the container may take. */
  readonly memoryLimit: number | undefined;
}

/** The network as a pod sees it. */
export interface Network {
  /** Answers a request; undefined: the connection is refused. */
  ask(to: Endpoint, request: Omit<WebRequest, "from">): Promise<WebAnswer | undefined>;
  isOpen(to: Endpoint): boolean;
  /** Whether a pod or a node has the address. */
  isUp(address: string): boolean;
  /** Those of the pod on which somebody serves. */
  ports(): readonly number[];
  /** Serves one of the pod's ports, until what it returns is called. Throws where another program does. */
  listen(port: number, server: Server): () => void;
  /** The addresses of a name; undefined: there is none. */
  find(name: string): FoundName | undefined;
  /** The servers of names, for programs that show them. */
  readonly nameServers: readonly string[];
}

export interface Invocation {
  /** As what it was called. */
  readonly name: string;
  readonly args: readonly string[];
  readonly pid: number;
  /** What it hands on to the programs that it runs. */
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts when the process is killed. */
  readonly signal: AbortSignal;
  /** Where it says which signals it catches. */
  readonly signals: Signals;
  /** Where a person types. */
  readonly terminal?: Terminal | undefined;
}

/** The signals that are sent to a process. */
export class Signals {
  /** False: it is not caught. */
  onSignal: ((name: string) => boolean) | undefined;
}

/** What the program of an image of one's own is called in it, which is else as busybox. */
export const ownProgramName = "app";

/** Runs another program in the given streams; resolves to its exit code. */
export type Run = (argv: readonly string[], io: Invocation) => Promise<number>;

/** A program; it may run others. Gives its exit code; a ProgramError is written for it. */
export type Program = (world: World, io: Invocation, run: Run) => Promise<number> | number;

/** Ends a program with a message, after its name, on its standard error. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** A signal that follows another until it is let go. */
export function follow(signal: AbortSignal): AbortController & { letGo: () => void } {
  const own = new AbortController();
  const abort = (): void => own.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return Object.assign(own, { letGo: () => signal.removeEventListener("abort", abort) });
}

/** A path as a process names it, from the root on. */
export const absolute = (path: string, cwd: string): string =>
  path.startsWith("/") ? path : `${cwd.replace(/\/$/, "")}/${path}`;
