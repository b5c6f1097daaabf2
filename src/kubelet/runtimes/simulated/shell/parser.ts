/** Reads POSIX sh as busybox's ash has it into commands (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html). */
import { type Command, type Redirect, ShellSyntaxError, type Word } from "./syntax.ts";
import { plainText, WordReader } from "./word-reader.ts";

type Token =
  | { readonly is: "word"; readonly word: Word; readonly raw: string }
  | { readonly is: "operator"; readonly text: string; readonly fd?: number }
  | { readonly is: "end" };

const operators = [
  "<<-",
  "&&",
  "||",
  ";;",
  ">>",
  ">&",
  "<&",
  "<<",
  ">|",
  "&>",
  ";",
  "&",
  "|",
  "<",
  ">",
  "(",
  ")",
  "\n",
];
const redirections = new Set(["<", ">", ">>", ">&", "<&", "<<", "<<-", ">|", "&>"]);
/** Words that no command begins with. */
const endings = new Set(["then", "elif", "else", "fi", "do", "done", "esac", "}"]);
const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

export function parse(text: string): Command {
  const parser = new Parser(text);
  const command = parser.list([]);
  parser.expectEnd();
  return command;
}

/** What stands in `$(…)` from `at` on; `end` is behind the parenthesis. */
export function parseInner(text: string, at: number): { command: Command; end: number } {
  const parser = new Parser(text, at);
  const command = parser.list([")"]);
  return { command, end: parser.closeParenthesis() };
}

type Body = { redirect: Redirect; end: string; quoted: boolean; strips: boolean };

class Parser {
  readonly #text: string;
  #at: number;
  #token: Token | undefined;
  /** Here-documents whose text begins on the next line. */
  #bodies: Body[] = [];
  #line = 1;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  expectEnd(): void {
    if (this.#peek().is !== "end") throw this.#unexpected();
  }

