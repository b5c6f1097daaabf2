/** Programs that change lines: cut, tr, sort, uniq, paste and the like. */
import { type Program, ProgramError } from "../process.ts";
import { withClasses } from "../shell/patterns.ts";
import { readAll } from "../streams/captured.ts";
import { textOf } from "../streams/input.ts";
import { fromLines, linesIn, linesOf, sourcesOf, textIn } from "./inputs.ts";
import { readOptions } from "./options.ts";
import { escaped } from "./printf.ts";

/** `1,3-5,7-`: whether a place is meant, counted from one. */
function ranges(text: string): (place: number) => boolean {
  const all = text.split(",").map((range) => {
    const found = /^(\d*)(-?)(\d*)$/.exec(range);
    if (!found || range === "" || range === "-") throw new ProgramError(`invalid range '${range}'`);
    const from = Number(found[1] || 1);
    return [from, found[2] ? Number(found[3] || Number.POSITIVE_INFINITY) : from] as const;
  });
  return (place) => all.some(([from, to]) => place >= from && place <= to);
}

const cut: Program = async (world, io) => {
  const { words, value, has } = readOptions(io.args, "d:f:c:b:sO:");
  const list = value("f") ?? value("c") ?? value("b");
  if (list === undefined) throw new ProgramError("expected a list of bytes, characters, or fields");
  const isIn = ranges(list);
  const separator = value("d") ?? "\t";
  const sources = sourcesOf(world, io, words);
  const made: string[] = [];
  for (const line of await linesIn(world, io, sources)) {
    if (!has("f")) made.push([...line].filter((_, i) => isIn(i + 1)).join(""));
    else if (line.includes(separator))
      made.push(
        line
          .split(separator)
          .filter((_, i) => isIn(i + 1))
          .join(value("O") ?? separator),
      );
    else if (!has("s")) made.push(line);
  }
  await io.stdout(fromLines(made));
  return sources.failed ? 1 : 0;
};

const all = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i)).join("");
const sets: Readonly<Record<string, string>> = {
  ...{
    digit: "0123456789",
    lower: all(97, 122),
    upper: all(65, 90),
    alpha: all(65, 90) + all(97, 122),
    alnum: `0123456789${all(65, 90)}${all(97, 122)}`,
  },
  ...{
    space: " \t\n\v\f\r",
    blank: " \t",
    punct: all(33, 47) + all(58, 64) + all(91, 96) + all(123, 126),
    cntrl: all(0, 31),
    xdigit: "0123456789ABCDEFabcdef",
    print: all(32, 126),
  },
};

/** The characters of a set of `tr`. */
function characters(text: string): string {
  const plain = escaped(text).text.replace(/\[:(\w+):\]/g, (whole, name: string) =>
    Object.hasOwn(sets, name) ? (sets[name] as string) : whole,
  );
  return plain.replace(/([\s\S])-([\s\S])/g, (whole, from: string, to: string) =>
    from <= to ? all(from.charCodeAt(0), to.charCodeAt(0)) : whole,
  );
}

const tr: Program = async (_, io) => {
  const { words, has } = readOptions(io.args, "+dscC");
  const [first, second] = words.map(characters);
  if (first === undefined) throw new ProgramError("missing operand");
  const complement = has("c") || has("C");
  const isIn = (char: string): boolean => first.includes(char) !== complement;
  const to = second ?? "";
  const squeezed = has("d") ? to : second === undefined ? undefined : to;
  let last = "";
  const mapped = (char: string): string => {
    if (!isIn(char) || !to || has("d")) return char;
    return complement ? (to.at(-1) as string) : (to[first.indexOf(char)] ?? (to.at(-1) as string));
  };
  const decoder = new TextDecoder();
  for (let chunk = await io.stdin.chunk(); chunk; chunk = await io.stdin.chunk()) {
    let made = "";
    for (const char of decoder.decode(chunk, { stream: true })) {
      if (has("d") && isIn(char)) continue;
      const out = mapped(char);
      const squeezes = has("s") && (squeezed === undefined ? isIn(out) : squeezed.includes(out));
      if (!squeezes || out !== last) made += out;
      last = out;
    }
    await io.stdout(made);
  }
  return 0;
};

/** What a line is sorted by: a field on, up to another. */
function keyOf(line: string, key: string | undefined, separator: string | undefined): string {
  if (key === undefined) return line;
  const [from = 1, to] = key.split(",").map((part) => Number.parseInt(part, 10));
  const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  return fields.slice(from - 1, to).join(separator ?? " ");
}

const sizes = (text: string): number => {
  const found = /^\s*(-?\d*\.?\d+)([KMGT]?)/i.exec(text);
  return (
    Number(found?.[1] ?? 0) * 1024 ** "KMGT".indexOf((found?.[2] ?? "").toUpperCase() || "?") || Number(found?.[1] ?? 0)
  );
};

