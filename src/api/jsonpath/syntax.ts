/** JSONPath templates as kubectl reads them (https://kubernetes.io/docs/reference/kubectl/jsonpath/), as a tree. */

export type Step =
  | { readonly step: "text"; readonly text: string }
  | { readonly step: "value"; readonly value: number | boolean }
  | { readonly step: "field"; readonly name: string }
  | { readonly step: "wildcard" }
  | { readonly step: "recursive" }
  | {
      readonly step: "slice";
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly by: number | undefined;
      readonly single: boolean;
    }
  | { readonly step: "union"; readonly of: readonly (readonly Step[])[] }
  | {
      readonly step: "filter";
      readonly left: readonly Step[];
      readonly operator: string;
      readonly right: readonly Step[];
    };

export type Part =
  | { readonly part: "path"; readonly steps: readonly Step[] }
  | { readonly part: "range"; readonly over: readonly Step[]; readonly body: readonly Part[] };

/** The template is no JSONPath; the text says why. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

const fail = (why: string): never => {
  throw new JsonPathError(why);
};

/** What stands between braces, and the text around it. */
type Token = readonly Step[] | { readonly word: string; readonly steps: readonly Step[] };

export function parseTemplate(template: string): readonly Part[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    const end = open < 0 ? template.length : open;
    if (end > at) tokens.push([{ step: "text", text: template.slice(at, end) }]);
    if (open < 0) break;
    const action = new Action(template, open + 1);
    tokens.push(action.parse());
    at = action.at;
  }
  const { parts, next } = nest(tokens, 0, false);
  if (next < tokens.length) fail("not in range, nothing to end");
  return parts;
}

/** A path alone, as in `--sort-by` and `custom-columns`, with or without braces and leading dot. */
export function relaxed(expression: string): string {
  if (!expression) return expression;
  const [, inner] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression) ?? [];
  const path = inner ?? /^\.?([^{}]+)$/.exec(expression)?.[1];
  if (path === undefined)
    return fail(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  return `{.${path}}`;
}

function nest(tokens: readonly Token[], from: number, inRange: boolean): { parts: Part[]; next: number } {
  const parts: Part[] = [];
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (!("word" in token)) parts.push({ part: "path", steps: token });
    else if (token.word === "range") {
      const { parts: body, next } = nest(tokens, i + 1, true);
      parts.push({ part: "range", over: token.steps, body });
      i = next;
    } else if (token.word === "end") return inRange ? { parts, next: i } : fail("not in range, nothing to end");
    else fail(`unrecognized identifier ${token.word}`);
  }
  return { parts, next: tokens.length };
}

const isEnd = (letter: string | undefined): boolean => letter === undefined || /[\s.,[\]$@{}]/.test(letter);

