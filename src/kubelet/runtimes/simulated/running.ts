/** Runs programs of simulated containers and carries their streams. */
import type { ContainerConfig, ExecRequest, Process } from "../contract.ts";
import { applets, untilAborted } from "./applets.ts";
import type { Input, Invocation, World } from "./process.ts";
import { isShell, runProgram } from "./shell.ts";
import { killedCode } from "./signals.ts";

/** Servers that images bring: they answer until they are asked to end. */
const servers: Readonly<Record<string, (world: World) => (() => void) | undefined>> = {
  nginx: (world) =>
    world.network.listen(world.ip, 80, (path) => {
      const name = path === "/" ? "/index.html" : path;
      const body = world.files.read(`/usr/share/nginx/html${name}`);
      return body === undefined
        ? { status: 404, body: "<html><head><title>404 Not Found</title></head></html>\n" }
        : { status: 200, body };
    }),
  pause: () => undefined,
};

const nameOf = (program: string): string => program.split("/").at(-1) ?? "";

export const isProgram = (program: string): boolean =>
  isShell(nameOf(program)) || nameOf(program) in applets || nameOf(program) in servers;

/** Whether the program ends by itself when it is asked to; a shell or sleep that is process 1 does not. */
export const heedsTermination = (program: string): boolean => nameOf(program) in servers;

export async function runInContainer(world: World, io: Invocation): Promise<number> {
  const server = servers[nameOf(io.args[0] ?? "")];
  if (!server) return (await runProgram(world, io)) & 255;
  const stop = server(world);
  await untilAborted(io.signal);
  stop?.();
  return killedCode;
}

export const environmentOf = ({ env }: ContainerConfig, hostname: string): Map<string, string> =>
  new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", hostname],
    ["HOME", "/root"],
    ...env.map(({ name, value }) => [name, value] as [string, string]),
  ]);

/** Bytes written by one side and read by the other. */
class Pipe implements AsyncIterable<Uint8Array> {
  readonly #waiting: (() => void)[] = [];
  readonly #chunks: Uint8Array[] = [];
  #ended = false;

  write(data: Uint8Array): void {
    this.#chunks.push(data);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) yield chunk;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** Lines out of a pipe. */
function inputOf(pipe: Pipe): Input {
  const decoder = new TextDecoder();
  const chunks = pipe[Symbol.asyncIterator]();
  let read = "";
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next();
    if (!done) read += decoder.decode(value as Uint8Array, { stream: true });
    return !done;
  };
  return {
    async line() {
      while (!read.includes("\n")) if (!(await more())) break;
      if (read === "") return undefined;
      const end = read.indexOf("\n");
      const line = end < 0 ? read : read.slice(0, end);
      read = end < 0 ? "" : read.slice(end + 1);
      return line;
    },
    async all() {
      while (await more());
      const all = read;
      read = "";
      return all;
    },
  };
}

/** Starts a command whose streams somebody holds. */
export function startProcess(
  world: World,
  { command, stdin }: Pick<ExecRequest, "command" | "stdin">,
  { env, cwd, signal }: { readonly env: Map<string, string>; readonly cwd: string; readonly signal: AbortSignal },
): Process {
  const [input, stdout, stderr] = [new Pipe(), new Pipe(), new Pipe()];
  if (!stdin) input.end();
  const over = new AbortController();
  const end = (): void => {
    over.abort();
    input.end();
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  const encoder = new TextEncoder();
  const exit = runInContainer(world, {
    args: command,
    env,
    cwd: { path: cwd },
    stdin: inputOf(input),
    stdout: (text) => stdout.write(encoder.encode(text)),
    stderr: (text) => stderr.write(encoder.encode(text)),
    signal: over.signal,
  }).finally(() => {
    signal.removeEventListener("abort", end);
    stdout.end();
    stderr.end();
  });
  return {
    stdout,
    stderr,
    exit,
    write: async (data) => input.write(data),
    end: () => input.end(),
    resize: () => {},
    kill: end,
  };
}
