/** Functions on strings: those of the language, and the extension's at its second version. Indexes count code points. */
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { fail } from "../values/error.ts";
import { elements, type ListValue, listValue } from "../values/list.ts";
import { formatText } from "./format.ts";

const outOfRange = (index: bigint): never => fail(`index out of range: ${index}`);

function charAt(text: string, index: bigint): string {
  const chars = Array.from(text);
  if (index < 0n || index > BigInt(chars.length)) return outOfRange(index);
  return chars[Number(index)] ?? "";
}

const matchesAt = (chars: readonly string[], wanted: readonly string[], at: number): boolean =>
  wanted.every((char, i) => chars[at + i] === char);

function indexOf(text: string, wanted: string, from = 0n): bigint {
  if (wanted === "") return from;
  if (from < 0n) return outOfRange(from);
  const [chars, sought] = [Array.from(text), Array.from(wanted)];
  for (let i = Number(from); i <= chars.length - sought.length; i++) if (matchesAt(chars, sought, i)) return BigInt(i);
  return -1n;
}

function lastIndexOf(text: string, wanted: string, from?: bigint): bigint {
  const [chars, sought] = [Array.from(text), Array.from(wanted)];
  if (wanted === "") return from ?? BigInt(chars.length);
  if (from === undefined && chars.length < sought.length) return -1n;
  const start = from ?? BigInt(chars.length - 1);
  if (start < 0n) return outOfRange(start);
  if (start >= BigInt(chars.length)) return -1n;
  for (let i = Math.min(Number(start), chars.length - sought.length); i >= 0; i--) {
    if (matchesAt(chars, sought, i)) return BigInt(i);
  }
  return -1n;
}

/** Go's Replace: an empty old text is found before every code point and at the end. */
function replace(text: string, from: string, to: string, limit = -1n): string {
  const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  if (from !== "") {
    const pieces = text.split(from);
    const count = Math.min(pieces.length - 1, most);
    return (
      pieces
        .slice(0, count)
        .map((piece) => piece + to)
        .join("") + pieces.slice(count).join(from)
    );
  }
  const chars = Array.from(text);
  const before = chars.map((char, i) => (i < most ? to + char : char)).join("");
  return chars.length < most ? before + to : before;
}

/** Go's SplitN: at most `limit` pieces, the last unsplit. */
function split(text: string, separator: string, limit = -1n): ListValue {
  if (limit === 0n) return listValue([]);
  const all = separator === "" ? Array.from(text) : text.split(separator);
  if (limit < 0n || BigInt(all.length) <= limit) return listValue(all);
  const count = Number(limit) - 1;
  return listValue([...all.slice(0, count), all.slice(count).join(separator)]);
}

function substring(text: string, start: bigint, end?: bigint): string {
  const chars = Array.from(text);
  const length = BigInt(chars.length);
  const to = end ?? length;
  if (end !== undefined && start > end) return fail(`invalid substring range. start: ${start}, end: ${end}`);
  for (const index of [start, to]) if (index < 0n || index > length) return outOfRange(index);
  return chars.slice(Number(start), Number(to)).join("");
}

/** What Go counts as space. */
const trim = (text: string): string =>
  text.replace(/^[\t\n\v\f\r \x85\xa0\p{Zs}\p{Zl}\p{Zp}]+|[\t\n\v\f\r \x85\xa0\p{Zs}\p{Zl}\p{Zp}]+$/gu, "");

function join(list: ListValue, separator = ""): string {
  const texts: string[] = [];
  for (const element of elements(list)) {
    if (typeof element !== "string") return fail(`join: invalid input: ${String(element)}`);
    texts.push(element);
  }
  return texts.join(separator);
}

const escapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};
const quote = (text: string): string => `"${Array.from(text, (char) => escapes[char] ?? char).join("")}"`;

export const strings: readonly FunctionDeclaration[] = [
  declare("contains", ["contains_string", "string.(string) bool", (a: string, b: string) => a.includes(b)]),
  declare("startsWith", ["starts_with_string", "string.(string) bool", (a: string, b: string) => a.startsWith(b)]),
  declare("endsWith", ["ends_with_string", "string.(string) bool", (a: string, b: string) => a.endsWith(b)]),
  declare("charAt", ["string_char_at_int", "string.(int) string", charAt]),
  declare(
    "indexOf",
    ["string_index_of_string", "string.(string) int", (a: string, b: string) => indexOf(a, b)],
    ["string_index_of_string_int", "string.(string, int) int", indexOf],
  ),
  declare(
    "lastIndexOf",
    ["string_last_index_of_string", "string.(string) int", (a: string, b: string) => lastIndexOf(a, b)],
    ["string_last_index_of_string_int", "string.(string, int) int", lastIndexOf],
  ),
  declare("lowerAscii", [
    "string_lower_ascii",
    "string.() string",
    (text: string) => text.replace(/[A-Z]/g, (char) => char.toLowerCase()),
  ]),
  declare("upperAscii", [
    "string_upper_ascii",
    "string.() string",
    (text: string) => text.replace(/[a-z]/g, (char) => char.toUpperCase()),
  ]),
  declare(
    "replace",
    [
      "string_replace_string_string",
      "string.(string, string) string",
      (a: string, b: string, c: string) => replace(a, b, c),
    ],
    ["string_replace_string_string_int", "string.(string, string, int) string", replace],
  ),
  declare(
    "split",
    ["string_split_string", "string.(string) list(string)", (a: string, b: string) => split(a, b)],
    ["string_split_string_int", "string.(string, int) list(string)", split],
  ),
  declare(
    "substring",
    ["string_substring_int", "string.(int) string", (a: string, b: bigint) => substring(a, b)],
    ["string_substring_int_int", "string.(int, int) string", substring],
  ),
  declare("trim", ["string_trim", "string.() string", trim]),
  declare("format", ["string_format", "string.(list(dyn)) string", formatText]),
  declare("strings.quote", ["strings_quote", "(string) string", quote]),
  declare(
    "join",
    ["list_join", "list(string).() string", (list: ListValue) => join(list)],
    ["list_join_string", "list(string).(string) string", join],
  ),
];
