/**
 * JSON text from outside, read as Go's decoder reads it: the texts of its syntax errors, and the fields that a strict
 * reading finds twice. Well-formed text is parsed by the engine; this scanner runs over what is broken or must be strict.
 */
import { DecodeError } from "./decode.ts";

/** Halves of UTF-16 pairs that stand alone are characters that cannot be read, here as in Go. */
const whole = (text: string): string =>
  halves.test(text)
    ? text.replace(escapes, (found) => (found.length === 6 && halves.test(found) ? "\\ufffd" : found))
    : text;
const halves = /\\u[dD][89a-fA-F]/;
const escapes = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\./g;

/** Parses JSON. Throws DecodeError with Go's text of the syntax error. */
export function parseJson(source: string): unknown {
  const text = whole(source);
  checkDepth(text);
  try {
    return (mayBeTooLarge.test(text) ? JSON.parse(text, checked) : JSON.parse(text)) as unknown;
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError(new Scanner(text).fault() ?? "invalid JSON");
  }
}

/**
 * Levels of what comes from outside. Upstream takes 10,000; here what follows walks objects by recursion, and a stack that
 * ends amid a regular expression ends the process.
 */
export const deepest = 250;
export const tooDeep = (): DecodeError => new DecodeError("exceeded max depth");

/** Throws DecodeError for text whose lists and objects lie deeper within one another than may be. */
function checkDepth(text: string): void {
  if (text.length < 2 * deepest) return;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quoteCode) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) throw tooDeep();
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

const quoteCode = 0x22;

/** Where the text that begins at `from` has its closing quote. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quoteCode) return at;
    if (code === 0x5c) at++;
  }
  return text.length;
}

/** How many fields well-formed JSON has: colons outside of strings. */
function fieldsIn(text: string): number {
  let fields = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quoteCode) at = endOfString(text, at);
    else if (code === 0x3a) fields++;
  }
  return fields;
}

/** How many fields there are in a value of plain JSON. */
function fieldsOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let fields = 0;
  if (Array.isArray(value)) for (const item of value) fields += fieldsOf(item);
  else for (const name in value) fields += 1 + fieldsOf((value as { [name: string]: unknown })[name]);
  return fields;
}

/** Throws DecodeError for a value that is deeper than may be. Walks without recursion. */
export function checkValueDepth(value: unknown): void {
  const left: [unknown, number][] = [[value, 1]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [holder, depth] = next;
    if (typeof holder !== "object" || holder === null) continue;
    if (depth > deepest) throw tooDeep();
    for (const item of Object.values(holder)) left.push([item, depth + 1]);
  }
}

/** Numbers that a double may not hold. */
const mayBeTooLarge = /[eE]\+?[0-9]{3}|[0-9]{300}/;

function checked(_: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new DecodeError("json: cannot unmarshal number into Go value of type float64");
  return value;
}

/**
 * `duplicate field "spec.a"` for every field that stands twice in one object of well-formed JSON. `value` is what the text
 * was read as: where it has as many fields as the text, none stands twice.
 */
export function duplicateFields(text: string, value?: unknown): string[] {
  if (value !== undefined && fieldsIn(text) === fieldsOf(value)) return [];
  const scanner = new Scanner(text);
  scanner.fault();
  return scanner.duplicates;
}

/** Faults that end in `field "spec.a"`, as `duplicateFields` words them, in the order in which the fields stand in the text. */
export function inTextOrder(faults: readonly string[], text: string): string[] {
  const places = new Map<string, number>();
  new Scanner(text, (path, at) => places.set(path, at)).fault();
  const placeOf = (fault: string): number => places.get(/ field "(.*)"$/s.exec(fault)?.[1] ?? "") ?? 0;
  return faults.toSorted((a, b) => placeOf(a) - placeOf(b));
}

class Fault extends Error {}

