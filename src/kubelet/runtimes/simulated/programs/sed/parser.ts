/** Reads scripts of sed (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/sed.html). */
import { ProgramError } from "../../process.ts";
import { basicExpression, extendedExpression } from "../regular-expression.ts";

export type Address =
  | { readonly is: "line"; readonly number: number }
  | { readonly is: "last" }
  | { readonly is: "form"; readonly form: RegExp }
  | { readonly is: "step"; readonly from: number; readonly by: number }
  | { readonly is: "more"; readonly count: number };

export interface SedCommand {
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

export class SedParser {
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