/** Reads one action, `{…}`, from behind its brace. */
class Action {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  parse(): Token {
    const steps: Step[] = [];
    let word: string | undefined;
    for (;;) {
      const letter = this.#text[this.at];
      if (letter === undefined || letter === "\n" || letter === "\r") return fail("unclosed action");
      if (letter === "}") {
        this.at++;
        return word === undefined ? steps : { word, steps };
      }
      if (this.#text.startsWith("[?(", this.at)) steps.push(this.#filter());
      else if (this.#text.startsWith("..", this.at)) this.#recursive(steps);
      else if (letter === " " || letter === "@" || letter === "$") this.at++;
      else if (letter === "[") steps.push(...this.#bracket());
      else if (letter === '"' || letter === "'") steps.push(this.#quoted(letter));
      else if (letter === ".") {
        this.at++;
        steps.push(this.#field());
      } else if (/[-+\d]/.test(letter)) steps.push(this.#number());
      else if (/[\p{L}_]/u.test(letter)) {
        const name = this.#until();
        if (name === "true" || name === "false") steps.push({ step: "value", value: name === "true" });
        else word = name;
      } else fail(`unrecognized character in action: ${codePoint(letter)}`);
    }
  }

  #until(): string {
    const start = this.at;
    while (!isEnd(this.#text[this.at])) this.at += this.#text[this.at] === "\\" ? 2 : 1;
    return this.#text.slice(start, this.at);
  }

  #field(): Step {
    const name = this.#until();
    return name === "*" ? { step: "wildcard" } : { step: "field", name: name.replaceAll("\\", "") };
  }

  #recursive(steps: Step[]): void {
    if (steps.at(-1)?.step === "recursive") fail("invalid multiple recursive descent");
    this.at += 2;
    steps.push({ step: "recursive" });
    if (/[\p{L}\d_]/u.test(this.#text[this.at] ?? "")) steps.push(this.#field());
  }

  #number(): Step {
    const [text = ""] = /^[-+]?[\d.]*/.exec(this.#text.slice(this.at)) ?? [];
    this.at += text.length;
    const value = Number(text);
    return Number.isNaN(value) || !/\d/.test(text) ? fail(`cannot parse number ${text}`) : { step: "value", value };
  }

  #quoted(quote: string): Step {
    const start = ++this.at;
    while (this.#text[this.at] !== quote) {
      if (this.at >= this.#text.length || this.#text[this.at] === "\n") return fail("unterminated quoted string");
      this.at += this.#text[this.at] === "\\" ? 2 : 1;
    }
    return { step: "text", text: unescaped(this.#text.slice(start, this.at++)) };
  }

  #bracket(): readonly Step[] {
    const end = this.#text.indexOf("]", this.at);
    if (end < 0) return fail("unterminated array");
    const text = this.#text.slice(this.at + 1, end);
    this.at = end + 1;
    const choices = text.split(",");
    if (choices.length > 1) return [{ step: "union", of: choices.map((choice) => steps(`[${choice.trim()}]`)) }];
    const [, key] = /^'([^']*)'$/.exec(text) ?? [];
    if (key !== undefined) return steps(`.${key}`);
    return [slice(text === "*" ? ":" : text)];
  }

  #filter(): Step {
    const start = this.at + 3;
    let quote: string | undefined;
    for (this.at = start; ; this.at++) {
      const letter = this.#text[this.at];
      if (letter === undefined || letter === "\n") return fail("unterminated filter");
      if (quote === undefined && letter === ")") break;
      if (letter === quote && this.#text[this.at - 1] !== "\\") quote = undefined;
      else if (quote === undefined && (letter === '"' || letter === "'")) quote = letter;
    }
    const text = this.#text.slice(start, this.at);
    if (this.#text[this.at + 1] !== "]") return fail("unclosed array expect ]");
    this.at += 2;
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text) ?? [];
    if (left === undefined) return { step: "filter", left: steps(text), operator: "exists", right: [] };
    return { step: "filter", left: steps(left), operator: operator as string, right: steps(right as string) };
  }
}

/** The steps of what would stand between braces. */
function steps(text: string): readonly Step[] {
  const token = new Action(`${text}}`, 0).parse();
  return "word" in token ? fail(`unrecognized identifier ${token.word}`) : token;
}

function slice(text: string): Step {
  const [whole, from, to, by] = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text) ?? [];
  if (whole === undefined) return fail(`invalid array index ${text}`);
  const number = (part: string | undefined): number | undefined => (part ? Number(part) : undefined);
  if (to === undefined)
    return { step: "slice", from: number(from), to: (number(from) ?? 0) + 1, by: undefined, single: true };
  return { step: "slice", from: number(from), to: number(to.slice(1)), by: number(by?.slice(1)), single: false };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
const unescaped = (text: string): string =>
  text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|[^xu])/g, (_whole, letter: string) =>
    letter.length > 1 ? String.fromCodePoint(Number.parseInt(letter.slice(1), 16)) : (escapes[letter] ?? letter),
  );

const codePoint = (letter: string): string =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} '${letter}'`;
