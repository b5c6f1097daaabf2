/** `"%s has %d".format([name, count])` (cel-go's ext/formatting.go). */
import { quoted } from "../../validation/field-error.ts";
import { showDouble, typeName } from "../values/describe.ts";
import { Duration } from "../values/duration.ts";
import { fail } from "../values/error.ts";
import { elements, isList, type ListValue } from "../values/list.ts";
import { entriesOf, isMap, type MapValue } from "../values/map.ts";
import { Timestamp } from "../values/timestamp.ts";
import { TypeValue } from "../values/type-value.ts";
import { Uint } from "../values/uint.ts";
import type { Value } from "../values/value.ts";

const defaultPrecision = 6;

/** Writes `text` with its clauses replaced. The arguments of each clause are checked by what it writes. */
export function formatText(text: string, args: ListValue): string {
  let used = 0;
  return clauses(text, (clause) => {
    if (used >= args.length) return fail(`index ${used} out of range`);
    const value = args.at(used++);
    return within("error during formatting", () => clause.write(value));
  });
}

export interface Clause {
  /** The letter after the percent sign and the precision. */
  readonly kind: string;
  write(value: Value): string;
}

/** Replaces each clause by what `fill` makes of it. */
export function clauses(text: string, fill: (clause: Clause) => string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "%") out += text[i];
    else if (text[i + 1] === "%") {
      out += "%";
      i++;
    } else {
      const { clause, length } = readClause(text.slice(i + 1));
      out += fill(clause);
      i += length;
    }
  }
  return out;
}

function readClause(rest: string): { clause: Clause; length: number } {
  const [, precision] = /^(?:\.(\d*))?/.exec(rest) ?? [];
  const at = precision === undefined ? 0 : precision.length + 1;
  const kind = rest[at];
  if (kind === undefined) return fail("unexpected end of string");
  if (precision === "") {
    const why = 'strconv.Atoi: parsing "": invalid syntax';
    return fail(
      `could not parse formatting clause: error while parsing precision: error while converting precision to integer: ${why}`,
    );
  }
  const digits = precision === undefined ? defaultPrecision : Number(precision);
  const write = writers[kind];
  if (!write) return fail(`could not parse formatting clause: unrecognized formatting clause "${kind}"`);
  return { clause: { kind, write: (value) => write(value, digits) }, length: at + 1 };
}

const within = <T>(what: string, run: () => T): T => {
  try {
    return run();
  } catch (error) {
    return fail(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const integer = (value: Value): bigint | undefined =>
  typeof value === "bigint" ? value : value instanceof Uint ? value.value : undefined;

export const refusals = {
  s: "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
  d: "decimal clause can only be used on integers",
  f: "fixed-point clause can only be used on doubles",
  e: "scientific clause can only be used on doubles",
  b: "only integers and bools can be formatted as binary",
  x: "only integers, byte buffers, and strings can be formatted as hex",
  X: "only integers, byte buffers, and strings can be formatted as hex",
  o: "octal clause can only be used on integers",
} as const;

const writers: Readonly<Record<string, (value: Value, digits: number) => string>> = {
  s: asText,
  d: (value) => String(integer(value) ?? refuse(value, refusals.d)),
  f: (value, digits) => fixed(value, digits),
  e: scientific,
  b: (value) => {
    if (typeof value === "boolean") return value ? "1" : "0";
    return integer(value)?.toString(2) ?? refuse(value, refusals.b);
  },
  x: (value) => hex(value),
  X: (value) => hex(value).toUpperCase(),
  o: (value) => integer(value)?.toString(8) ?? refuse(value, refusals.o),
};

const refuse = (value: Value, why: string): never => fail(`${why}, was given ${typeName(value)}`);

function asText(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "number") return showDouble(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Timestamp || value instanceof Duration) return String(value);
  if (value instanceof TypeValue) return value.of;
  if (isList(value)) return listText(value);
  if (isMap(value)) return mapText(value);
  return refuse(value, refusals.s);
}

/** As it stands within a list or a map: texts quoted, doubles with six digits. */
function innerText(value: Value): string {
  if (typeof value === "string") return quoted(value);
  if (value instanceof Uint8Array) return `b${quoted(new TextDecoder().decode(value))}`;
  if (typeof value === "number")
    return Number.isFinite(value) ? value.toFixed(defaultPrecision) : quoted(showDouble(value));
  if (value instanceof Timestamp) return `timestamp(${quoted(String(value))})`;
  if (value instanceof Duration) return `duration(${quoted(String(value))})`;
  if (typeof value === "object" && value !== null && "celType" in value) {
    return fail(`no formatting function for ${typeName(value)}`);
  }
  return asText(value);
}

const listText = (list: ListValue): string => `[${[...elements(list)].map(innerText).join(", ")}]`;

function mapText(map: MapValue): string {
  const pairs = [...entriesOf(map)].map(([key, value]) => [innerText(key), innerText(value)] as const);
  return `{${pairs
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}:${value}`)
    .join(", ")}}`;
}

/** Doubles, and the texts that stand for those that are no numbers. */
function double(value: Value, why: string): number {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  return value === "-Infinity" ? Number.NEGATIVE_INFINITY : refuse(value, why);
}

const unending = (value: number): string => (Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞");

/** Rounded to even where it lies in the middle, as Go does; JavaScript rounds up there. */
function rounded(number: number, digits: number): string {
  if (Math.abs(number) >= 1e21) return `${BigInt(number)}.${"0".repeat(digits)}`.replace(/\.$/, "");
  const up = number.toFixed(digits);
  const exact = number.toFixed(Math.min(digits + 25, 100));
  const isMiddle = /^50*$/.test(exact.slice(exact.indexOf(".") + 1 + digits));
  if (!isMiddle) return up;
  const down = exact.slice(0, exact.indexOf(".") + 1 + digits).replace(/\.$/, "");
  return Number(down.at(-1)) % 2 === 0 ? down : up;
}

/** With commas between thousands, as the language en_US writes numbers. */
function fixed(value: Value, digits: number): string {
  const number = double(value, refusals.f);
  if (!Number.isFinite(number)) return unending(number);
  const [whole = "", fraction] = rounded(number, Math.min(digits, 75)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** `1.234500×10⁰³`: upstream's printer for languages writes six digits whatever the precision. */
function scientific(value: Value): string {
  const number = double(value, refusals.e);
  if (!Number.isFinite(number)) return unending(number);
  const [mantissa = "", exponent = "0"] = number.toExponential(defaultPrecision).split("e");
  const power = exponent.replace(/^[+-]/, "").padStart(2, "0");
  const raised = Array.from(power, (digit) => superscripts[Number(digit)]).join("");
  return `${mantissa}×10${exponent.startsWith("-") ? "⁻" : ""}${raised}`;
}

function hex(value: Value): string {
  const whole = integer(value);
  if (whole !== undefined) return whole.toString(16);
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  if (!(bytes instanceof Uint8Array)) return refuse(value, refusals.x);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
