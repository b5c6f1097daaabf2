/**
 * Parses an expression. Well-formed ones take a plain recursive descent; for any other, recovery.ts finds the messages
 * that upstream's generated parser would give.
 */

import type { Uint } from "../values/uint.ts";
import { Builder, deepest, MacroError, TooDeep } from "./builder.ts";
import type { Expression, FieldEntry, MapEntry } from "./expression.ts";
import { lex } from "./lexer.ts";
import { LiteralError, readBytes, readDouble, readInt, readString, readUint } from "./literal.ts";
import { kubernetesMacros, macroKey } from "./macros.ts";
import { syntaxErrors } from "./recovery/recovery.ts";
import { Faults, noLocation, Source } from "./source.ts";
import { EOF, type Token, token } from "./tokens.ts";

export interface Parsed {
  readonly source: Source;
  readonly root: Expression;
  /** Where nodes stand, by their numbers. */
  readonly offsets: readonly number[];
}

const longestInCodePoints = 100_000;

/** The tree, or what is wrong with the text. */
export function parse(text: string): Parsed | Faults {
  const source = new Source(text);
  const faults = new Faults(source);
  const size = source.chars.length;
  if (size > longestInCodePoints) {
    const limit = longestInCodePoints;
    faults.add(noLocation, `expression code point size exceeds limit: size: ${size}, limit ${limit}`);
    return faults;
  }
  const lexed = lex(source);
  const parser = new Parser(source, lexed.tokens, faults);
  if (lexed.errors.length === 0) {
    const parsed = parser.run();
    if (parsed) return faults.any ? faults : parsed;
    if (parser.tooDeep) return faults;
  }
  for (const { offset, message } of syntaxErrors(lexed))
    faults.add(source.location(offset), `Syntax error: ${message}`);
  return faults;
}

/** The text does not follow the grammar. */
class Malformed extends Error {}

const type = {
  question: token("?"),
  colon: token(":"),
  or: token("||"),
  and: token("&&"),
  not: token("!"),
  minus: token("-"),
  dot: token("."),
  comma: token(","),
  open: token("("),
  close: token(")"),
  openList: token("["),
  closeList: token("]"),
  openMap: token("{"),
  closeMap: token("}"),
  identifier: token("IDENTIFIER"),
  escaped: token("ESC_IDENTIFIER"),
  int: token("NUM_INT"),
  uint: token("NUM_UINT"),
  float: token("NUM_FLOAT"),
  string: token("STRING"),
  bytes: token("BYTES"),
  true: token("true"),
  false: token("false"),
  null: token("null"),
} as const;

const binary = (...pairs: readonly [string, string][]): ReadonlyMap<number, string> =>
  new Map(pairs.map(([text, name]) => [token(text), name]));
const levels = [
  binary(["<", "_<_"], ["<=", "_<=_"], [">=", "_>=_"], [">", "_>_"], ["==", "_==_"], ["!=", "_!=_"], ["in", "@in"]),
  binary(["+", "_+_"], ["-", "_-_"]),
  binary(["*", "_*_"], ["/", "_/_"], ["%", "_%_"]),
];

/** Words that name no variable and no function. */
const reserved = new Set(
  (
    "as break const continue else false for function if import in let loop package namespace null return true var " +
    "void while"
  ).split(" "),
);

class Parser {
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  readonly #faults: Faults;
  readonly #build = new Builder();
  #at = 0;
  #nesting = 0;
  tooDeep = false;

  constructor(source: Source, tokens: readonly Token[], faults: Faults) {
    this.#source = source;
    this.#tokens = tokens.filter((one) => !one.hidden);
    this.#faults = faults;
  }

  /** Undefined when the text does not follow the grammar, or when it is too deep. */
  run(): Parsed | undefined {
    try {
      const root = this.#expression();
      this.#expect(EOF);
      return { source: this.#source, root, offsets: this.#build.offsets };
    } catch (error) {
      if (error instanceof TooDeep) {
        this.tooDeep = true;
        this.#faults.add(noLocation, error.message);
      } else if (!(error instanceof Malformed)) throw error;
      return undefined;
    }
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #take(): Token {
    const taken = this.#next;
    if (taken.type !== EOF) this.#at++;
    return taken;
  }

  #maybe(wanted: number): Token | undefined {
    return this.#next.type === wanted ? this.#take() : undefined;
  }

  #expect(wanted: number): Token {
    if (this.#next.type !== wanted) throw new Malformed();
    return this.#take();
  }

