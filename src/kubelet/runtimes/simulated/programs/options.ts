/** Command lines of programs, as getopt(3) reads them. */
import { ProgramError } from "../process.ts";

export interface Options {
  has(letter: string): boolean;
  /** The last value that was given. */
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  /** What is no option. */
  readonly words: readonly string[];
}

/**
 * `letters`: as for getopt(3), `n:` takes a value; with `+` first, options end at the first word. `long`: long names and
 * the letters that they stand for.
 */
export function readOptions(
  args: readonly string[],
  letters: string,
  long: Readonly<Record<string, string>> = {},
): Options {
  const given = new Map<string, string[]>();
  const words: string[] = [];
  const takesValue = (letter: string): boolean => letters[letters.indexOf(letter) + 1] === ":";
  const note = (letter: string, value: string): void => {
    given.set(letter, [...(given.get(letter) ?? []), value]);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      words.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      words.push(arg);
      if (!letters.startsWith("+")) continue;
      words.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", joined] = arg.slice(2).split(/=(.*)/s);
      const letter = Object.hasOwn(long, name) ? long[name] : undefined;
      if (!letter) throw new ProgramError(`unrecognized option '--${name}'`);
      note(letter, takesValue(letter) ? (joined ?? args[++i] ?? "") : (joined ?? ""));
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] as string;
      if (letter === ":" || letter === "+" || !letters.includes(letter))
        throw new ProgramError(`invalid option -- '${letter}'`);
      if (!takesValue(letter)) {
        note(letter, "");
        continue;
      }
      const rest = arg.slice(at + 1);
      if (!rest && i + 1 >= args.length) throw new ProgramError(`option requires an argument -- '${letter}'`);
      note(letter, rest || (args[++i] as string));
      break;
    }
  }
  return {
    words,
    has: (letter) => given.has(letter),
    value: (letter) => given.get(letter)?.at(-1),
    values: (letter) => given.get(letter) ?? [],
  };
}

/** A whole number, with the units that busybox knows. */
export function numberOf(text: string): number {
  const found = /^([+-]?\d+)([bkKmMgGw]?)B?$/.exec(text);
  if (!found) throw new ProgramError(`invalid number '${text}'`);
  const unit = { b: 512, k: 1024, m: 2 ** 20, g: 2 ** 30, w: 2 }[(found[2] ?? "").toLowerCase()] ?? 1;
  return Number(found[1]) * unit;
}

/** Seconds of `1.5`, `2m`, `1h`. */
export function secondsOf(text: string): number {
  const found = /^(\d*\.?\d+|\d+\.)([smhd]?)$/.exec(text);
  if (!found) throw new ProgramError(`invalid number '${text}'`);
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[found[2] || "s"] ?? 1;
  return Number(found[1]) * unit;
}
