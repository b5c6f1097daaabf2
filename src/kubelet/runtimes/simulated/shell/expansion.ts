/** Turns the words of a script into text: variables, commands, arithmetic, blanks, patterns. */
import type { FileSpace } from "../files/file-space.ts";
import { arithmetic, type Variables } from "./arithmetic.ts";
import { glob, hasPattern, literal, replaced, trimmed, unmarked } from "./patterns.ts";
import type { Command, Part, Word } from "./syntax.ts";

/** What the expansion of words asks the shell for. */
export interface ExpansionContext {
  readonly files: FileSpace;
  readonly cwd: string;
  readonly variables: Variables;
  /** Of `$1` on. */
  readonly parameters: readonly string[];
  /** `$?`, `$$`, `$0` and the like. */
  special(name: string): string | undefined;
  /** What a command writes. */
  output(command: Command): Promise<string>;
  /** `set -u`, `set -f`. */
  readonly refusesUnset: boolean;
  readonly keepsPatterns: boolean;
}

/** Ends the shell: `${x:?…}`, or a variable that must be set. */
export class ExpansionError extends Error {
  override readonly name = "ExpansionError";
}

/** A run of characters that patterns and blanks may act on or not; `null` parts one field from the next. */
type Piece = { readonly text: string; readonly quoted: boolean; readonly splits: boolean } | null;

export async function expandAll(words: readonly Word[], context: ExpansionContext): Promise<string[]> {
  const made: string[] = [];
  for (const word of words) made.push(...(await expand(word, context)));
  return made;
}

/** The fields of a word. */
export async function expand(word: Word, context: ExpansionContext): Promise<string[]> {
  const fields = split(await pieces(tilde(word, context), context), context.variables.get("IFS") ?? " \t\n");
  return fields.flatMap((field) => {
    if (context.keepsPatterns || !hasPattern(field)) return [unmarked(field)];
    const found = glob(context.files, field, context.cwd);
    return found.length ? found : [unmarked(field)];
  });
}

/** A word as one text: of an assignment, a redirection, a `case`. */
export async function expandText(word: Word, context: ExpansionContext): Promise<string> {
  const all = await pieces(tilde(word, context), context);
  return all.map((piece) => (piece ? piece.text : " ")).join("");
}

/** A word as a pattern: what is quoted in it means itself. */
export async function expandPattern(word: Word, context: ExpansionContext): Promise<string> {
  const all = await pieces(word, context);
  return all.map((piece) => (!piece ? " " : piece.quoted ? literal(piece.text) : piece.text)).join("");
}

function tilde(word: Word, { variables }: ExpansionContext): Word {
  const [first, ...rest] = word;
  if (first?.is !== "text" || first.quoted || !/^~(\/|$)/.test(first.text)) return word;
  const home: Part = { is: "text", text: variables.get("HOME") ?? "/root", quoted: true };
  return [home, { ...first, text: first.text.slice(1) }, ...rest];
}

async function pieces(word: Word, context: ExpansionContext): Promise<Piece[]> {
  const made: Piece[] = [];
  for (const part of word) {
    if (part.is === "text") made.push({ text: part.text, quoted: part.quoted, splits: false });
    else if (part.is === "command") made.push(result(await context.output(part.command), part.quoted));
    else if (part.is === "arithmetic") {
      const text = await expandText(part.expression, context);
      made.push(result(arithmetic(text, context.variables), part.quoted));
    } else made.push(...(await parameter(part, context)));
  }
  return made;
}

const result = (text: string, quoted: boolean): Piece => ({ text, quoted, splits: !quoted });

async function parameter(part: Extract<Part, { is: "parameter" }>, context: ExpansionContext): Promise<Piece[]> {
  const { name, operator, word = [], quoted } = part;
  if ((name === "@" || (name === "*" && !quoted)) && !operator)
    return context.parameters.flatMap((text, i) => [...(i ? [null] : []), result(text, quoted)]);
  const value = valueNamed(name, context);
  if (operator === "length") {
    if (name === "@" || name === "*") return [result(String(context.parameters.length), quoted)];
    return [result(String([...(value ?? "")].length), quoted)];
  }
  if (value === undefined && context.refusesUnset && !/^:?[-=+?]$/.test(operator ?? "") && !"@*".includes(name))
    throw new ExpansionError(`${name}: parameter not set`);
  if (!operator) return [result(value ?? "", quoted)];
  const isSet = value !== undefined && (value !== "" || !operator.startsWith(":"));
  switch (operator.replace(":", "") || operator) {
    case "-":
      return isSet ? [result(value, quoted)] : pieces(word, context);
    case "+":
      return isSet ? pieces(word, context) : [result("", quoted)];
    case "=": {
      if (isSet) return [result(value, quoted)];
      const text = await expandText(word, context);
      context.variables.set(name, text);
      return [result(text, quoted)];
    }
    case "?":
      if (isSet) return [result(value, quoted)];
      throw new ExpansionError(`${name}: ${(await expandText(word, context)) || "parameter not set"}`);
    case ":":
      return [result(slice(value ?? "", await expandText(word, context), context), quoted)];
    case "/":
    case "//": {
      const [pattern, by] = halves(await expandPattern(word, context));
      return [result(replaced(value ?? "", pattern, unmarked(by), operator === "//"), quoted)];
    }
    default:
      return [result(trimmed(value ?? "", operator, await expandPattern(word, context)), quoted)];
  }
}

function halves(text: string): [string, string] {
  const at = text.search(/(?<!\\)\//);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** `${x:from:length}`. */
function slice(value: string, range: string, { variables }: ExpansionContext): string {
  const [from = "0", length] = range.split(":");
  const start = Number(arithmetic(from, variables));
  const rest = value.slice(start);
  if (length === undefined) return rest;
  const count = Number(arithmetic(length, variables));
  return count < 0 ? rest.slice(0, count) : rest.slice(0, count);
}

function valueNamed(name: string, context: ExpansionContext): string | undefined {
  if (/^[1-9]\d*$/.test(name)) return context.parameters[Number(name) - 1];
  if (name === "@" || name === "*") return context.parameters.join(" ");
  return context.special(name) ?? context.variables.get(name);
}

/** Fields as patterns: what is quoted is marked. */
function split(all: readonly Piece[], separators: string): string[] {
  const fields: string[] = [];
  let current: string | undefined;
  const end = (): void => {
    if (current !== undefined) fields.push(current);
    current = undefined;
  };
  const escaped = separators.replace(/[\]\\^-]/g, "\\$&");
  const form = separators ? new RegExp(`[${escaped}]`) : /(?!)/;
  for (const piece of all) {
    if (!piece) end();
    else if (piece.quoted) current = (current ?? "") + literal(piece.text);
    else if (!piece.splits) current = (current ?? "") + piece.text;
    else {
      const parts = piece.text.replace(/\\/g, "\\\\").split(form);
      for (const [i, part] of parts.entries()) {
        // blanks part fields, and many part as one does; what else is in IFS leaves empty fields between
        if (i > 0) {
          if (current === undefined && separators.trim() && i < parts.length - 1) current = "";
          end();
        }
        if (part) current = (current ?? "") + part;
      }
    }
  }
  end();
  return fields;
}
