/** `grep`, `egrep`, `fgrep`. */
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { linesOf, type Source, sourcesOf, textIn } from "./inputs.ts";
import { type Options, readOptions } from "./options.ts";
import { basicExpression, extendedExpression, literalExpression } from "./regular-expression.ts";

const long = {
  "ignore-case": "i",
  "invert-match": "v",
  count: "c",
  quiet: "q",
  "line-number": "n",
  "only-matching": "o",
  recursive: "r",
  color: "z",
};

function formOf(io: Invocation, options: Options, patterns: readonly string[]): RegExp {
  const convert =
    options.has("F") || io.name === "fgrep"
      ? literalExpression
      : options.has("E") || options.has("P") || io.name === "egrep"
        ? extendedExpression
        : basicExpression;
  const sources = patterns
    .flatMap((pattern) => pattern.split("\n"))
    .map((pattern) => {
      const source = convert(pattern);
      if (options.has("x")) return `^(?:${source})$`;
      return options.has("w") ? `(?<!\\w)(?:${source})(?!\\w)` : source;
    });
  try {
    return new RegExp(
      sources.map((source) => (sources.length > 1 ? `(?:${source})` : source)).join("|"),
      options.has("i") ? "gi" : "g",
    );
  } catch {
    throw new ProgramError(`bad regex '${patterns.join("\n")}'`, 2);
  }
}

/** All files below, for -r. */
function filesBelow({ files }: World, path: string, name: string): string[] {
  const node = files.find(path);
  if (node?.kind !== "directory") return [name];
  return files
    .list(path)
    .flatMap((entry) => filesBelow({ files } as World, `${path}/${entry}`, `${name.replace(/\/$/, "")}/${entry}`));
}

export const grep: Program = async (world, io) => {
  const args = io.args.flatMap((arg) =>
    /^-\d+$/.test(arg) ? ["-C", arg.slice(1)] : /^--colou?r/.test(arg) ? [] : [arg],
  );
  const options = readOptions(args, "ivcqnowxlLhHEFPrRsaze:f:m:A:B:C:", long);
  const words = [...options.words];
  const fromFile = options.value("f");
  const given =
    fromFile === undefined ? [...options.values("e")] : linesOf(world.files.text(absolute(fromFile, io.cwd)));
  if (!given.length && fromFile === undefined) {
    const first = words.shift();
    if (first === undefined) throw new ProgramError("no pattern", 2);
    given.push(first);
  }
  const form = formOf(io, options, given);
  const deep = options.has("r") || options.has("R");
  const paths = deep
    ? (words.length ? words : ["."]).flatMap((name) => filesBelow(world, absolute(name, io.cwd), name))
    : words;
  const quiet = options.has("s") ? { ...io, stderr: () => undefined } : io;
  const { all, failed } = sourcesOf(world, quiet, paths);
  const named = options.has("H") || (!options.has("h") && (all.length > 1 || deep || paths.length > 1));
  let found = false;
  for (const source of all) {
    const seen = await search(world, io, { source, form, options, named });
    found ||= seen;
    if (seen && options.has("q")) return 0;
  }
  return failed ? 2 : found ? 0 : 1;
};

interface Search {
  readonly source: Source;
  readonly form: RegExp;
  readonly options: Options;
  readonly named: boolean;
}

async function search(world: World, io: Invocation, { source, form, options, named }: Search): Promise<boolean> {
  const { has, value } = options;
  const label = named ? `${source.name ?? "(standard input)"}` : "";
  const plain = !["c", "l", "L", "q", "o", "A", "B", "C"].some(has);
  let count = 0;
  const most = Number(value("m") ?? Number.POSITIVE_INFINITY);
  const isMatch = (line: string): boolean => {
    form.lastIndex = 0;
    return form.test(line) !== has("v");
  };
  const show = (line: string, number: number, sign = ":"): Promise<void> | undefined =>
    io.stdout(`${label ? label + sign : ""}${has("n") ? `${number}${sign}` : ""}${line}\n`);
  if (plain) {
    // line by line, so that what comes slowly is shown as it comes
    let number = 0;
    for (let line = await source.input.line(); line !== undefined && count < most; line = await source.input.line()) {
      number++;
      if (!isMatch(line)) continue;
      count++;
      await show(line, number);
    }
    return count > 0;
  }
  const lines = linesOf(await textIn(world, io, source));
  const before = Number(value("B") ?? value("C") ?? 0);
  const after = Number(value("A") ?? value("C") ?? 0);
  let shown = -1;
  const contexts = before > 0 || after > 0;
  for (const [i, line] of lines.entries()) {
    if (count >= most || !isMatch(line)) continue;
    count++;
    if (has("q") || has("l") || has("L") || has("c")) continue;
    if (has("o")) {
      for (const match of has("v") ? [] : (line.match(form) ?? [])) if (match) await show(match, i + 1);
      continue;
    }
    const from = Math.max(0, i - before);
    if (contexts && shown >= 0 && from > shown + 1) await io.stdout("--\n");
    for (let at = Math.max(from, shown + 1); at <= Math.min(lines.length - 1, i + after); at++) {
      const matched = isMatch(lines[at] as string);
      if (at > i && matched) break;
      await show(lines[at] as string, at + 1, at === i ? ":" : "-");
      shown = at;
    }
  }
  if (has("c")) await io.stdout(`${label ? `${label}:` : ""}${count}\n`);
  if ((has("l") && count) || (has("L") && !count)) await io.stdout(`${source.name ?? "(standard input)"}\n`);
  return count > 0;
}
