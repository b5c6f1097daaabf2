/** The files that a program reads, one after another, or its input where it names none. */
import { FileError } from "../files/file-error.ts";
import { absolute, type Invocation, type World } from "../process.ts";
import { readAll } from "../streams/captured.ts";
import { type Input, textOf } from "../streams/input.ts";
import { openInput } from "./open.ts";

export interface Source {
  /** As it was named; undefined: the input. */
  readonly name: string | undefined;
  readonly input: Input;
}

export interface Sources {
  readonly all: readonly Source[];
  /** One of them could not be opened, which has been said. */
  readonly failed: boolean;
}

/** `says`: how the program words that a file cannot be opened. */
export function sourcesOf(
  world: World,
  io: Invocation,
  paths: readonly string[],
  says: (path: string, why: string) => string = (path, why) => `${path}: ${why}`,
): Sources {
  if (!paths.length) return { all: [{ name: undefined, input: io.stdin }], failed: false };
  let failed = false;
  const all: Source[] = [];
  for (const path of paths) {
    try {
      const input = path === "-" ? io.stdin : openInput(world, absolute(path, io.cwd), io);
      all.push({ name: path === "-" ? undefined : path, input });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const why = error.code === "EISDIR" ? `read error: ${error.message}` : says(path, error.message);
      void io.stderr(`${io.name}: ${why}\n`);
      failed = true;
    }
  }
  return { all, failed };
}

export const textIn = async (world: World, io: Invocation, { input }: Source): Promise<string> =>
  textOf(await readAll(world, input, io.signal));

/** Lines without their ends. */
export const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

export async function linesIn(world: World, io: Invocation, sources: Sources): Promise<string[]> {
  const lines: string[] = [];
  for (const source of sources.all) lines.push(...linesOf(await textIn(world, io, source)));
  return lines;
}

/** Text of lines, each with its end. */
export const fromLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