  closeParenthesis(): number {
    if (!this.#isNext(")")) throw this.#unexpected(")");
    return this.#at;
  }

  list(ends: readonly string[]): Command {
    const commands: Command[] = [];
    for (;;) {
      while (this.#isNext(";") || this.#isNext("\n")) {
        if (this.#isNext(";") && !commands.length) throw this.#unexpected();
        this.#take();
      }
      if (this.#peek().is === "end" || ends.some((end) => this.#isNext(end) || this.#isReserved(end))) break;
      if (this.#isNext(")") || this.#isNext(";;")) break;
      const command = this.#andOr();
      if (this.#isNext("&")) {
        this.#take();
        commands.push({ is: "background", command });
      } else {
        commands.push(command);
        if (!this.#isNext(";") && !this.#isNext("\n")) break;
      }
    }
    return commands.length === 1 ? (commands[0] as Command) : { is: "list", commands };
  }

  #andOr(): Command {
    let left = this.#pipe();
    while (this.#isNext("&&") || this.#isNext("||")) {
      const is = this.#isNext("&&") ? "and" : "or";
      this.#take();
      this.#skipLines();
      left = { is, left, right: this.#pipe() };
    }
    return left;
  }

  #pipe(): Command {
    if (this.#isReserved("!")) {
      this.#take();
      return { is: "not", command: this.#pipe() };
    }
    const parts = [this.#command()];
    while (this.#isNext("|")) {
      this.#take();
      this.#skipLines();
      parts.push(this.#command());
    }
    return parts.length === 1 ? (parts[0] as Command) : { is: "pipe", parts };
  }

  #command(): Command {
    const compound = this.#compound();
    if (!compound) return this.#simple();
    const redirects: Redirect[] = [];
    while (this.#redirect(redirects));
    return redirects.length ? { is: "redirected", command: compound, redirects } : compound;
  }

  #compound(): Command | undefined {
    const token = this.#peek();
    if (this.#isNext("(")) {
      this.#take();
      const body = this.list([")"]);
      if (!this.#isNext(")")) throw this.#unexpected(")");
      this.#take();
      return { is: "subshell", body };
    }
    const word = token.is === "word" ? plainText(token.word) : undefined;
    switch (word) {
      case "if":
        return this.#if();
      case "while":
      case "until":
        return this.#loop();
      case "for":
        return this.#for();
      case "case":
        return this.#case();
      case "{": {
        this.#take();
        const body = this.list(["}"]);
        this.#reserved("}");
        return body;
      }
      default:
        if (word !== undefined && endings.has(word)) throw this.#unexpected();
        return undefined;
    }
  }

  #if(): Command {
    const branches: { test: Command; body: Command }[] = [];
    do {
      this.#take();
      const test = this.#body(["then"]);
      this.#reserved("then");
      branches.push({ test, body: this.#body(["elif", "else", "fi"]) });
    } while (this.#isReserved("elif"));
    let otherwise: Command | undefined;
    if (this.#isReserved("else")) {
      this.#take();
      otherwise = this.#body(["fi"]);
    }
    this.#reserved("fi");
    return { is: "if", branches, ...(otherwise && { otherwise }) };
  }

  #loop(): Command {
    const until = this.#isReserved("until");
    this.#take();
    const test = this.#body(["do"]);
    return { is: "while", test, body: this.#do(), until };
  }

  #for(): Command {
    this.#take();
    const name = this.#plainWord();
    if (!isName(name)) throw new ShellSyntaxError("syntax error: bad for loop variable");
    this.#skipLines();
    let words: Word[] | undefined;
    if (this.#isReserved("in")) {
      this.#take();
      words = [];
      for (let token = this.#peek(); token.is === "word"; token = this.#peek()) {
        words.push(token.word);
        this.#take();
      }
    }
    if (this.#isNext(";")) this.#take();
    this.#skipLines();
    return { is: "for", name, ...(words && { words }), body: this.#do() };
  }

  #case(): Command {
    this.#take();
    const subject = this.#word();
    this.#skipLines();
    this.#reserved("in");
    this.#skipLines();
    const branches: { patterns: Word[]; body: Command }[] = [];
    while (!this.#isReserved("esac")) {
      if (this.#isNext("(")) this.#take();
      const patterns = [this.#word()];
      while (this.#isNext("|")) {
        this.#take();
        patterns.push(this.#word());
      }
      if (!this.#isNext(")")) throw this.#unexpected(")");
      this.#take();
      branches.push({ patterns, body: this.list(["esac"]) });
      if (this.#isNext(";;")) this.#take();
      this.#skipLines();
    }
    this.#reserved("esac");
    return { is: "case", subject, branches };
  }

  #do(): Command {
    this.#reserved("do");
    const body = this.#body(["done"]);
    this.#reserved("done");
    return body;
  }

  /** A list that must not be empty. */
  #body(ends: readonly string[]): Command {
    const body = this.list(ends);
    if (body.is === "list" && !body.commands.length) throw this.#unexpected();
    return body;
  }

  #simple(): Command {
    const words: Word[] = [];
    const assigns: [string, Word][] = [];
    const redirects: Redirect[] = [];
    const line = this.#line;
    for (;;) {
      if (this.#redirect(redirects)) continue;
      const token = this.#peek();
      if (token.is !== "word") break;
      const assign = words.length ? null : /^([A-Za-z_]\w*)=/.exec(token.raw);
      this.#take();
      if (assign) {
        assigns.push([assign[1] as string, new WordReader(token.raw, assign[0].length).assigned()]);
        continue;
      }
      words.push(token.word);
      if (words.length === 1 && this.#isNext("(") && isName(plainText(token.word) ?? ""))
        return this.#function(token.raw);
    }
    if (!words.length && !assigns.length && !redirects.length) throw this.#unexpected();
    return { is: "simple", words, assigns, redirects, line };
  }

  #function(name: string): Command {
    this.#take();
    if (!this.#isNext(")")) throw this.#unexpected(")");
    this.#take();
    this.#skipLines();
    return { is: "function", name, body: this.#command() };
  }

  #redirect(into: Redirect[]): boolean {
    const token = this.#peek();
    if (token.is !== "operator" || !redirections.has(token.text)) return false;
    this.#take();
    const target = this.#peek();
    if (target.is !== "word") throw this.#unexpected();
    const both = token.text === "&>";
    const kind = token.text === ">|" || both ? ">" : token.text;
    const redirect: Redirect = {
      fd: token.fd ?? (kind.startsWith("<") ? 0 : 1),
      kind: kind as Redirect["kind"],
      target: target.word,
    };
    into.push(redirect);
    if (both) into.push({ fd: 2, kind: ">&", target: [{ is: "text", text: "1", quoted: false }] });
    if (kind.startsWith("<<")) {
      const end = target.word.map((part) => (part.is === "text" ? part.text : "")).join("");
      const quoted = target.word.some((part) => part.is === "text" && part.quoted);
      this.#bodies.push({ redirect, end, quoted, strips: kind === "<<-" });
    }
    this.#take();
    return true;
  }

  #skipLines(): void {
    while (this.#isNext("\n")) this.#take();
  }

  #word(): Word {
    const token = this.#peek();
    if (token.is !== "word") throw this.#unexpected();
    this.#take();
    return token.word;
  }

  #plainWord(): string {
    return plainText(this.#word()) ?? "";
  }

  #isNext(operator: string): boolean {
    const token = this.#peek();
    return token.is === "operator" && token.text === operator;
  }

  #isReserved(word: string): boolean {
    const token = this.#peek();
    return token.is === "word" && plainText(token.word) === word;
  }

  #reserved(word: string): void {
    if (!this.#isReserved(word)) throw this.#unexpected(word);
    this.#take();
  }

  #unexpected(wanted?: string): ShellSyntaxError {
    const token = this.#peek();
    const expecting = wanted ? ` (expecting "${wanted}")` : "";
    if (token.is === "end") return new ShellSyntaxError(`syntax error: unexpected end of file${expecting}`, true);
    const text = token.is === "word" ? token.raw : token.text;
    const shown = token.is === "operator" && text === "\n" ? "unexpected newline" : `unexpected "${text}"`;
    return new ShellSyntaxError(`syntax error: ${shown}${expecting}`);
  }

  #peek(): Token {
    this.#token ??= this.#read();
    return this.#token;
  }

  #take(): void {
    this.#peek();
    this.#token = undefined;
  }

  #read(): Token {
    const text = this.#text;
    for (;;) {
      const char = text[this.#at];
      if (char === " " || char === "\t" || char === "\r") this.#at++;
      else if (char === "\\" && text[this.#at + 1] === "\n") this.#at += 2;
      else if (char === "#") while (this.#at < text.length && text[this.#at] !== "\n") this.#at++;
      else break;
    }
    if (this.#at >= text.length) {
      if (this.#bodies.length) this.#readBodies();
      return { is: "end" };
    }
    const numbered = /^\d(?=[<>])/.exec(text.slice(this.#at, this.#at + 2));
    if (numbered) this.#at++;
    const operator = operators.find((each) => text.startsWith(each, this.#at));
    if (operator) {
      this.#at += operator.length;
      if (operator === "\n") {
        this.#line++;
        this.#readBodies();
      }
      return { is: "operator", text: operator, ...(numbered && { fd: Number(numbered[0]) }) };
    }
    const from = this.#at;
    const reader = new WordReader(text, from);
    const word = reader.word();
    this.#at = reader.at;
    if (this.#at === from) throw new ShellSyntaxError(`syntax error: unexpected "${text[from]}"`);
    return { is: "word", word, raw: text.slice(from, this.#at) };
  }

  #readBodies(): void {
    for (const { redirect, end, quoted, strips } of this.#bodies.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.#at >= this.#text.length) throw new ShellSyntaxError("syntax error: unexpected end of file", true);
        const stop = this.#text.indexOf("\n", this.#at);
        const line = this.#text.slice(this.#at, stop < 0 ? undefined : stop);
        this.#at = stop < 0 ? this.#text.length : stop + 1;
        this.#line++;
        const shown = strips ? line.replace(/^\t+/, "") : line;
        if (shown === end) break;
        lines.push(`${shown}\n`);
      }
      const body = lines.join("");
      redirect.body = quoted ? [{ is: "text", text: body, quoted: true }] : new WordReader(body, 0).document();
    }
  }
}
