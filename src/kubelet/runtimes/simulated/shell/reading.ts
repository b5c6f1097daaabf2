/** `read` and `getopts`. */
import { sleep } from "../../../../base/clock.ts";
import { follow, ProgramError } from "../process.ts";
import type { Shell } from "./shell.ts";

interface Reading {
  readonly names: readonly string[];
  readonly raw: boolean;
  readonly prompt: string | undefined;
  readonly seconds: number | undefined;
}

function readingOf(args: readonly string[]): Reading {
  const found = { raw: false, prompt: undefined as string | undefined, seconds: undefined as number | undefined };
  const words = [...args];
  for (let word = words[0]; word?.startsWith("-") && word !== "-"; word = words[0]) {
    words.shift();
    if (word.includes("r")) found.raw = true;
    if (word.endsWith("p")) found.prompt = words.shift();
    else if (word.endsWith("t")) found.seconds = Number(words.shift());
    else if (!/^-[rs]+$/.test(word)) throw new ProgramError(`illegal option ${word}`, 2);
  }
  return { ...found, names: words.length ? words : ["REPLY"] };
}

/** The last name gets what is left of the line. */
export async function readVariables(shell: Shell, args: readonly string[]): Promise<number> {
  const { names, raw, prompt, seconds } = readingOf(args);
  if (prompt && shell.io.terminal) void shell.streams.stderr(prompt);
  const given = shell.streams.stdin.line();
  const line = seconds === undefined ? await given : await within(shell, given, seconds);
  let text = line ?? "";
  if (!raw) {
    while (/(^|[^\\])(\\\\)*\\$/.test(text)) text = text.slice(0, -1) + ((await shell.streams.stdin.line()) ?? "");
    text = text.replace(/\\(.)/g, "$1");
  }
  const separators = shell.variables.get("IFS") ?? " \t\n";
  const values = fields(text, separators, names.length);
  for (const [i, name] of names.entries()) shell.variables.set(name, values[i] ?? "");
  return line === undefined ? 1 : 0;
}

async function within(shell: Shell, given: Promise<string | undefined>, seconds: number): Promise<string | undefined> {
  const over = follow(shell.signal);
  const line = await Promise.race([given, sleep(shell.world.clock, seconds * 1000, over.signal).then(() => undefined)]);
  over.abort();
  over.letGo();
  return line;
}

function fields(text: string, separators: string, most: number): string[] {
  if (!separators) return [text];
  const isBlank = /^\s*$/.test(separators);
  const form = `[${separators.replace(/[\]\\^-]/g, "\\$&")}]`;
  let left = isBlank ? text.replace(new RegExp(`^${form}+|${form}+$`, "g"), "") : text;
  const found: string[] = [];
  while (found.length < most - 1 && left) {
    const parting = new RegExp(isBlank ? `${form}+` : form).exec(left);
    found.push(parting ? left.slice(0, parting.index) : left);
    left = parting ? left.slice(parting.index + parting[0].length) : "";
  }
  return [...found, left];
}

/** As POSIX has it; `OPTIND` and what is left of a cluster are kept in variables. */
export function getopts(shell: Shell, args: readonly string[]): number {
  const [form = "", name = "opt", ...given] = args;
  const words = given.length ? given : shell.parameters;
  const { variables } = shell;
  const at = Number(variables.get("OPTIND") ?? 1);
  const word = words[at - 1] ?? "";
  const offset = Number(variables.get("_OPTOFFSET") ?? 1);
  if (!/^-./.test(word)) {
    variables.set(name, "?");
    return 1;
  }
  if (word === "--") {
    variables.set("OPTIND", String(at + 1));
    variables.set(name, "?");
    return 1;
  }
  const letter = word[offset] as string;
  const takes = form.indexOf(letter);
  const rest = word.slice(offset + 1);
  const wantsValue = takes >= 0 && form[takes + 1] === ":";
  const next = wantsValue && !rest ? 2 : 1;
  const isOver = wantsValue || !rest;
  variables.set("OPTIND", String(isOver ? at + next : at));
  variables.set("_OPTOFFSET", isOver ? "1" : String(offset + 1));
  variables.set(name, takes < 0 ? "?" : letter);
  if (wantsValue) variables.set("OPTARG", rest || (words[at] ?? ""));
  if (takes < 0 && !form.startsWith(":")) shell.error(`Illegal option -${letter}`);
  return 0;
}
