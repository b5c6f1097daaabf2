/** The syntax of the small shell of simulated containers: the part of POSIX sh that people type. */

export type Word = string;
export type Command =
  | {
      readonly is: "simple";
      readonly words: readonly Word[];
      readonly assigns: readonly [string, Word][];
      readonly redirects: readonly Redirect[];
    }
  | { readonly is: "pipe"; readonly parts: readonly Command[] }
  | { readonly is: "and" | "or"; readonly left: Command; readonly right: Command }
  | { readonly is: "not"; readonly command: Command }
  | { readonly is: "list"; readonly commands: readonly Command[] }
  | { readonly is: "background"; readonly command: Command }
  | {
      readonly is: "if";
      readonly branches: readonly { readonly test: Command; readonly body: Command }[];
      readonly otherwise?: Command;
    }
  | { readonly is: "while"; readonly test: Command; readonly body: Command; readonly until: boolean }
  | { readonly is: "for"; readonly name: string; readonly words: readonly Word[]; readonly body: Command };

export interface Redirect {
  readonly from: 0 | 1 | 2;
  readonly kind: "<" | ">" | ">>" | ">&";
  readonly target: Word;
}

export class ShellSyntaxError extends Error {
  override readonly name = "ShellSyntaxError";
}

const operators = ["&&", "||", ";;", ">>", ">&", ";", "&", "|", "<", ">", "(", ")", "\n"];

/** Words keep their quotes and dollars; operators stand alone, marked by a leading NUL. */
function tokens(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    if (/^[ \t]/.test(rest)) at++;
    else if (rest.startsWith("\\\n")) at += 2;
    else if (rest.startsWith("#")) at += rest.indexOf("\n") < 0 ? rest.length : rest.indexOf("\n");
    else {
      const numbered = /^([012])(>>|>&|>|<)/.exec(rest);
      const operator = numbered?.[0] ?? operators.find((o) => rest.startsWith(o));
      if (operator) {
        found.push(`\0${operator}`);
        at += operator.length;
      } else {
        const end = wordEnd(text, at);
        found.push(text.slice(at, end));
        at = end;
      }
    }
  }
  return found;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\s;&|<>()]/.test(text[at] as string)) {
    if (text[at] === "\\") at += 2;
    else if (text[at] === "'") at = closing(text, at, "'");
    else if (text[at] === '"') at = doubleEnd(text, at);
    else if (text[at] === "`") at = closing(text, at, "`");
    else if (text.startsWith("$(", at)) at = parenthesisEnd(text, at + 1);
    else if (text.startsWith("${", at)) at = closing(text, at + 1, "}");
    else at++;
  }
  return at;
}

function closing(text: string, at: number, quote: string): number {
  const end = text.indexOf(quote, at + 1);
  if (end < 0) throw new ShellSyntaxError("syntax error: unterminated quoted string");
  return end + 1;
}

export function doubleEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith("$(", at)) at = parenthesisEnd(text, at + 1) - 1;
    else if (text[at] === '"') return at + 1;
  }
  throw new ShellSyntaxError("syntax error: unterminated quoted string");
}

export function parenthesisEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "'") at = closing(text, at, "'") - 1;
    else if (text[at] === '"') at = doubleEnd(text, at) - 1;
    else if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at + 1;
  }
  throw new ShellSyntaxError("syntax error: unexpected end of file");
}

