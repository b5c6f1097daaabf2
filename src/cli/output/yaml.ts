/**
 * YAML as kubectl prints it: keys in order, lists not indented, plain text where it can be plain, and long lines broken
 * behind the eightieth column. A writer of its own, as no library breaks and quotes the same way.
 */
import { isMap } from "../../api/object.ts";
import { byBytes } from "../../base/go-json.ts";

const lineWidth = 80;

export function toYaml(value: unknown): string {
  return isEmpty(value) ? `${empty(value)}\n` : node(value, 0, false);
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isMap(value) ? keysOf(value).length === 0 : true;
const empty = (value: unknown): string => (Array.isArray(value) ? "[]" : isMap(value) ? "{}" : scalar(value, 0, 0));
const keysOf = (map: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(byBytes);

/** Lines of a map or list that is not empty. `started`: the first line's indentation is written already. */
function node(value: unknown, indent: number, started: boolean): string {
  const margin = " ".repeat(indent);
  let out = "";
  const begin = (): string => (out || !started ? margin : "");
  if (Array.isArray(value)) {
    for (const item of value) {
      if (isEmpty(item)) out += `${begin()}- ${leaf(item, indent + 2, indent + 2)}\n`;
      else out += `${begin()}- ${node(item, indent + 2, true)}`;
    }
    return out;
  }
  const map = value as Readonly<Record<string, unknown>>;
  for (const key of keysOf(map)) {
    const item = map[key];
    const name = scalar(key, 0, 0);
    if (isEmpty(item)) out += `${begin()}${name}: ${leaf(item, indent + 2, indent + name.length + 2)}\n`;
    else if (Array.isArray(item)) out += `${begin()}${name}:\n${node(item, indent, false)}`;
    else out += `${begin()}${name}:\n${node(item, indent + 2, false)}`;
  }
  return out;
}

const leaf = (value: unknown, indent: number, column: number): string =>
  typeof value === "object" && value !== null ? empty(value) : scalar(value, indent, column);

/** `indent`: of lines that follow the first; `column`: where the first begins. */
function scalar(value: unknown, indent: number, column: number): string {
  if (value === null || value === undefined) return "null";
  if (typeof value !== "string") return typeof value === "number" ? numberText(value) : String(value);
  if (value === "") return '""';
  if (isSpecial(value)) return doubleQuoted(value, indent, column);
  if (hasUnprintable(value)) return doubleQuoted(value, indent, column);
  if (value.includes("\n"))
    return indent && canBeBlock(value) ? block(value, indent) : doubleQuoted(value, indent, column);
  if (canBePlain(value)) return folded(value, indent, column);
  if (/^ | $/.test(value) && /^ *$/.test(value)) return `'${value}'`;
  return `'${folded(value.replaceAll("'", "''"), indent, column + 1)}'`;
}

function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** Texts that would be read as something else: they are quoted twice. */
function isSpecial(text: string): boolean {
  if (/^(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|<<)$/.test(text)) return true;
  if (/^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text)) return true;
  if (/^[-+]?(\.inf|\.Inf|\.INF)$|^\.(nan|NaN|NAN)$/.test(text)) return true;
  if (/^[-+]?(0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*)$/.test(text)) return true;
  if (/^[-+]?(\.\d[\d_]*|\d[\d_]*(\.[\d_]*)?)([eE][-+]?\d+)?$/.test(text)) return true;
  if (/^[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?$/.test(text)) return true;
  return /^\d{4}-\d\d?-\d\d?([Tt ]\d\d?:\d\d:\d\d(\.\d+)?\s*(Z|[-+]\d\d?(:\d\d)?)?)?$/.test(text);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const hasUnprintable = (text: string): boolean => /[\x00-\x09\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff]/.test(text);
/** A blank before a line's end would be lost. */
const canBeBlock = (text: string): boolean => !/ (\n|$)/.test(text);

function canBePlain(text: string): boolean {
  if (/^\s|\s$/.test(text) || text === "---" || text === "...") return false;
  if (/^(---|\.\.\.)\s/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text)) return false;
  if (/^[-?:](\s|$)/.test(text)) return false;
  return !/:(\s|$)| #/.test(text) && !text.includes("\t");
}

/** Broken at a single blank once the line is longer than it may be. */
function folded(text: string, indent: number, column: number): string {
  let out = "";
  let at = column;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string;
    const single = letter === " " && i > 0 && i < text.length - 1 && text[i - 1] !== " " && text[i + 1] !== " ";
    if (single && at > lineWidth && indent) {
      out += `\n${" ".repeat(indent)}`;
      at = indent;
    } else {
      out += letter;
      at++;
    }
  }
  return out;
}

function block(text: string, indent: number): string {
  const chomp = !text.endsWith("\n") ? "-" : /\n\n$/.test(text) || text === "\n" ? "+" : "";
  const lines = text.replace(/\n$/, "").split("\n");
  const hint = /^[ \n]/.test(text) ? "2" : "";
  return `|${hint}${chomp}\n${lines.map((line) => (line ? " ".repeat(indent) + line : "")).join("\n")}`;
}

const short: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\x85": "\\N",
  "\ufeff": "\\uFEFF",
};

const hexEscape = (letter: string): string =>
  `\\x${(letter.codePointAt(0) ?? 0).toString(16).padStart(2, "0").toUpperCase()}`;

function doubleQuoted(text: string, indent: number, column: number): string {
  let out = '"';
  let at = column + 1;
  const letters = [...text];
  letters.forEach((letter, i) => {
    if (letter === " " && at > lineWidth && i > 0 && i < letters.length - 1 && indent) {
      out += `\n${" ".repeat(indent)}${letters[i + 1] === " " ? "\\" : ""}`;
      at = indent;
      return;
    }
    const shown = short[letter] ?? (hasUnprintable(letter) ? hexEscape(letter) : letter);
    out += shown;
    at += shown.length;
  });
  return `${out}"`;
}
