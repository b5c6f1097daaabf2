/** Runs programs in simulated containers. */
import type { ContainerConfig, Process } from "../contract.ts";
import { applets } from "./applets.ts";
import { Console, type ConsoleOptions } from "./console.ts";
import type { Invocation, World } from "./process.ts";
import { servers } from "./servers.ts";
import { isShell, runProgram } from "./shell.ts";
import { killedCode, signalCode } from "./signals.ts";

const nameOf = (program: string): string => program.split("/").at(-1) ?? "";

export const isProgram = (program: string): boolean =>
  isShell(nameOf(program)) || nameOf(program) in applets || nameOf(program) in servers;

export async function runInContainer(world: World, io: Invocation): Promise<number> {
  const server = servers[nameOf(io.args[0] ?? "")];
  const run = (inner: Invocation): Promise<number> => runProgram(world, inner);
  return (await (server ? server(world, io, run) : run(io))) & 255;
}

export const environmentOf = ({ env, tty }: ContainerConfig, hostname: string): Map<string, string> =>
  new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOSTNAME", hostname],
    ...(tty ? [["TERM", "xterm"] as [string, string]] : []),
    ...env.map(({ name, value }) => [name, value] as [string, string]),
    ["HOME", env.find(({ name }) => name === "HOME")?.value ?? "/root"],
  ]);

export interface ProcessSettings {
  readonly env: Map<string, string>;
  readonly cwd: string;
  /** Aborts when the container ends. */
  readonly signal: AbortSignal;
}

/** Starts a command beside the first of a container; somebody holds its streams. */
export function startProcess(
  world: World,
  { command, ...streams }: ConsoleOptions & { readonly command: readonly string[] },
  { env, cwd, signal }: ProcessSettings,
): Process {
  const console = new Console(streams);
  const over = new AbortController();
  let code = killedCode;
  const end = (name: string): void => {
    code = signalCode(name);
    over.abort();
    console.endInput();
  };
  const kill = (): void => end("KILL");
  if (signal.aborted) kill();
  else signal.addEventListener("abort", kill, { once: true });
  const pid = world.processes.add(command.join(" "), end);
  const run = async (): Promise<number> => {
    try {
      const answered = await runInContainer(world, {
        ...{ args: command, env, cwd: { path: cwd }, signal: over.signal },
        ...{ stdin: console.input, stdout: (text) => console.stdout(text), stderr: (text) => console.stderr(text) },
        ...(console.terminal && { terminal: console.terminal }),
      });
      return over.signal.aborted && answered === killedCode ? code : answered;
    } finally {
      world.processes.remove(pid);
      signal.removeEventListener("abort", kill);
    }
  };
  // somebody listens before the first word is said
  const exit = Promise.resolve().then(run);
  return console.attach(exit, { kill, endsInput: true });
}
