/** Finds programs by name, and runs them in processes of their own. */
import { FileError } from "../files/file-error.ts";
import type { FileSpace } from "../files/file-space.ts";
import {
  absolute,
  follow,
  type Invocation,
  ownProgramName,
  ProgramError,
  Signals,
  untilAborted,
  type World,
} from "../process.ts";
import { runShell } from "../shell/run-shell.ts";
import { isHarmless, killedCode, signalCode } from "../signals.ts";
import { textOf } from "../streams/input.ts";
import { programs } from "./programs.ts";

/** What the file of a program of an image holds. */
const magic = "\x7fELF";
export const programFile = (name: string): string => `${magic}${name}`;

export const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface Found {
  readonly path: string;
  /** The name of one of ours, or of the interpreter of a script with the script's path. */
  readonly argv: readonly string[];
}

/** The program of a name; undefined: there is none. Throws FileError EACCES where it may not be run. */
export function findProgram(
  files: FileSpace,
  name: string,
  { path, cwd }: { readonly path: string; readonly cwd: string },
): Found | undefined {
  const candidates = name.includes("/") ? [absolute(name, cwd)] : path.split(":").map((folder) => `${folder}/${name}`);
  for (const candidate of candidates) {
    const node = name === "" ? undefined : files.find(candidate);
    if (!node) continue;
    if (node.kind !== "file" || !files.may(candidate, "execute")) {
      if (!name.includes("/")) continue;
      throw new FileError("EACCES");
    }
    const text = textOf(node.data.subarray(0, 256));
    if (text.startsWith(magic)) return { path: candidate, argv: [text.slice(magic.length)] };
    const [, interpreter = "/bin/sh", argument] = /^#![ \t]*(\S+)[ \t]*(.*)/.exec(text) ?? [];
    const words = [interpreter.endsWith("/env") ? (argument ?? "sh") : interpreter, candidate];
    return { path: candidate, argv: [words[0]?.split("/").at(-1) ?? "sh", words[1] as string] };
  }
  return undefined;
}

export type Start = Omit<Invocation, "name" | "args"> & {
  /** Writes why there is no such program. */
  readonly onMissing?: (text: string) => void;
};

/** Runs a program in a process of its own; resolves to its exit code. */
export async function runProgram(world: World, argv: readonly string[], start: Start): Promise<number> {
  const over = follow(start.signal);
  const signals = new Signals();
  let code = killedCode;
  const end = (name: string): void => {
    if (name !== "KILL" && (signals.onSignal?.(name) || isHarmless(name))) return;
    code = signalCode(name);
    over.abort();
  };
  const entry = { parent: start.pid, user: world.identity.user, since: world.clock.now() };
  const pid = world.processes.add({ ...entry, command: argv.join(" "), of: world, end });
  try {
    const running = runInPlace(world, argv, { ...start, pid, signals, signal: over.signal });
    return await Promise.race([running, untilAborted(over.signal).then(() => code)]);
  } finally {
    world.processes.remove(pid);
    over.letGo();
  }
}

/** Runs a program in the process that there is. */
export async function runInPlace(world: World, argv: readonly string[], start: Start): Promise<number> {
  const [called = "", ...args] = argv;
  const missing = start.onMissing ?? ((text) => void start.stderr(`${text}\n`));
  let found: Found | undefined;
  try {
    found = findProgram(world.files, called, { path: start.env.get("PATH") ?? usualPath, cwd: start.cwd });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    missing(`${called}: ${error.message}`);
    return 126;
  }
  if (!found) {
    missing(`${called}: not found`);
    return 127;
  }
  start.signals.onSignal = undefined;
  world.processes.rename(start.pid, argv.join(" "));
  const [name = "", ...before] = found.argv;
  const { onMissing: _, ...streams } = start;
  return carryOut(world, { ...streams, name, args: [...before, ...args] }, called);
}

async function carryOut(world: World, io: Invocation, called: string): Promise<number> {
  const name = io.name === "busybox" ? (io.args[0] ?? "busybox") : io.name;
  const given = io.name === "busybox" ? { ...io, name, args: io.args.slice(1) } : io;
  try {
    if (isShell(name)) return (await runShell(world, given)) & 255;
    const own = name === ownProgramName ? world.own?.program : undefined;
    const program = own ?? (Object.hasOwn(programs, name) ? programs[name] : undefined);
    if (!program) throw new ProgramError("applet not found", 127);
    return (await program(world, given, (argv, inner) => runProgram(world, argv, inner))) & 255;
  } catch (error) {
    if (io.signal.aborted) return killedCode;
    const shown = called.split("/").at(-1);
    const message = error instanceof Error ? error.message : String(error);
    if (message) void io.stderr(`${shown}: ${message}\n`);
    return error instanceof ProgramError ? error.code : 1;
  }
}

const shells = new Set(["sh", "ash", "bash", "dash"]);
export const isShell = (name: string): boolean => shells.has(name);
