/** What a kubectl says that it can do: its commands and their flags, from its own help. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Command {
  /** Its words: `create secret tls`. */
  readonly words: string;
  /** Each flag by its long name, with its short one: `--filename` → `-f`. */
  readonly flags: ReadonlyMap<string, string>;
}

/** The lines of help below titles such as `Basic Commands (Beginner):`, which end at an empty line. */
function subcommands(help: string): string[] {
  const blocks = help.matchAll(/^(?:[A-Z][\w (),]*Commands[^\n]*|Subcommands[^\n]*):\n((?: {2}\S.*\n)*)/gm);
  return [...blocks].flatMap(([, rows = ""]) => [...rows.matchAll(/^ {2}(\S+)/gm)].map(([, word]) => word!));
}

const flagsOf = (help: string): ReadonlyMap<string, string> =>
  new Map([...help.matchAll(/^ {4}(?:(-\w), )?(--[\w-]+)=/gm)].map(([, short = "", long]) => [long!, short]));

const run = promisify(execFile);
const said = async (kubectl: string, ...words: string[]): Promise<string> => (await run(kubectl, words)).stdout;

/** All commands that do something by themselves; groups that only hold others are left out. */
export async function commandsOf(kubectl: string): Promise<Command[]> {
  const visit = async (words: readonly string[]): Promise<Command[]> => {
    const help = await said(kubectl, ...words, "--help");
    const below = subcommands(help);
    const flags = flagsOf(help);
    const isGroup = !words.length || (below.length > 0 && flags.size === 0);
    const found: Command[] = isGroup ? [] : [{ words: words.join(" "), flags }];
    for (const word of below) found.push(...(await visit([...words, word])));
    return found;
  };
  return visit([]);
}

/** The flags that every command takes. */
export const globalFlags = async (kubectl: string): Promise<ReadonlyMap<string, string>> =>
  flagsOf(await said(kubectl, "options"));
