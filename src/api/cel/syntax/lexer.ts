/**
 * Cuts an expression into words: at each place the longest that fits. Text that begins no word is reported as far as
 * it might still have become one, and left out, as upstream's lexer does.
 */
import type { Source } from "./source.ts";
import { EOF, type Token, type TokenType, token } from "./tokens.ts";

export interface LexerError {
  readonly start: number;
  readonly text: string;
}

export interface Lexed {
  /** Hidden ones too; the last is the end of the text. */
  readonly tokens: readonly Token[];
  readonly errors: readonly LexerError[];
}

type Scan = { readonly type: TokenType; readonly end: number } | { readonly failedAt: number };

const operators = ["==", "!=", "<=", ">=", "&&", "||", ..."<>[]{}().,-!?:+*/%"];
const operatorTypes = new Map(operators.map((text) => [text, token(text)]));
const keywords = new Map(["in", "true", "false", "null"].map((word) => [word, token(word)]));
const types = {
  space: token("WHITESPACE"),
  comment: token("COMMENT"),
  float: token("NUM_FLOAT"),
  int: token("NUM_INT"),
  uint: token("NUM_UINT"),
  string: token("STRING"),
  bytes: token("BYTES"),
  identifier: token("IDENTIFIER"),
  escaped: token("ESC_IDENTIFIER"),
} as const;

export function lex(source: Source): Lexed {
  const { chars } = source;
  const tokens: Token[] = [];
  const errors: LexerError[] = [];
  let at = 0;
  while (at < chars.length) {
    const scanned = scan(chars, at);
    if ("failedAt" in scanned) {
      const end = Math.min(scanned.failedAt + 1, chars.length);
      errors.push({ start: at, text: source.slice(at, end) });
      at = Math.max(end, at + 1);
    } else {
      const { type, end } = scanned;
      tokens.push({
        type,
        text: source.slice(at, end),
        start: at,
        hidden: type === types.space || type === types.comment,
      });
      at = end;
    }
  }
  tokens.push({ type: EOF, text: "<EOF>", start: chars.length, hidden: false });
  return { tokens, errors };
}

