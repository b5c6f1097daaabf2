/** Images whose program is a function of whoever starts the cluster: a test can play a whole application. */
import { sleep } from "../../../base/clock.ts";
import { busyboxRoot } from "./images/busybox.ts";
import { type ImageDefinition, programsIn, withFiles } from "./images/image.ts";
import type { Server, WebAnswer } from "./network.ts";
import { type Invocation, ownProgramName, type Program, untilAborted, type World } from "./process.ts";
import { killedCode } from "./signals.ts";

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the program of an image sees of its container. */
export interface ImageContext {
  /** The container's command and arguments, without the program's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
  /** The address of the pod. */
  readonly ip: string;
  /** Aborts when the container is asked to end (SIGTERM): it has until the end of its grace. */
  readonly stopping: AbortSignal;
  /** In the cluster's time. */
  now(): Date;
  /** Resolves after so many milliseconds of the cluster's time, or when the container is asked to end. */
  sleep(ms: number): Promise<void>;
  /** Writes a line into the log. */
  log(text: string): void;
  /** Writes a line into the log, on standard error. */
  error(text: string): void;
  /** The text of a file: of the image, or of a volume. Throws Error where there is none. */
  read(path: string): string;
  /** Answers requests to a port of the pod until the program ends. Throws Error where the port is taken. */
  listen(port: number, answer: Server): void;
  /** Asks another pod, by its address or name, or a service. Rejects as where nobody listens. */
  ask(url: string, options?: AskOptions): Promise<WebAnswer>;
  /** Takes memory until there is none left: a container with a limit is killed for it, and one without goes on holding it. */
  exhaustMemory(): Promise<void>;
}

/** Its container ends with the number that it returns, default 0; with 1, and the message in its log, where it throws. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is one of them
export type ImageProgram = (context: ImageContext) => Promise<number | void> | number | void;

export interface OwnImage {
  readonly definition: ImageDefinition;
  readonly program: Program;
}

/** By their full names. */
export type OwnImages = ReadonlyMap<string, OwnImage>;

export function ownImage(run: ImageProgram): OwnImage {
  const root = withFiles(busyboxRoot, programsIn("", [ownProgramName]));
  return {
    definition: {
      ...{ repository: "", version: (tag) => tag, size: 5_000_000, root: () => root },
      ...{ entrypoint: [`/${ownProgramName}`], command: [`/${ownProgramName}`] },
    },
    program: (world, io) => runImage(world, io, run),
  };
}

async function runImage(world: World, io: Invocation, run: ImageProgram): Promise<number> {
  const stopping = new AbortController();
  const closes: (() => void)[] = [];
  io.signals.onSignal = (signal) => {
    if (signal === "KILL") return false;
    if (["TERM", "INT", "QUIT"].includes(signal)) stopping.abort();
    return true;
  };
  try {
    const work = Promise.resolve(run(contextOf(world, io, stopping.signal, closes)));
    const code = await Promise.race([work, untilAborted(io.signal).then(() => killedCode)]);
    return code ?? 0;
  } finally {
    for (const close of closes) close();
  }
}

function contextOf(world: World, io: Invocation, stopping: AbortSignal, closes: (() => void)[]): ImageContext {
  return {
    ...{ args: io.args, env: Object.fromEntries(io.env), hostname: world.hostname, ip: world.ip, stopping },
    now: () => new Date(world.clock.now()),
    sleep: (ms) => sleep(world.clock, ms, stopping),
    log: (text) => void io.stdout(`${text}\n`),
    error: (text) => void io.stderr(`${text}\n`),
    read: (path) => world.files.text(path),
    listen(port, answer) {
      closes.push(world.network.listen(port, answer));
    },
    ask: (url, options) => ask(world, new URL(url), options),
    exhaustMemory() {
      world.exhaustMemory();
      return untilAborted(io.signal);
    },
  };
}

async function ask(
  world: World,
  url: URL,
  { method = "GET", headers = {}, body = "" }: AskOptions = {},
): Promise<WebAnswer> {
  const { hostname, port } = url;
  const ip = /^[\d.]+$/.test(hostname) ? hostname : world.network.find(hostname)?.addresses[0];
  if (ip === undefined) throw new Error(`lookup ${hostname}: no such host`);
  const at = { ip, port: Number(port || 80) };
  const given = { method, path: `${url.pathname}${url.search}`, headers: { host: url.host, ...headers }, body };
  const answer = await world.network.ask(at, given);
  if (!answer) throw new Error(`dial tcp ${at.ip}:${at.port}: connect: connection refused`);
  return answer;
}
