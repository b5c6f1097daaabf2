/**
 * Flags as kubectl reads them (Go's pflag): `--watch=false`, `--dry-run` with or without a value, lists that are given
 * anew or with commas, and what comes after `--` apart. Faults have pflag's texts.
 */
import { parseArgs } from "node:util";
import { durationMs } from "../base/clock.ts";

export interface Flag {
  /** `switch`: needs no value. `list`: may be given often. `csv`: so, and commas divide. `map`: `key=value`s, by commas. */
  readonly kind: "switch" | "text" | "number" | "duration" | "list" | "csv";
  readonly short?: string;
  /** What it is when it is not given. */
  readonly default?: string;
  /** What it is when it is given without a value. */
  readonly bare?: string;
  readonly help?: string;
}
export type FlagSet = Readonly<Record<string, Flag>>;

/** The command line is not as it should be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export class Flags {
  readonly #known: FlagSet;
  readonly #given: ReadonlyMap<string, readonly string[]>;
  /** What is no flag, before and after `--`. */
  readonly args: readonly string[];
  /** How many of `args` stood before `--`; undefined where there was none. */
  readonly dash: number | undefined;

  constructor(
    known: FlagSet,
    given: ReadonlyMap<string, readonly string[]>,
    args: readonly string[],
    dash: number | undefined,
  ) {
    this.#known = known;
    this.#given = given;
    this.args = args;
    this.dash = dash;
  }

  /** The same flags, with the first argument taken off (it named a command below). */
  below(): Flags {
    const dash = this.dash === undefined ? undefined : this.dash - 1;
    return new Flags(this.#known, this.#given, this.args.slice(1), dash);
  }

  given(name: string): boolean {
    return this.#given.has(name);
  }

  /** The last value given, or the default, or "". */
  text(name: string): string {
    return this.#given.get(name)?.at(-1) ?? this.#known[name]?.default ?? "";
  }

  on(name: string): boolean {
    return ["true", "1", "t", "T", "TRUE", "True"].includes(this.text(name));
  }

  number(name: string): number {
    return Number(this.text(name) || 0);
  }

  /** Milliseconds. */
  duration(name: string): number {
    return durationMs(this.text(name) || "0") ?? 0;
  }

  all(name: string): readonly string[] {
    const given = this.#given.get(name) ?? (this.#known[name]?.default ? [this.#known[name].default] : []);
    return this.#known[name]?.kind === "csv" ? given.flatMap((text) => text.split(",")) : given;
  }
}

/** Reads a command line. Throws UsageError. */
export function readFlags(known: FlagSet, args: readonly string[]): Flags {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { kind, short, bare }]) => [
      name,
      { type: kind === "switch" || bare !== undefined ? "boolean" : "string", ...(short && { short }) } as const,
    ]),
  );
  const { tokens } = parseArgs({ args: separated([...args], known), options, strict: false, tokens: true });
  const given = new Map<string, string[]>();
  const words: string[] = [];
  let dash: number | undefined;
  for (const token of tokens) {
    if (token.kind === "option-terminator") dash = words.length;
    else if (token.kind === "positional") words.push(token.value);
    else given.set(token.name, [...(given.get(token.name) ?? []), givenValue(token, known, args)]);
  }
  return new Flags(known, given, words, dash);
}

/** `-n=x` is `-n x` to pflag, and `-l=a=b` is `-l a=b`. */
function separated(args: readonly string[], known: FlagSet): string[] {
  const out: string[] = [];
  for (const [i, arg] of args.entries()) {
    if (arg === "--") return [...out, ...args.slice(i)];
    const [, letter, value] = /^-([A-Za-z])=(.*)$/s.exec(arg) ?? [];
    const flag = letter && Object.entries(known).find(([, { short }]) => short === letter);
    if (flag) out.push(`--${flag[0]}=${value}`);
    else out.push(arg);
  }
  return out;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function givenValue({ name, rawName, value }: OptionToken, known: FlagSet, args: readonly string[]): string {
  const flag = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!flag) {
    const whole = args.find((arg) => /^-[^-]/.test(arg) && arg.includes(name)) ?? rawName;
    if (rawName.startsWith("--")) throw new UsageError(`unknown flag: ${rawName}`);
    throw new UsageError(`unknown shorthand flag: '${name}' in ${whole}`);
  }
  const text = value ?? (flag.kind === "switch" ? "true" : flag.bare);
  const shown = flag.short ? `-${flag.short}, --${name}` : `--${name}`;
  if (text === undefined) {
    if (rawName.startsWith("--")) throw new UsageError(`flag needs an argument: --${name}`);
    throw new UsageError(`flag needs an argument: '${flag.short}' in ${rawName}`);
  }
  const fault = faultOf(flag, text);
  if (fault) throw new UsageError(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${fault}`);
  return text;
}

function faultOf({ kind }: Flag, text: string): string | undefined {
  const quoted = JSON.stringify(text);
  if (kind === "number" && !/^[+-]?\d+$/.test(text)) return `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
  if (kind === "switch" && !/^(true|false|1|0|t|f|T|F|TRUE|FALSE|True|False)$/.test(text))
    return `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
  if (kind === "duration" && durationMs(text) === undefined) return `time: invalid duration ${quoted}`;
  return undefined;
}
