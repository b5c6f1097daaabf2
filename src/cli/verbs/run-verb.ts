/** Runs a verb over its arguments: flags read, failures told in kubectl's words, help printed. */
import type { Environment } from "../environment.ts";
import { type FlagSet, type Flags, readFlags, UsageError } from "../flags.ts";
import { exitCodeOfError, kubectlText, PlainError } from "./failures.ts";
import { Session } from "./session.ts";
import { globalFlags, type Verb } from "./verb.ts";

/** `path`: the words that named the verb. Resolves to the exit code. */
export async function runVerb(
  verb: Verb,
  args: readonly string[],
  environment: Environment,
  path = verb.name,
): Promise<number> {
  const words = wordsOf(verb, args);
  const chosen = chosenBelow(verb, words);
  if (chosen) {
    const without = [...args];
    without.splice(args.indexOf(words[0] as string), 1);
    return runVerb(chosen, without, environment, `${path} ${chosen.name}`);
  }
  const help = `See 'cox ${path} --help' for usage.\n`;
  let flags: Flags;
  try {
    flags = readFlags({ ...globalFlags, ...verb.flags }, args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    environment.err(`error: ${error.message}\n${help}`);
    return 1;
  }
  if (flags.on("help") || !verb.run) {
    environment.out(helpOf(verb, path));
    return flags.on("help") || !flags.args.length ? 0 : unknownBelow(flags.args[0] as string, path, environment);
  }
  const session = new Session(environment, flags, Object.keys(verb.flags ?? {}));
  try {
    await verb.run(session, flags);
    session.checkWarnings();
    return 0;
  } catch (error) {
    environment.err(error instanceof UsageError ? `error: ${error.message}\n${help}` : kubectlText(error));
    const code = exitCodeOfError(error);
    return error instanceof PlainError && !error.message ? code : Math.max(code, verb.failureCode ?? 0);
  } finally {
    session.close();
  }
}

/** The words of a command line whose flags are not known yet: those of all verbs below are. */
function wordsOf(verb: Verb, args: readonly string[]): readonly string[] {
  if (!verb.below) return [];
  const known: FlagSet = Object.assign({}, ...verb.below.map((below) => below.flags), globalFlags, verb.flags);
  try {
    return readFlags(known, args).args;
  } catch {
    return args.filter((arg) => !arg.startsWith("-"));
  }
}

const chosenBelow = (verb: Verb, [word]: readonly string[]): Verb | undefined =>
  verb.below?.find((below) => below.name === word || (word !== undefined && below.aliases?.includes(word)));

function unknownBelow(word: string, path: string, { err }: Environment): number {
  err(`error: unknown command ${JSON.stringify(word)}\nSee 'cox ${path} -h' for help and examples\n`);
  return 1;
}

function helpOf(verb: Verb, path: string): string {
  const lines = [verb.summary, "", `Usage: cox ${path} ${verb.usage ?? (verb.below ? "COMMAND" : "")}`.trimEnd()];
  const rows = (title: string, pairs: readonly (readonly [string, string])[]): void => {
    if (!pairs.length) return;
    const width = Math.max(...pairs.map(([name]) => name.length));
    lines.push("", `${title}:`, ...pairs.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd()));
  };
  rows(
    "Commands",
    (verb.below ?? []).map(({ name, summary }) => [name, summary] as const),
  );
  const shown = (flags: FlagSet): (readonly [string, string])[] =>
    Object.entries(flags).map(([name, { short, help = "", default: usual }]) => [
      `${short ? `-${short}, ` : "    "}--${name}`,
      usual && usual !== "none" ? `${help} (default ${usual})` : help,
    ]);
  rows("Flags", shown(verb.flags ?? {}));
  rows("Flags of all commands", shown(globalFlags));
  return `${lines.join("\n")}\n`;
}
