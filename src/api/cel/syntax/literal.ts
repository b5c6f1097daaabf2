/** What literals mean: escapes of strings and bytes, numbers and their limits. Faults are thrown as texts upstream uses. */
import { Uint } from "../values/uint.ts";

export class LiteralError extends Error {}

const fail = (message: string): never => {
  throw new LiteralError(message);
};

const named: Record<string, number> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  "'": 39,
  '"': 34,
  "`": 96,
  "?": 63,
};

interface Body {
  readonly text: string;
  readonly raw: boolean;
}

/** The text between the quotes, line ends made one. */
function body(literal: string): Body {
  let text = literal.replace(/\r\n|\r/g, "\n");
  const raw = /^[rR]/.test(text);
  if (raw) text = text.slice(1);
  const mark = /^("""|''')/.test(text) && text.length >= 6 ? 3 : 1;
  return { text: text.slice(mark, -mark), raw };
}

export function readString(literal: string): string {
  const { text, raw } = body(literal);
  if (raw || !text.includes("\\")) return text;
  let out = "";
  eachChar(text, (code) => {
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) fail("invalid unicode code point");
    out += String.fromCodePoint(code);
  });
  return out;
}

/** The literal without its `b`. */
export function readBytes(literal: string): Uint8Array {
  const { text, raw } = body(literal);
  const out: number[] = [];
  const encoder = new TextEncoder();
  if (raw) return encoder.encode(text);
  eachChar(text, (code, kind) => {
    if (kind === "u" || kind === "U") fail("unable to unescape string");
    if (kind !== undefined) out.push(code & 0xff);
    else out.push(...encoder.encode(String.fromCodePoint(code)));
  });
  return Uint8Array.from(out);
}

function eachChar(text: string, take: (code: number, kind?: string) => void): void {
  const chars = Array.from(text);
  for (let i = 0; i < chars.length; ) {
    const char = chars[i++] ?? "";
    if (char !== "\\") {
      take(char.codePointAt(0) ?? 0);
      continue;
    }
    const kind = chars[i++] ?? fail("unable to unescape string, found '\\' as last character");
    const simple = named[kind];
    const digits = { x: 2, X: 2, u: 4, U: 8 }[kind];
    if (simple !== undefined) take(simple, kind);
    else if (digits !== undefined) {
      take(Number.parseInt(chars.slice(i, i + digits).join(""), 16), kind);
      i += digits;
    } else if (/^[0-3]$/.test(kind)) {
      take(Number.parseInt(kind + chars.slice(i, i + 2).join(""), 8), kind);
      i += 2;
    } else fail("unable to unescape string");
  }
}

export const smallestInt = -(1n << 63n);
export const largestInt = (1n << 63n) - 1n;
export const largestUint = (1n << 64n) - 1n;

/** Digits with their sign, decimal or `0x`. */
export function readInt(text: string): bigint {
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  return value < smallestInt || value > largestInt ? fail("invalid int literal") : value;
}

/** The literal with its `u`. */
export function readUint(text: string): Uint {
  const value = BigInt(text.slice(0, -1));
  return value > largestUint ? fail("invalid uint literal") : new Uint(value);
}

export function readDouble(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : fail("invalid double literal");
}
