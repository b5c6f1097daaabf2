/** Reads awk programs (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/awk.html). */
import { ProgramError } from "../../process.ts";
import { escaped } from "../printf.ts";
import { extendedExpression } from "../regular-expression.ts";
import type { AwkFunction, AwkProgram, Expression, Rule, Statement } from "./syntax.ts";

const token =
  /[ \t]+|\\\n|#[^\n]*|("(?:\\[\s\S]|[^"\\])*"|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|[A-Za-z_]\w*|\+\+|--|&&|\|\||[-+*/%^=!<>]=|\n|[-+*/%^=!<>~?:,;(){}[\]$|])/y;

export function parseAwk(text: string): AwkProgram {
  return new Parser(text).program();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #next = "";
  /** Where the next token begins. */
  #from = 0;
  /** `>` means something else there. */
  #inPrint = false;

  constructor(text: string) {
    this.#text = text;
    this.#take();
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (this.#lines(); this.#next; this.#lines()) {
      if (this.#is("function") || this.#is("func")) {
        this.#take();
        const name = this.#take();
        this.#expect("(");
        const parameters: string[] = [];
        while (!this.#is(")")) {
          parameters.push(this.#take());
          if (this.#is(",")) this.#take();
        }
        this.#take();
        this.#lines();
        functions.set(name, { parameters, body: this.#block() });
      } else rules.push(this.#rule());
    }
    return { rules, functions };
  }

  #rule(): Rule {
    const at = this.#is("BEGIN") ? "begin" : this.#is("END") ? "end" : "line";
    if (at !== "line") {
      this.#take();
      return { at, body: this.#block(), inRange: false };
    }
    const from = this.#is("{") ? undefined : this.#expression();
    let to: Expression | undefined;
    if (from && this.#is(",")) {
      this.#take();
      to = this.#expression();
    }
    const body = this.#is("{") ? this.#block() : undefined;
    return { at, ...(from && { from }), ...(to && { to }), ...(body && { body }), inRange: false };
  }

  #block(): Statement {
    this.#expect("{");
    const statements: Statement[] = [];
    for (this.#lines(); !this.#is("}"); this.#lines()) {
      if (!this.#next) throw this.#wrong();
      statements.push(this.#statement());
    }
    this.#take();
    return { is: "block", statements };
  }

  #statement(): Statement {
    switch (this.#next) {
      case "{":
        return this.#block();
      case "if":
        return this.#if();
      case "while": {
        const test = this.#condition();
        return { is: "while", test, body: this.#body(), first: true };
      }
      case "do": {
        this.#take();
        const body = this.#body();
        this.#lines();
        return { is: "while", test: this.#condition(), body, first: false };
      }
      case "for":
        return this.#for();
      case ";":
        this.#take();
        return { is: "block", statements: [] };
      default:
        return this.#simple();
    }
  }

  #condition(): Expression {
    this.#take();
    this.#expect("(");
    const test = this.#expression();
    this.#expect(")");
    return test;
  }

  #body(): Statement {
    this.#lines();
    return this.#statement();
  }

  #if(): Statement {
    const test = this.#condition();
    const yes = this.#body();
    const before = { at: this.#at, next: this.#next, from: this.#from };
    this.#lines();
    if (this.#is("else")) {
      this.#take();
      return { is: "if", test, yes, no: this.#body() };
    }
    this.#at = before.at;
    this.#next = before.next;
    this.#from = before.from;
    return { is: "if", test, yes };
  }

  #for(): Statement {
    this.#take();
    this.#expect("(");
    const each = /^\s*(\w+)\s+in\s+(\w+)\s*\)/.exec(this.#text.slice(this.#from));
    if (each) {
      this.#at = this.#from + each[0].length;
      this.#take();
      return { is: "each", name: each[1] as string, of: each[2] as string, body: this.#body() };
    }
    const start = this.#is(";") ? undefined : this.#simple();
    this.#expect(";");
    const test = this.#is(";") ? undefined : this.#expression();
    this.#expect(";");
    const step = this.#is(")") ? undefined : this.#simple();
    this.#expect(")");
    return { is: "for", ...(start && { start }), ...(test && { test }), ...(step && { step }), body: this.#body() };
  }

  #simple(): Statement {
    const word = this.#next;
    if (word === "print" || word === "printf") return this.#print(word === "printf");
    if (word === "delete") {
      this.#take();
      const name = this.#take();
      return this.#is("[") ? { is: "delete", name, index: this.#index() } : { is: "delete", name };
    }
    if (word === "next" || word === "break" || word === "continue" || word === "exit" || word === "return") {
      this.#take();
      const ends = ["", ";", "\n", "}"].includes(this.#next);
      return { is: "jump", to: word, ...(!ends && { value: this.#expression() }) };
    }
    return { is: "expression", value: this.#expression() };
  }

  #print(formatted: boolean): Statement {
    this.#take();
    this.#inPrint = true;
    const args: Expression[] = [];
    const isGrouped = this.#is("(") && /^\((?:[^()]|\([^()]*\))*\)\s*(?:[;}\n]|$)/.test(this.#text.slice(this.#from));
    if (isGrouped) {
      this.#take();
      this.#inPrint = false;
      this.#list(args, ")");
      this.#expect(")");
    } else if (!["", ";", "\n", "}"].includes(this.#next)) this.#list(args, "");
    this.#inPrint = false;
    if (this.#is(">") || this.#is("|"))
      throw new ProgramError("output to files and programs is not simulated: use the shell's");
    return { is: "print", args, formatted };
  }

  #list(into: Expression[], end: string): void {
    if (end && this.#is(end)) return;
    into.push(this.#expression());
    while (this.#is(",")) {
      this.#take();
      this.#lines();
      into.push(this.#expression());
    }
  }

  #index(): Expression[] {
    this.#take();
    const index: Expression[] = [];
    this.#list(index, "]");
    this.#expect("]");
    return index;
  }

  #expression(): Expression {
    const left = this.#choice();
    if (!/^([-+*/%^]?=)$/.test(this.#next) || !["name", "field", "element"].includes(left.is)) return left;
    const operator = this.#take().slice(0, -1);
    return { is: "assign", to: left, operator, value: this.#expression() };
  }

  #choice(): Expression {
    const test = this.#binary(0);
    if (!this.#is("?")) return test;
    this.#take();
    const yes = this.#expression();
    this.#expect(":");
    return { is: "choice", test, yes, no: this.#expression() };
  }

  #binary(depth: number): Expression {
    const levels = [
      ["||"],
      ["&&"],
      ["in"],
      ["~", "!~"],
      ["<", "<=", "==", "!=", ">", ">="],
      ["concat"],
      ["+", "-"],
      ["*", "/", "%"],
    ];
    const operators = levels[depth];
    if (!operators) return this.#unary();
    let left = this.#binary(depth + 1);
    for (;;) {
      const found = this.#operator(operators);
      if (!found) return left;
      if (found === "in") {
        this.#take();
        left = { is: "in", index: [left], name: this.#take() };
        continue;
      }
      if (found !== "concat") this.#take();
      if (found === "!~") this.#take();
      if (found === "||" || found === "&&") this.#lines();
      left = { is: "binary", operator: found, left, right: this.#binary(depth + 1) };
    }
  }

  #operator(operators: readonly string[]): string | undefined {
    const next = this.#next;
    if (operators[0] === "concat")
      return /^["\w$(!.-]/.test(next) && !/^(in|-=|!=)$/.test(next) && !/^[-!]/.test(next) ? "concat" : undefined;
    if (operators[0] === "~" && next === "!" && this.#text[this.#at] === "~") return "!~";
    if (next === ">" && this.#inPrint) return undefined;
    return operators.includes(next) ? next : undefined;
  }

  #unary(): Expression {
    if (this.#is("!") || this.#is("-") || this.#is("+")) {
      const operator = this.#take();
      return { is: "unary", operator, value: this.#unary() };
    }
    const left = this.#postfix();
    if (!this.#is("^")) return left;
    this.#take();
    return { is: "binary", operator: "^", left, right: this.#unary() };
  }

  #postfix(): Expression {
    if (this.#is("++") || this.#is("--")) {
      const by = this.#take() === "++" ? 1 : -1;
      return { is: "step", to: this.#atom(), by, after: false };
    }
    const value = this.#atom();
    if (!(this.#is("++") || this.#is("--")) || !["name", "field", "element"].includes(value.is)) return value;
    return { is: "step", to: value, by: this.#take() === "++" ? 1 : -1, after: true };
  }

  #atom(): Expression {
    if (this.#is("/") || this.#is("/=")) return this.#form();
    const word = this.#take();
    if (word.startsWith('"')) return { is: "text", value: escaped(word.slice(1, -1).replace(/\\\//g, "/")).text };
    if (/^[\d.]/.test(word)) return { is: "number", value: Number(word) };
    if (word === "$") return { is: "field", index: this.#is("++") || this.#is("--") ? this.#postfix() : this.#atom() };
    if (word === "(") {
      const before = this.#inPrint;
      this.#inPrint = false;
      const index: Expression[] = [];
      this.#list(index, ")");
      this.#expect(")");
      this.#inPrint = before;
      if (index.length === 1) return { is: "unary", operator: "()", value: index[0] as Expression };
      this.#expect("in");
      return { is: "in", index, name: this.#take() };
    }
    if (!/^[A-Za-z_]/.test(word)) throw this.#wrong(word);
    if (this.#is("[")) return { is: "element", name: word, index: this.#index() };
    if (this.#is("(") && this.#text[this.#from - 1] !== " ") {
      this.#take();
      const args: Expression[] = [];
      const before = this.#inPrint;
      this.#inPrint = false;
      this.#list(args, ")");
      this.#expect(")");
      this.#inPrint = before;
      return { is: "call", name: word, args };
    }
    return word === "length" ? { is: "call", name: word, args: [] } : { is: "name", name: word };
  }

  #form(): Expression {
    const found = /^\/((?:\\.|\[[^\]\n]*\]|[^/\n\\[])*)\//.exec(this.#text.slice(this.#from));
    if (!found) throw this.#wrong();
    this.#at = this.#from + found[0].length;
    this.#take();
    return { is: "form", form: new RegExp(extendedExpression((found[1] as string).replace(/\\\//g, "/"))) };
  }

  #is(text: string): boolean {
    return this.#next === text;
  }

  #lines(): void {
    while (this.#is("\n") || this.#is(";")) this.#take();
  }

  #expect(text: string): void {
    if (!this.#is(text)) throw this.#wrong();
    this.#take();
  }

  #wrong(near = this.#next): ProgramError {
    return new ProgramError(
      `cmd. line:${this.#text.slice(0, this.#from).split("\n").length}: Unexpected ${near === "" ? "end of string" : "token"}`,
    );
  }

  /** The token that was next. */
  #take(): string {
    const taken = this.#next;
    for (;;) {
      this.#from = this.#at;
      token.lastIndex = this.#at;
      const found = token.exec(this.#text);
      if (!found && this.#at < this.#text.length) throw new ProgramError(`cmd. line:1: Unexpected token`);
      this.#at += found?.[0].length ?? 0;
      if (found && found[1] === undefined) continue;
      this.#next = found?.[1] ?? "";
      return taken;
    }
  }
}