export function parse(text: string): Command {
  const parser = new Parser(tokens(text));
  const command = parser.list([]);
  if (!parser.isDone) throw new ShellSyntaxError(`syntax error: unexpected "${parser.next.replace(/^\0/, "")}"`);
  return command;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(all: readonly string[]) {
    this.#tokens = all;
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }
  get next(): string {
    return this.#tokens[this.#at] ?? "";
  }

  list(ends: readonly string[]): Command {
    const commands: Command[] = [];
    for (;;) {
      while (this.next === "\0;" || this.next === "\0\n") this.#at++;
      if (this.isDone || ends.includes(this.next) || this.next === "\0)") break;
      const command = this.#andOr();
      if (this.next === "\0&") {
        this.#at++;
        commands.push({ is: "background", command });
      } else commands.push(command);
    }
    return commands.length === 1 ? (commands[0] as Command) : { is: "list", commands };
  }

  #andOr(): Command {
    let left = this.#pipe();
    while (this.next === "\0&&" || this.next === "\0||") {
      const is = this.next === "\0&&" ? "and" : "or";
      this.#at++;
      this.#skipLines();
      left = { is, left, right: this.#pipe() };
    }
    return left;
  }

  #skipLines(): void {
    while (this.next === "\0\n") this.#at++;
  }

  #pipe(): Command {
    if (this.next === "!") {
      this.#at++;
      return { is: "not", command: this.#pipe() };
    }
    const parts = [this.#command()];
    while (this.next === "\0|") {
      this.#at++;
      parts.push(this.#command());
    }
    return parts.length === 1 ? (parts[0] as Command) : { is: "pipe", parts };
  }

  #command(): Command {
    switch (this.next) {
      case "if":
        return this.#if();
      case "while":
      case "until":
        return this.#loop();
      case "for":
        return this.#for();
      case "{":
        return this.#group("}");
      case "\0(":
        return this.#group("\0)");
      default:
        return this.#simple();
    }
  }

  #expect(token: string): void {
    if (this.next !== token)
      throw new ShellSyntaxError(
        `syntax error: unexpected ${this.isDone ? "end of file" : `"${this.next.replace(/^\0/, "")}"`}`,
      );
    this.#at++;
  }

  #group(end: string): Command {
    this.#at++;
    const body = this.list([end]);
    this.#expect(end);
    return body;
  }

  #if(): Command {
    const branches: { test: Command; body: Command }[] = [];
    do {
      this.#at++;
      const test = this.list(["then"]);
      this.#expect("then");
      branches.push({ test, body: this.list(["elif", "else", "fi"]) });
    } while (this.next === "elif");
    const hasElse = this.next === "else";
    if (hasElse) this.#at++;
    const otherwise = hasElse ? this.list(["fi"]) : undefined;
    this.#expect("fi");
    return { is: "if", branches, ...(otherwise && { otherwise }) };
  }

  #loop(): Command {
    const until = this.next === "until";
    this.#at++;
    const test = this.list(["do"]);
    return { is: "while", test, body: this.#body(), until };
  }

  #for(): Command {
    this.#at++;
    const name = this.next;
    this.#at++;
    const words: Word[] = [];
    if (this.next === "in") {
      this.#at++;
      while (!this.isDone && !this.next.startsWith("\0")) words.push(this.#tokens[this.#at++] as string);
    }
    while (this.next === "\0;" || this.next === "\0\n") this.#at++;
    return { is: "for", name, words, body: this.#body() };
  }

  #body(): Command {
    this.#expect("do");
    const body = this.list(["done"]);
    this.#expect("done");
    return body;
  }

  #simple(): Command {
    const words: Word[] = [];
    const assigns: [string, Word][] = [];
    const redirects: Redirect[] = [];
    for (; !this.isDone; this.#at++) {
      const token = this.next;
      const redirect = /^\0([012])?(>>|>&|>|<)$/.exec(token);
      if (redirect) {
        const kind = redirect[2] as Redirect["kind"];
        this.#at++;
        redirects.push({ from: Number(redirect[1] ?? (kind === "<" ? 0 : 1)) as 0 | 1 | 2, kind, target: this.next });
        continue;
      }
      if (token.startsWith("\0")) break;
      const assign = words.length === 0 ? /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(token) : null;
      if (assign) assigns.push([assign[1] as string, assign[2] as string]);
      else words.push(token);
    }
    if (!words.length && !assigns.length && !redirects.length)
      throw new ShellSyntaxError(`syntax error: unexpected "${this.next.replace(/^\0/, "").replace("\n", "newline")}"`);
    return { is: "simple", words, assigns, redirects };
  }
}
