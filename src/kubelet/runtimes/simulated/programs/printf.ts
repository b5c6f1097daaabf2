/** `printf`, and the escapes that `echo -e` has too. */
import { type Program, ProgramError } from "../process.ts";

const simple: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", e: "\x1b", "\\": "\\", '"': '"' },
};

/** `stops`: a `\c` ends all output. */
export function escaped(text: string): { text: string; stops: boolean } {
  let made = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\") {
      made += text[i];
      continue;
    }
    const rest = text.slice(i + 1);
    const octal = /^0?[0-7]{1,3}/.exec(rest)?.[0];
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    if (rest[0] === "c") return { text: made, stops: true };
    if (octal) made += String.fromCharCode(Number.parseInt(octal, 8));
    else if (hex) made += String.fromCharCode(Number.parseInt(hex[1] as string, 16));
    else if (rest[0] !== undefined && Object.hasOwn(simple, rest[0])) made += simple[rest[0]];
    else made += `\\${rest[0] ?? ""}`;
    i += octal?.length ?? hex?.[0].length ?? 1;
  }
  return { text: made, stops: false };
}

/** A text of a format and words, which are used up from the front. Throws ProgramError at what is no number. */
export function formatted(format: string, words: string[]): string {
  return format.replace(
    /%(%|([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*))?([a-zA-Z]))/g,
    (whole, body: string, flags: string, widthText?: string, precisionText?: string, kind?: string) => {
      if (body === "%") return "%";
      const width = widthText === "*" ? Number(words.shift()) : Number(widthText ?? 0);
      const precision =
        precisionText === "*" ? Number(words.shift()) : precisionText === undefined ? undefined : Number(precisionText);
      const text = converted(kind ?? "", words.shift() ?? "", precision);
      if (text === undefined) throw new ProgramError(`${whole}: invalid format`);
      const signed =
        /[dieEfgG]/.test(kind ?? "") && !text.startsWith("-")
          ? `${flags.includes("+") ? "+" : flags.includes(" ") ? " " : ""}${text}`
          : text;
      if (flags.includes("-")) return signed.padEnd(width);
      if (!flags.includes("0") || kind === "s") return signed.padStart(width);
      const sign = /^[-+]/.exec(signed)?.[0] ?? "";
      return sign + signed.slice(sign.length).padStart(width - sign.length, "0");
    },
  );
}

function converted(kind: string, word: string, precision: number | undefined): string | undefined {
  switch (kind) {
    case "s":
      return precision === undefined ? word : word.slice(0, precision);
    case "b":
      return escaped(word).text;
    case "c":
      return word.slice(0, 1);
    case "d":
    case "i":
    case "u":
      return String(Math.trunc(numeric(word))).padStart(precision ?? 0, "0");
    case "x":
      return Math.trunc(numeric(word)).toString(16);
    case "X":
      return Math.trunc(numeric(word)).toString(16).toUpperCase();
    case "o":
      return Math.trunc(numeric(word)).toString(8);
    case "f":
      return numeric(word).toFixed(precision ?? 6);
    case "e":
      return numeric(word)
        .toExponential(precision ?? 6)
        .replace(/e([-+])(\d)$/, "e$10$2");
    case "g":
      return String(Number(numeric(word).toPrecision(precision || 6)));
    default:
      return undefined;
  }
}

function numeric(word: string): number {
  if (/^['"]/.test(word)) return word.codePointAt(1) ?? 0;
  const value = word.trim() === "" ? 0 : Number(/^0[0-7]+$/.test(word) ? `0o${word.slice(1)}` : word);
  if (Number.isNaN(value)) throw new ProgramError(`invalid number '${word}'`);
  return value;
}

export const printf: Program = async (_, io) => {
  const [format, ...words] = io.args[0] === "--" ? io.args.slice(1) : io.args;
  if (format === undefined) throw new ProgramError("usage: printf FORMAT [ARG]...", 2);
  const { text, stops } = escaped(format);
  let made = "";
  // the format is used again for as long as there are words
  do {
    const before = words.length;
    made += formatted(text, words);
    if (words.length === before) break;
  } while (words.length && !stops);
  await io.stdout(made);
  return 0;
};