  #fault(offset: number, message: string): Expression {
    this.#faults.add(this.#source.location(offset), message);
    return this.#build.ident(offset, "");
  }

  #expression(): Expression {
    if (++this.#nesting > deepest) throw new TooDeep(`expression recursion limit exceeded: ${deepest}`);
    const condition = this.#logic(type.or, "_||_", () => this.#logic(type.and, "_&&_", () => this.#binary(0)));
    let found = condition;
    const question = this.#maybe(type.question);
    if (question) {
      const then = this.#logic(type.or, "_||_", () => this.#logic(type.and, "_&&_", () => this.#binary(0)));
      this.#expect(type.colon);
      const otherwise = this.#expression();
      found = this.#build.call(question.start, "_?_:_", [condition, then, otherwise]);
    }
    this.#nesting--;
    return found;
  }

  /** Chains of `&&` and `||` become balanced trees, so that long ones are not deep. */
  #logic(operator: number, name: string, operand: () => Expression): Expression {
    const terms = [operand()];
    const operators: number[] = [];
    for (let found = this.#maybe(operator); found; found = this.#maybe(operator)) {
      operators.push(found.start);
      terms.push(operand());
    }
    const balanced = (low: number, high: number): Expression => {
      const middle = (low + high + 1) >> 1;
      const left = middle === low ? terms[middle] : balanced(low, middle - 1);
      const right = middle === high ? terms[middle + 1] : balanced(middle + 1, high);
      return this.#build.call(operators[middle] ?? 0, name, [left as Expression, right as Expression]);
    };
    return operators.length ? balanced(0, operators.length - 1) : (terms[0] as Expression);
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (let name = operators.get(this.#next.type); name; name = operators.get(this.#next.type)) {
      const { start } = this.#take();
      left = this.#build.call(start, name, [left, this.#binary(level + 1)]);
    }
    return left;
  }

  #unary(): Expression {
    const first = this.#next;
    const isNumber = (at: number): boolean => {
      const found = this.#tokens[at]?.type;
      return found === type.int || found === type.float;
    };
    if (first.type !== type.not && (first.type !== type.minus || isNumber(this.#at + 1))) return this.#member();
    let count = 0;
    // The last minus belongs to the number that it stands before only where it stands alone.
    while (this.#maybe(first.type)) count++;
    const operand = this.#member();
    if (count % 2 === 0) return operand;
    return this.#build.call(first.start, first.type === type.not ? "!_" : "-_", [operand]);
  }

  #member(): Expression {
    let found = this.#primary();
    for (;;) {
      const dot = this.#maybe(type.dot);
      if (dot) found = this.#selection(found, dot);
      else if (this.#next.type === type.openList) found = this.#index(found);
      else return found;
    }
  }

  #selection(operand: Expression, dot: Token): Expression {
    const optional = this.#maybe(type.question);
    const name = this.#take();
    if (name.type === type.escaped) {
      this.#fault(name.start, "unsupported syntax: '`'");
      return operand;
    }
    if (name.type !== type.identifier) throw new Malformed();
    if (optional) {
      const field = this.#build.literal(name.start, name.text);
      return this.#build.call(dot.start, "_?._", [operand, field]);
    }
    const open = this.#maybe(type.open);
    if (!open) return this.#build.select(dot.start, operand, name.text);
    return this.#call(open.start, name.text, this.#arguments(), operand);
  }

  #index(operand: Expression): Expression {
    const open = this.#take();
    const optional = this.#maybe(type.question);
    const index = this.#expression();
    this.#expect(type.closeList);
    return this.#build.call(open.start, optional ? "_[?_]" : "_[_]", [operand, index]);
  }

  #arguments(): Expression[] {
    const found: Expression[] = [];
    if (this.#maybe(type.close)) return found;
    do found.push(this.#expression());
    while (this.#maybe(type.comma));
    this.#expect(type.close);
    return found;
  }

  #call(at: number, name: string, args: Expression[], target?: Expression): Expression {
    const macro = kubernetesMacros.get(macroKey(name, args.length, target !== undefined));
    if (!macro) return this.#build.call(at, name, args, target);
    try {
      return macro({ build: this.#build, at, target, args });
    } catch (error) {
      if (!(error instanceof MacroError)) throw error;
      return this.#fault(error.offset, error.message);
    }
  }

  #primary(): Expression {
    const first = this.#take();
    switch (first.type) {
      case type.open: {
        const inner = this.#expression();
        this.#expect(type.close);
        return inner;
      }
      case type.openList:
        return this.#list(first);
      case type.openMap:
        return this.#build.map(first.start, this.#entries());
      case type.dot:
        return this.#named(this.#expect(type.identifier), first);
      case type.identifier:
        return this.#named(first);
      default:
        return this.#literal(first);
    }
  }

  #named(name: Token, dot?: Token): Expression {
    const start = dot?.start ?? name.start;
    const prefix = dot ? "." : "";
    const struct = this.#struct(prefix + name.text);
    if (struct) return struct;
    const open = this.#maybe(type.open);
    const args = open && this.#arguments();
    if (reserved.has(name.text)) return this.#fault(start, `reserved identifier: ${name.text}`);
    if (open && args) return this.#call(open.start, prefix + name.text, args);
    return this.#build.ident(name.start, prefix + name.text);
  }

  /** `a.b.C{…}`: names with dots up to a brace. */
  #struct(first: string): Expression | undefined {
    let at = this.#at;
    let typeName = first;
    while (this.#tokens[at]?.type === type.dot && this.#tokens[at + 1]?.type === type.identifier) {
      typeName += `.${this.#tokens[at + 1]?.text}`;
      at += 2;
    }
    if (this.#tokens[at]?.type !== type.openMap) return undefined;
    const open = this.#tokens[at] as Token;
    this.#at = at + 1;
    const id = this.#build.id(open.start);
    return this.#build.deepen({ id, kind: "struct", typeName, fields: this.#fields() });
  }

  #fields(): FieldEntry[] {
    const found: FieldEntry[] = [];
    this.#loneComma(type.closeMap);
    while (!this.#maybe(type.closeMap)) {
      const optional = this.#maybe(type.question) !== undefined;
      const name = this.#take();
      if (name.type === type.escaped) this.#fault(name.start, "unsupported syntax: '`'");
      else if (name.type !== type.identifier) throw new Malformed();
      const colon = this.#expect(type.colon);
      found.push({ id: this.#build.id(colon.start), name: name.text, value: this.#expression(), optional });
      this.#separator(type.closeMap);
    }
    return found;
  }

  #entries(): MapEntry[] {
    const found: MapEntry[] = [];
    this.#loneComma(type.closeMap);
    while (!this.#maybe(type.closeMap)) {
      const optional = this.#maybe(type.question) !== undefined;
      const key = this.#expression();
      const colon = this.#expect(type.colon);
      found.push({ id: this.#build.id(colon.start), key, value: this.#expression(), optional });
      this.#separator(type.closeMap);
    }
    return found;
  }

  /** A comma, or the end is next. */
  #separator(end: number): void {
    if (!this.#maybe(type.comma) && this.#next.type !== end) throw new Malformed();
  }

  /** `[,]` is an empty list. */
  #loneComma(end: number): void {
    if (this.#maybe(type.comma) && this.#next.type !== end) throw new Malformed();
  }

  #list(open: Token): Expression {
    const elements: Expression[] = [];
    const optional = new Set<number>();
    this.#loneComma(type.closeList);
    while (!this.#maybe(type.closeList)) {
      if (this.#maybe(type.question)) optional.add(elements.length);
      elements.push(this.#expression());
      this.#separator(type.closeList);
    }
    return this.#build.list(open.start, elements, optional);
  }

  #literal(first: Token): Expression {
    const { start, text } = first;
    const read = <T extends null | boolean | bigint | number | string | Uint8Array | Uint>(
      value: () => T,
    ): Expression => {
      try {
        return this.#build.literal(start, value());
      } catch (error) {
        if (error instanceof LiteralError) return this.#fault(start, error.message);
        throw error;
      }
    };
    switch (first.type) {
      case type.minus: {
        const number = this.#take();
        return number.type === type.int
          ? read(() => readInt(`-${number.text}`))
          : read(() => readDouble(`-${number.text}`));
      }
      case type.int:
        return read(() => readInt(text));
      case type.uint:
        return read(() => readUint(text));
      case type.float:
        return read(() => readDouble(text));
      case type.string:
        return read(() => readString(text));
      case type.bytes:
        return read(() => readBytes(text.slice(1)));
      case type.true:
      case type.false:
        return this.#build.literal(start, first.type === type.true);
      case type.null:
        return this.#build.literal(start, null);
      default:
        throw new Malformed();
    }
  }
}
