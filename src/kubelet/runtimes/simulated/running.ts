/** Starts programs in simulated containers, as runc does. */
import type { ContainerConfig, Process } from "../contract.ts";
import { FileError } from "./files/file-error.ts";
import { FileSpace } from "./files/file-space.ts";
import type { CatalogueImage } from "./images.ts";
import { Signals, type World } from "./process.ts";
import { findProgram, runProgram, usualPath } from "./programs/run.ts";
import { Console, type ConsoleOptions } from "./streams/console.ts";
import { textOf } from "./streams/input.ts";

/**
 * Why a program cannot be run, in the words of runc; undefined: it can. What the image has is found without making the
 * container's own files.
 */
export function whyNot(image: CatalogueImage, [program = ""]: readonly string[], world?: World): string | undefined {
  const where = { path: usualPath, cwd: image.workingDir };
  try {
    if (findProgram(new FileSpace({ root: image.root() }), program, where)) return undefined;
    if (world && findProgram(world.files, program, where)) return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `exec: "${program}": permission denied`;
  }
  if (program.includes("/")) return `exec: "${program}": stat ${program}: no such file or directory`;
  return `exec: "${program}": executable file not found in $PATH`;
}

/** The home of a user, as the image's `/etc/passwd` has it. */
function homeOf(image: CatalogueImage, { identity }: World): string {
  const passwd = new FileSpace({ root: image.root() }).find("/etc/passwd");
  const lines = passwd?.kind === "file" ? textOf(passwd.data).split("\n") : [];
  const found = lines.map((line) => line.split(":")).find((words) => words[2] === String(identity.user));
  return found?.[5] ?? (identity.user === 0 ? "/root" : "/");
}

export const environmentOf = (
  { env, tty }: ContainerConfig,
  hostname: string,
  image: CatalogueImage,
  world: World,
): Map<string, string> =>
  new Map([
    ["PATH", usualPath],
    ["HOSTNAME", hostname],
    ...(tty ? [["TERM", "xterm"] as [string, string]] : []),
    ...Object.entries(image.env),
    ...env.map(({ name, value }) => [name, value] as [string, string]),
    ["HOME", env.find(({ name }) => name === "HOME")?.value ?? homeOf(image, world)],
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
  const kill = (): void => over.abort();
  if (signal.aborted) kill();
  else signal.addEventListener("abort", kill, { once: true });
  const run = async (): Promise<number> => {
    try {
      return await runProgram(world, command, {
        ...{ env, cwd, signal: over.signal, pid: 0, signals: new Signals(), terminal: console.terminal },
        ...{ stdin: console.input, stdout: console.stdout, stderr: console.stderr },
      });
    } finally {
      signal.removeEventListener("abort", kill);
      console.input.close();
    }
  };
  // somebody listens before the first word is said, so that errors and output arrive in the order of their writing
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const attached = console.attach(begun.then(run), { kill, endsInput: true, isAlone: true, onRead: begin });
  return {
    ...attached,
    write: (data) => {
      begin();
      return attached.write(data);
    },
    kill: () => {
      kill();
      begin();
    },
    get exit() {
      begin();
      return attached.exit;
    },
  };
}