const quote = (char: string): string =>
  char === "'"
    ? `'\\''`
    : char === '"'
      ? `'"'`
      : char < " "
        ? `'\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}'`
        : char >= "\x7f" && char <= "\xa0"
          ? `'\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}'`
          : `'${char}'`;

class Scanner {
  readonly duplicates: string[] = [];
  readonly #text: string;
  readonly #onField: ((path: string, at: number) => void) | undefined;
  #at = 0;

  constructor(text: string, onField?: (path: string, at: number) => void) {
    this.#text = text;
    this.#onField = onField;
  }

  /** The first syntax error, if any. */
  fault(): string | undefined {
    try {
      this.#value("", 0);
      this.#space();
      if (this.#at < this.#text.length) this.#bad("after top-level value");
      return undefined;
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  }

  #bad(where: string): never {
    const char = this.#text[this.#at];
    throw new Fault(char === undefined ? "unexpected end of JSON input" : `invalid character ${quote(char)} ${where}`);
  }

  #space(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #value(path: string, depth: number): void {
    if (depth > deepest) throw new Fault("exceeded max depth");
    this.#space();
    const char = this.#text[this.#at];
    if (char === "{") this.#object(path, depth);
    else if (char === "[") this.#array(path, depth);
    else if (char === '"') this.#string();
    else if (char === "-" || (char !== undefined && char >= "0" && char <= "9")) this.#number();
    else if (char === "t") this.#literal("true");
    else if (char === "f") this.#literal("false");
    else if (char === "n") this.#literal("null");
    else this.#bad("looking for beginning of value");
  }

  #object(path: string, depth: number): void {
    this.#at++;
    const seen = new Set<string>();
    this.#space();
    if (this.#text[this.#at] === "}") return void this.#at++;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#bad("looking for beginning of object key string");
      const key = this.#string();
      const inner = path ? `${path}.${key}` : key;
      if (seen.has(key)) this.duplicates.push(`duplicate field "${inner}"`);
      seen.add(key);
      this.#onField?.(inner, this.#at);
      this.#space();
      if (this.#text[this.#at] !== ":") this.#bad("after object key");
      this.#at++;
      this.#value(inner, depth + 1);
      this.#space();
      const next = this.#text[this.#at];
      if (next !== "," && next !== "}") this.#bad("after object key:value pair");
      this.#at++;
      if (next === "}") return;
    }
  }

  #array(path: string, depth: number): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === "]") return void this.#at++;
    for (let i = 0; ; i++) {
      this.#value(`${path}[${i}]`, depth + 1);
      this.#space();
      const next = this.#text[this.#at];
      if (next !== "," && next !== "]") this.#bad("after array element");
      this.#at++;
      if (next === "]") return;
    }
  }

  #string(): string {
    const from = this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < " ") this.#bad("in string literal");
      if (char === '"') break;
      this.#at++;
      if (char !== "\\") continue;
      const escaped = this.#text[this.#at];
      if (escaped === undefined || !'"\\/bfnrtu'.includes(escaped)) this.#bad("in string escape code");
      this.#at++;
      if (escaped !== "u") continue;
      for (let i = 0; i < 4; i++, this.#at++) {
        if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? "")) this.#bad("in \\u hexadecimal character escape");
      }
    }
    this.#at++;
    return JSON.parse(this.#text.slice(from, this.#at)) as string;
  }

  #digits(where: string): void {
    if (!/[0-9]/.test(this.#text[this.#at] ?? "")) this.#bad(where);
    while (/[0-9]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #number(): void {
    if (this.#text[this.#at] === "-") this.#at++;
    if (this.#text[this.#at] === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (/[eE]/.test(this.#text[this.#at] ?? "")) {
      this.#at++;
      if (/[+-]/.test(this.#text[this.#at] ?? "")) this.#at++;
      this.#digits("in exponent of numeric literal");
    }
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++, this.#at++) {
      if (this.#text[this.#at] !== word[i]) this.#bad(`in literal ${word} (expecting '${word[i]}')`);
    }
  }
}