const is = (pattern: RegExp) => (char: string | undefined) => char !== undefined && pattern.test(char);
const isSpace = is(/^[\t \r\n\f]$/);
const isDigit = is(/^[0-9]$/);
const isHex = is(/^[0-9a-fA-F]$/);
const isOctal = is(/^[0-7]$/);
const isLetter = is(/^[A-Za-z_]$/);
const isWordChar = is(/^[A-Za-z0-9_]$/);
const isQuote = is(/^["']$/);
const isEscapedChar = is(/^[A-Za-z0-9_./ -]$/);

function scan(chars: readonly string[], start: number): Scan {
  const first = chars[start];
  if (isSpace(first)) return { type: types.space, end: skip(chars, start, isSpace) };
  if (first === "/" && chars[start + 1] === "/") {
    return { type: types.comment, end: skip(chars, start, (c) => c !== undefined && c !== "\n") };
  }
  if (isDigit(first) || (first === "." && isDigit(chars[start + 1]))) return scanNumber(chars, start);
  if (isQuote(first)) return scanString(chars, start, start, types.string, false);
  if (isLetter(first)) return scanWord(chars, start);
  if (first === "`") return scanEscaped(chars, start);
  return scanOperator(chars, start);
}

function skip(chars: readonly string[], start: number, while_: (char: string | undefined) => boolean): number {
  let at = start;
  while (while_(chars[at])) at++;
  return at;
}

function scanOperator(chars: readonly string[], start: number): Scan {
  const one = chars[start] ?? "";
  const two = one + (chars[start + 1] ?? "");
  for (const text of [two, one]) {
    const type = operatorTypes.get(text);
    if (type !== undefined) return { type, end: start + text.length };
  }
  return { failedAt: "=&|".includes(one) ? start + 1 : start };
}

function scanNumber(chars: readonly string[], start: number): Scan {
  if (chars[start] === "0" && chars[start + 1] === "x" && isHex(chars[start + 2])) {
    return withUnsigned(chars, skip(chars, start + 2, isHex));
  }
  const whole = skip(chars, start, isDigit);
  let end = whole;
  if (chars[end] === "." && isDigit(chars[end + 1])) end = skip(chars, end + 1, isDigit);
  if (end > start && /[eE]/.test(chars[end] ?? "")) {
    const sign = /[+-]/.test(chars[end + 1] ?? "") ? 1 : 0;
    if (isDigit(chars[end + 1 + sign])) end = skip(chars, end + 1 + sign, isDigit);
  }
  return end > whole ? { type: types.float, end } : withUnsigned(chars, whole);
}

function withUnsigned(chars: readonly string[], end: number): Scan {
  return /[uU]/.test(chars[end] ?? "") ? { type: types.uint, end: end + 1 } : { type: types.int, end };
}

function scanWord(chars: readonly string[], start: number): Scan {
  const end = skip(chars, start, isWordChar);
  const literal = scanPrefixed(chars, start);
  if (literal && literal.end > end) return literal;
  return { type: keywords.get(chars.slice(start, end).join("")) ?? types.identifier, end };
}

/** A literal with its prefix: `r"raw"`, `b"bytes"`, `br"both"`. */
function scanPrefixed(chars: readonly string[], start: number): { type: TokenType; end: number } | undefined {
  const isBytes = /[bB]/.test(chars[start] ?? "");
  let quote = isBytes ? start + 1 : start;
  const isRaw = /[rR]/.test(chars[quote] ?? "");
  if (isRaw) quote++;
  if (quote === start || !isQuote(chars[quote])) return undefined;
  const scanned = scanString(chars, start, quote, isBytes ? types.bytes : types.string, isRaw);
  return "end" in scanned ? scanned : undefined;
}

function scanString(chars: readonly string[], start: number, quote: number, type: TokenType, raw: boolean): Scan {
  const mark = chars[quote] ?? "";
  const isLong = chars[quote + 1] === mark && chars[quote + 2] === mark;
  if (isLong) {
    const long = scanUntil(chars, quote + 3, mark, true, raw);
    if ("end" in long) return { type, end: long.end };
    return { type, end: quote + 2 };
  }
  const short = scanUntil(chars, quote + 1, mark, false, raw);
  return "end" in short ? { type, end: short.end } : { failedAt: quote === start ? short.failedAt : start };
}

function scanUntil(
  chars: readonly string[],
  from: number,
  mark: string,
  long: boolean,
  raw: boolean,
): { end: number } | { failedAt: number } {
  let at = from;
  for (;;) {
    const char = chars[at];
    if (char === undefined) return { failedAt: at };
    if (char === mark && !long) return { end: at + 1 };
    if (char === mark && chars[at + 1] === mark && chars[at + 2] === mark) return { end: at + 3 };
    if (!long && (char === "\n" || char === "\r")) return { failedAt: at };
    if (char === "\\" && !raw) {
      const escaped = scanEscape(chars, at);
      if ("failedAt" in escaped) return escaped;
      at = escaped.end;
    } else at++;
  }
}

function scanEscape(chars: readonly string[], at: number): { end: number } | { failedAt: number } {
  const kind = chars[at + 1] ?? "";
  if (/^[abfnrtv"'\\?`]$/.test(kind)) return { end: at + 2 };
  const lengths: Record<string, number> = { x: 2, X: 2, u: 4, U: 8 };
  const digits = lengths[kind];
  if (digits !== undefined) return scanDigits(chars, at + 2, digits, isHex);
  if (/^[0-3]$/.test(kind)) return scanDigits(chars, at + 2, 2, isOctal);
  return { failedAt: at + 1 };
}

function scanDigits(
  chars: readonly string[],
  from: number,
  count: number,
  fits: (char: string | undefined) => boolean,
): { end: number } | { failedAt: number } {
  for (let i = 0; i < count; i++) if (!fits(chars[from + i])) return { failedAt: from + i };
  return { end: from + count };
}

function scanEscaped(chars: readonly string[], start: number): Scan {
  const end = skip(chars, start + 1, isEscapedChar);
  return chars[end] === "`" && end > start + 1 ? { type: types.escaped, end: end + 1 } : { failedAt: end };
}