const sort: Program = async (world, io) => {
  const { words, value, values, has } = readOptions(io.args, "nrugfbhVcsk:t:o:dizM");
  const sources = sourcesOf(world, io, words);
  const lines = await linesIn(world, io, sources);
  const keys = values("k").length ? values("k") : [undefined];
  const compare = (a: string, b: string): number => {
    for (const key of keys) {
      const flags = (key ?? "").replace(/[\d,.]/g, "");
      const is = (letter: string): boolean => has(letter) || flags.includes(letter);
      const [x, y] = [keyOf(a, key, value("t")), keyOf(b, key, value("t"))];
      let order = 0;
      if (is("n") || is("g")) order = (Number.parseFloat(x) || 0) - (Number.parseFloat(y) || 0);
      else if (is("h")) order = sizes(x) - sizes(y);
      else if (is("V")) order = x.localeCompare(y, "en", { numeric: true });
      else {
        const [s, t] = is("f") ? [x.toUpperCase(), y.toUpperCase()] : [x, y];
        order = s < t ? -1 : s > t ? 1 : 0;
      }
      if (order) return flags.includes("r") || has("r") ? -order : order;
    }
    return 0;
  };
  const whole = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0) * (has("r") ? -1 : 1);
  const made = lines.sort((a, b) => compare(a, b) || (has("u") || has("s") ? 0 : whole(a, b)));
  const shown = has("u") ? made.filter((line, i) => i === 0 || compare(made[i - 1] as string, line) !== 0) : made;
  const out = value("o");
  if (out === undefined) await io.stdout(fromLines(shown));
  else world.files.write(out.startsWith("/") ? out : `${io.cwd}/${out}`, new TextEncoder().encode(fromLines(shown)));
  return sources.failed ? 1 : 0;
};

const uniq: Program = async (world, io) => {
  const { words, has, value } = readOptions(io.args, "cdui f:s:w:".replace(" ", ""));
  const sources = sourcesOf(world, io, words.slice(0, 1));
  const groups: { line: string; count: number }[] = [];
  const key = (line: string): string =>
    (has("i") ? line.toLowerCase() : line)
      .split(/(?<=\S)\s+/)
      .slice(Number(value("f") ?? 0))
      .join(" ");
  for (const line of await linesIn(world, io, sources)) {
    const last = groups.at(-1);
    if (last && key(last.line) === key(line)) last.count++;
    else groups.push({ line, count: 1 });
  }
  const shown = groups.filter(({ count }) => (has("d") ? count > 1 : has("u") ? count === 1 : true));
  await io.stdout(
    fromLines(shown.map(({ line, count }) => (has("c") ? `${String(count).padStart(7)} ${line}` : line))),
  );
  return sources.failed ? 1 : 0;
};

const paste: Program = async (world, io) => {
  const { words, value, has } = readOptions(io.args, "d:s");
  const sources = sourcesOf(world, io, words);
  const columns: string[][] = [];
  for (const source of sources.all) columns.push(linesOf(await textIn(world, io, source)));
  const separator = escaped(value("d") ?? "\t").text;
  if (has("s")) await io.stdout(fromLines(columns.map((column) => column.join(separator))));
  else {
    const rows = Math.max(0, ...columns.map((column) => column.length));
    await io.stdout(
      fromLines(Array.from({ length: rows }, (_, i) => columns.map((column) => column[i] ?? "").join(separator))),
    );
  }
  return sources.failed ? 1 : 0;
};

const nl: Program = async (world, io) => {
  const { words } = readOptions(io.args, "b:w:s:");
  const sources = sourcesOf(world, io, words);
  let number = 0;
  await io.stdout(
    fromLines(
      (await linesIn(world, io, sources)).map((line) =>
        line ? `${String(++number).padStart(6)}\t${line}` : "       ",
      ),
    ),
  );
  return sources.failed ? 1 : 0;
};

const fold: Program = async (world, io) => {
  const { words, value } = readOptions(io.args, "bsw:");
  const width = Number(value("w") ?? 80);
  const sources = sourcesOf(world, io, words);
  const lines = await linesIn(world, io, sources);
  await io.stdout(fromLines(lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, "g")) ?? [""])));
  return sources.failed ? 1 : 0;
};

const diff: Program = async (world, io) => {
  const { words, has } = readOptions(io.args, "uqrNabBiw");
  const sources = sourcesOf(world, io, words);
  if (sources.failed || sources.all.length !== 2) return 2;
  const [a = [], b = []] = await Promise.all(
    sources.all.map(async (source) => linesOf(await textIn(world, io, source))),
  );
  if (a.join("\n") === b.join("\n")) return 0;
  if (has("q")) await io.stdout(`Files ${words[0]} and ${words[1]} differ\n`);
  else
    await io.stdout(
      `--- ${words[0]}\n+++ ${words[1]}\n@@ -1,${a.length} +1,${b.length} @@\n${fromLines(compared(a, b))}`,
    );
  return 1;
};

/** The lines of both, by their longest common run of lines. */
function compared(a: readonly string[], b: readonly string[]): string[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (lengths[i] as Uint32Array)[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const made: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      made.push(` ${a[i++]}`);
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) made.push(`-${a[i++]}`);
    else made.push(`+${b[j++]}`);
  }
  return made;
}

const strings: Program = async (world, io) => {
  const text = textOf(await readAll(world, io.stdin, io.signal));
  await io.stdout(fromLines(text.match(new RegExp(`${withClasses("[[:print:]]")}{4,}`, "g")) ?? []));
  return 0;
};

export const texts: Readonly<Record<string, Program>> = { cut, tr, sort, uniq, paste, nl, fold, diff, strings };
