/** `sed`: addresses, `s`, `y`, `p`, `d`, `q`, `a`, `i`, `c`, `n`, `=`, labels, the hold space. */
import { absolute, type Program, ProgramError } from "../process.ts";
import { linesOf, sourcesOf, textIn } from "./inputs.ts";
import { readOptions } from "./options.ts";
import { basicExpression, extendedExpression } from "./regular-expression.ts";

type Address =
  | { readonly is: "line"; readonly number: number }
  | { readonly is: "last" }
  | { readonly is: "form"; readonly form: RegExp }
  | { readonly is: "step"; readonly from: number; readonly by: number }
  | { readonly is: "more"; readonly count: number };

interface SedCommand {
  readonly addresses: readonly Address[];
  readonly negated: boolean;
  readonly name: string;
  readonly text: string;
  readonly form?: RegExp;
  readonly flags?: string;
  /** Where the group ends, or the label is. */
  end?: number;
  /** For a range: from which line on it is in it; it ends at `until`. */
  until?: number | "searching";
}

class SedParser {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  #last: RegExp | undefined;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  all(): SedCommand[] {
    const made: SedCommand[] = [];
    const groups: SedCommand[] = [];
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      if (this.#text[this.#at] === "#") {
        this.#skip(/[^\n]*/y);
        continue;
      }
      const command = this.#command();
      if (command.name === "}") (groups.pop() as SedCommand).end = made.length;
      if (command.name === "{") groups.push(command);
      made.push(command);
    }
    if (groups.length) throw new ProgramError("unmatched '{'");
    return made;
  }

  #skip(form: RegExp): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #command(): SedCommand {
    const addresses: Address[] = [];
    const first = this.#address();
    if (first) addresses.push(first);
    if (first && this.#skip(/\s*,\s*/y)) {
      const second = this.#address();
      if (!second) throw new ProgramError("unexpected ','");
      addresses.push(second);
    }
    this.#skip(/\s*/y);
    const negated = this.#skip(/!\s*/y) !== "";
    const name = this.#text[this.#at++] ?? "";
    const base = { addresses, negated, name, text: "" };
    if (name === "s") return this.#substitution(base);
    if (name === "y") return { ...base, text: this.#delimited(), flags: this.#delimited(this.#text[this.#at - 1]) };
    if ("aic".includes(name))
      return {
        ...base,
        text:
          this.#skip(/\s*\\?\n?/y) &&
          this.#skip(/(?:\\\n|[^\n])*/y)
            .replace(/\\\n/g, "\n")
            .replace(/\\(.)/g, "$1"),
      };
    if (":btTrw".includes(name)) return { ...base, text: this.#skip(/[^\n;}]*/y).trim() };
    if ("{}pdqQnNDPhHgGxl=".includes(name) && name) return { ...base, text: this.#skip(/ *\d*/y).trim() };
    throw new ProgramError(name ? `unknown command: ${name}` : "missing command");
  }

  #form(source: string, ignoresCase: boolean): RegExp {
    if (source === "" && this.#last) return this.#last;
    const body = this.#extended ? extendedExpression(source) : basicExpression(source);
    this.#last = new RegExp(body, ignoresCase ? "gi" : "g");
    return this.#last;
  }

  #address(): Address | undefined {
    const number = this.#skip(/\d+/y);
    if (number && this.#skip(/~/y)) return { is: "step", from: Number(number), by: Number(this.#skip(/\d+/y)) };
    if (number) return { is: "line", number: Number(number) };
    if (this.#skip(/\$/y)) return { is: "last" };
    if (this.#skip(/\+/y)) return { is: "more", count: Number(this.#skip(/\d+/y)) };
    if (this.#skip(/\\/y) || this.#text[this.#at] === "/") {
      const source = this.#delimited();
      return { is: "form", form: this.#form(source, this.#skip(/I/y) !== "") };
    }
    return undefined;
  }

  /** Up to the next of the character that stands here, or that stood before. */
  #delimited(before?: string): string {
    const mark = before ?? (this.#text[this.#at++] as string);
    let made = "";
    let inBrackets = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] as string;
      if (char === "\\") {
        const next = this.#text[++this.#at] ?? "";
        made += next === mark ? next : `\\${next}`;
        continue;
      }
      if (char === "[" && !before) inBrackets = true;
      if (char === "]") inBrackets = false;
      if (char === mark && !inBrackets) {
        this.#at++;
        return made;
      }
      made += char;
    }
    throw new ProgramError(`unmatched '${mark}'`);
  }

  #substitution(base: Omit<SedCommand, "form">): SedCommand {
    const mark = this.#text[this.#at];
    const source = this.#delimited();
    const text = this.#delimited(mark);
    const flags = this.#skip(/[gpIi0-9]*/y);
    return { ...base, text, flags, form: this.#form(source, /[iI]/.test(flags)) };
  }
}

/** What a match is replaced by: `&`, `\1`, `\n`. */
const replacement = (text: string, groups: readonly (string | undefined)[]): string =>
  text.replace(/\\([\s\S])|&/g, (whole, escaped: string | undefined) => {
    if (whole === "&") return groups[0] ?? "";
    if (/\d/.test(escaped ?? "")) return groups[Number(escaped)] ?? "";
    return { n: "\n", t: "\t" }[escaped ?? ""] ?? escaped ?? "";
  });

function substituted(space: string, { form, text, flags = "" }: SedCommand): string | undefined {
  if (!form) return undefined;
  const nth = Number(/\d+/.exec(flags)?.[0] ?? 1);
  let count = 0;
  let changed = false;
  form.lastIndex = 0;
  const made = space.replace(form, (...parts: unknown[]) => {
    count++;
    if (count < nth || (count > nth && !flags.includes("g"))) return parts[0] as string;
    changed = true;
    const end = parts.findIndex((part) => typeof part === "number");
    return replacement(text, parts.slice(0, end) as (string | undefined)[]);
  });
  return changed ? made : undefined;
}

/** Runs a script over lines. */
class Sed {
  readonly #commands: readonly SedCommand[];
  readonly #lines: readonly string[];
  readonly #quiet: boolean;
  readonly #made: string[] = [];
  #number = 0;
  #space = "";
  #hold = "";
  #after: string[] = [];
  code = 0;

  constructor(commands: readonly SedCommand[], lines: readonly string[], quiet: boolean) {
    this.#commands = commands;
    this.#lines = lines;
    this.#quiet = quiet;
  }

  run(): string[] {
    while (this.#number < this.#lines.length) {
      this.#space = this.#lines[this.#number++] as string;
      const goesOn = this.#cycle();
      this.#made.push(...this.#after.splice(0));
      if (!goesOn) break;
    }
    return this.#made;
  }

  #is(address: Address, number: number): boolean {
    if (address.is === "line") return address.number === number;
    if (address.is === "last") return number === this.#lines.length;
    if (address.is === "step") return number >= address.from && (number - address.from) % (address.by || 1) === 0;
    if (address.is === "more") return false;
    address.form.lastIndex = 0;
    return address.form.test(this.#space);
  }

  #isMeant(command: SedCommand): boolean {
    const [from, to] = command.addresses;
    const number = this.#number;
    if (!from) return true;
    if (!to) return this.#is(from, number);
    if (command.until !== undefined) {
      const ended = command.until === "searching" ? this.#is(to, number) : number >= command.until;
      if (command.until !== "searching" && number > command.until) {
        delete command.until;
        return false;
      }
      if (ended) delete command.until;
      return true;
    }
    if (!this.#is(from, number)) return false;
    if (to.is === "line" && to.number <= number) return true;
    if (to.is !== "more" || to.count > 0)
      command.until = to.is === "line" ? to.number : to.is === "more" ? number + to.count : "searching";
    return true;
  }

  /** False: nothing more is read. */
  #cycle(): boolean {
    let replaced = false;
    for (let i = 0; i < this.#commands.length; i++) {
      const command = this.#commands[i] as SedCommand;
      if (this.#isMeant(command) === command.negated) {
        if (command.name === "{") i = command.end ?? i;
        continue;
      }
      switch (command.name) {
        case "s": {
          const made = substituted(this.#space, command);
          if (made === undefined) break;
          this.#space = made;
          replaced = true;
          if (command.flags?.includes("p")) this.#made.push(made);
          break;
        }
        case "y":
          this.#space = [...this.#space].map((char) => command.flags?.[command.text.indexOf(char)] ?? char).join("");
          break;
        case "p":
          this.#made.push(this.#space);
          break;
        case "P":
          this.#made.push(this.#space.split("\n")[0] as string);
          break;
        case "d":
          return true;
        case "D":
          if (!this.#space.includes("\n")) return true;
          this.#space = this.#space.slice(this.#space.indexOf("\n") + 1);
          i = -1;
          break;
        case "q":
        case "Q":
          this.code = Number(command.text || 0);
          if (command.name === "q") this.#print();
          return false;
        case "n":
          this.#print();
          if (this.#number >= this.#lines.length) return false;
          this.#space = this.#lines[this.#number++] as string;
          break;
        case "N":
          if (this.#number >= this.#lines.length) {
            this.#print();
            return false;
          }
          this.#space += `\n${this.#lines[this.#number++]}`;
          break;
        case "a":
          this.#after.push(command.text);
          break;
        case "i":
          this.#made.push(command.text);
          break;
        case "c":
          if (command.until === undefined || command.negated) this.#made.push(command.text);
          return true;
        case "=":
          this.#made.push(String(this.#number));
          break;
        case "h":
          this.#hold = this.#space;
          break;
        case "H":
          this.#hold += `\n${this.#space}`;
          break;
        case "g":
          this.#space = this.#hold;
          break;
        case "G":
          this.#space += `\n${this.#hold}`;
          break;
        case "x":
          [this.#space, this.#hold] = [this.#hold, this.#space];
          break;
        case "b":
        case "t":
        case "T": {
          if ((command.name === "t" && !replaced) || (command.name === "T" && replaced)) break;
          replaced = false;
          const label = this.#commands.findIndex((each) => each.name === ":" && each.text === command.text);
          i = command.text === "" ? this.#commands.length : label;
          break;
        }
      }
    }
    this.#print();
    return true;
  }

  #print(): void {
    if (!this.#quiet) this.#made.push(this.#space);
  }
}

export const sed: Program = async (world, io) => {
  // -i may have a suffix joined to it
  const inPlace = io.args.some((arg) => /^-[nEr]*i/.test(arg));
  const args = io.args.flatMap((arg) =>
    /^-[nEr]*i/.test(arg) ? (/^-[nEr]+i/.test(arg) ? [arg.replace(/i.*/, "")] : []) : [arg],
  );
  const { words, values, has } = readOptions(args, "ne:f:Ersuz", {
    expression: "e",
    quiet: "n",
    "regexp-extended": "E",
  });
  const scripts = [...values("e"), ...values("f").map((path) => world.files.text(absolute(path, io.cwd)))];
  const paths = [...words];
  if (!scripts.length) scripts.push(paths.shift() ?? "");
  const parse = (): SedCommand[] => new SedParser(scripts.join("\n"), has("E") || has("r")).all();
  const { all, failed } = sourcesOf(world, io, paths);
  if (inPlace) {
    for (const source of all) {
      const path = absolute(source.name ?? "", io.cwd);
      const made = new Sed(parse(), linesOf(await textIn(world, io, source)), has("n")).run();
      world.files.write(path, new TextEncoder().encode(made.map((line) => `${line}\n`).join("")));
    }
    return failed ? 1 : 0;
  }
  const texts: string[] = [];
  for (const source of all) texts.push(await textIn(world, io, source));
  const text = texts.join("");
  const run = new Sed(parse(), texts.flatMap(linesOf), has("n"));
  const made = run
    .run()
    .map((line) => `${line}\n`)
    .join("");
  // a last line without an end stays so
  await io.stdout(text.endsWith("\n") || text === "" ? made : made.replace(/\n$/, ""));
  return run.code || (failed ? 1 : 0);
};
