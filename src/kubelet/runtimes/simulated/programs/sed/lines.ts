/** Runs scripts of sed over lines. */
import type { Address, SedCommand } from "./parser.ts";

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
export class Sed {
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
      const jumps = command.name === "b" || (command.name === "t" && replaced) || (command.name === "T" && !replaced);
      if (jumps) {
        const label = this.#commands.findIndex((each) => each.name === ":" && each.text === command.text);
        i = command.text === "" ? this.#commands.length : label;
      }
      if (command.name === "t" || command.name === "T") replaced = false;
      replaced = this.#edit(command) || replaced;
      this.#say(command);
      const flow = this.#flow(command);
      if (flow === "again") i = -1;
      else if (flow) return flow === "next";
    }
    this.#print();
    return true;
  }

  /** What changes the line at hand. True: `s` has found something. */
  #edit(command: SedCommand): boolean {
    switch (command.name) {
      case "s": {
        const made = substituted(this.#space, command);
        if (made === undefined) return false;
        this.#space = made;
        if (command.flags?.includes("p")) this.#made.push(made);
        return true;
      }
      case "y":
        this.#space = [...this.#space].map((char) => command.flags?.[command.text.indexOf(char)] ?? char).join("");
        return false;
      case "h":
        this.#hold = this.#space;
        return false;
      case "H":
        this.#hold += `\n${this.#space}`;
        return false;
      case "g":
        this.#space = this.#hold;
        return false;
      case "G":
        this.#space += `\n${this.#hold}`;
        return false;
      case "x":
        [this.#space, this.#hold] = [this.#hold, this.#space];
        return false;
      default:
        return false;
    }
  }

  #say({ name, text, until, negated }: SedCommand): void {
    if (name === "p") this.#made.push(this.#space);
    if (name === "P") this.#made.push(this.#space.split("\n")[0] as string);
    if (name === "=") this.#made.push(String(this.#number));
    if (name === "i" || (name === "c" && (until === undefined || negated))) this.#made.push(text);
    if (name === "a") this.#after.push(text);
  }

  /** What reads on, or ends: `next` line, `again` with what is left of this one, or nothing more. */
  #flow({ name, text }: SedCommand): "next" | "again" | "end" | undefined {
    if (name === "d" || name === "c") return "next";
    if (name === "D") {
      const end = this.#space.indexOf("\n");
      this.#space = this.#space.slice(end + 1);
      return end < 0 ? "next" : "again";
    }
    if (name === "q" || name === "Q") {
      this.code = Number(text || 0);
      if (name === "q") this.#print();
      return "end";
    }
    if (name !== "n" && name !== "N") return undefined;
    const isLast = this.#number >= this.#lines.length;
    if (name === "n" || isLast) this.#print();
    if (isLast) return "end";
    const line = this.#lines[this.#number++] as string;
    this.#space = name === "n" ? line : `${this.#space}\n${line}`;
    return undefined;
  }

  #print(): void {
    if (!this.#quiet) this.#made.push(this.#space);
  }
}
