/** Programs that pass on what they read, or a part of it: cat, head, tail, wc. */
import { sleep } from "../../../../base/clock.ts";
import { absolute, type Invocation, type Program, untilAborted, type World } from "../process.ts";
import { killedCode } from "../signals.ts";
import { readAll } from "../streams/captured.ts";
import { bytesOf, type Input, textOf } from "../streams/input.ts";
import { fromLines, linesIn, linesOf, sourcesOf, textIn } from "./inputs.ts";
import { numberOf, readOptions } from "./options.ts";

const newline = 10;
const cannotOpen = (path: string, why: string): string => `can't open '${path}': ${why}`;

const cat: Program = async (world, io) => {
  const { words, has } = readOptions(io.args, "nbeEtTAvsu");
  const { all, failed } = sourcesOf(world, io, words, cannotOpen);
  let number = 0;
  for (const source of all) {
    if (["n", "b", "e", "E", "A", "T", "t"].some(has)) {
      for (const line of linesOf(await textIn(world, io, source))) {
        const counted = has("n") || (has("b") && line !== "");
        const shown = has("T") || has("A") || has("t") ? line.replaceAll("\t", "^I") : line;
        const end = has("e") || has("E") || has("A") ? "$" : "";
        await io.stdout(`${counted ? `${String(++number).padStart(6)}\t` : ""}${shown}${end}\n`);
      }
      continue;
    }
    // what comes is passed on as it comes
    for (let chunk = await source.input.chunk(); chunk; chunk = await source.input.chunk()) {
      await io.stdout(chunk);
      if (io.signal.aborted) return killedCode;
    }
  }
  return failed ? 1 : 0;
};

/** `-5` is `-n 5`; `-n -2` stays what it is. */
const counted = (args: readonly string[]): string[] =>
  args.flatMap((arg) => (/^-\d+$/.test(arg) ? ["-n", arg.slice(1)] : [arg]));
/** The value of -n or -c may begin with a dash. */
const joinedValue = (args: readonly string[]): string[] =>
  args.reduce<string[]>((made, arg) => {
    const last = made.at(-1);
    if ((last === "-n" || last === "-c") && /^[-+]?\d/.test(arg)) made[made.length - 1] = `${last}${arg}`;
    else made.push(arg);
    return made;
  }, []);

/** The first lines or bytes: reads no more than it needs. */
async function firstOf(input: Input, io: Invocation, count: number, isBytes: boolean): Promise<void> {
  let left = count;
  while (left > 0) {
    const chunk = await input.chunk();
    if (!chunk) return;
    let end = Math.min(chunk.length, left);
    if (!isBytes) {
      end = 0;
      for (let seen = 0; seen < left; seen++) {
        const at = chunk.indexOf(newline, end);
        end = at < 0 ? chunk.length : at + 1;
        if (at < 0) break;
      }
    }
    const part = chunk.subarray(0, end);
    left -= isBytes ? part.length : part.filter((byte) => byte === newline).length;
    await io.stdout(part);
  }
}

const head: Program = async (world, io) => {
  const { words, value, has } = readOptions(counted(joinedValue(io.args)), "n:c:qv");
  const { all, failed } = sourcesOf(world, io, words);
  const isBytes = has("c");
  const count = numberOf((isBytes ? value("c") : value("n")) ?? "10");
  for (const [i, source] of all.entries()) {
    if ((all.length > 1 && !has("q")) || has("v"))
      await io.stdout(`${i ? "\n" : ""}==> ${source.name ?? "standard input"} <==\n`);
    if (count >= 0) await firstOf(source.input, io, count, isBytes);
    else await io.stdout(fromLines(linesOf(await textIn(world, io, source)).slice(0, count)));
  }
  return failed ? 1 : 0;
};

/** The end of what there is: of `+N` on, or the last N. */
function endOf(data: Uint8Array, count: string, isBytes: boolean): Uint8Array {
  const number = numberOf(count.replace(/^[-+]/, ""));
  if (isBytes)
    return count.startsWith("+")
      ? data.subarray(Math.max(0, number - 1))
      : data.subarray(Math.max(0, data.length - number));
  const lines = textOf(data).split(/(?<=\n)/);
  const kept = count.startsWith("+") ? lines.slice(Math.max(0, number - 1)) : number ? lines.slice(-number) : [];
  return bytesOf(kept.join(""));
}

const tail: Program = async (world, io) => {
  const args = joinedValue(io.args).flatMap((arg) => (/^[-+]\d+$/.test(arg) ? ["-n", arg.replace(/^-/, "")] : [arg]));
  const { words, value, has } = readOptions(args, "n:c:fFqvs:", { follow: "f" });
  const { all, failed } = sourcesOf(world, io, words, cannotOpen);
  const isBytes = has("c");
  const lengths = new Map<string, number>();
  for (const [i, source] of all.entries()) {
    const data = await readAll(world, source.input, io.signal);
    if ((all.length > 1 && !has("q")) || has("v"))
      await io.stdout(`${i ? "\n" : ""}==> ${source.name ?? "standard input"} <==\n`);
    await io.stdout(endOf(data, (isBytes ? value("c") : value("n")) ?? "10", isBytes));
    if (source.name !== undefined) lengths.set(absolute(source.name, io.cwd), data.length);
  }
  if ((has("f") || has("F")) && lengths.size) await follow(world, io, lengths);
  if (!all.length) void io.stderr("tail: no files\n");
  return io.signal.aborted ? killedCode : failed ? 1 : 0;
};

/** Shows what is added to files, looking once a second. */
async function follow({ files, clock }: World, io: Invocation, lengths: Map<string, number>): Promise<void> {
  const isQuiet = [...lengths.keys()].every((path) => files.find(path)?.kind === "device");
  if (isQuiet) return untilAborted(io.signal);
  while (!io.signal.aborted) {
    await sleep(clock, 1000, io.signal);
    for (const [path, before] of lengths) {
      const node = files.find(path);
      if (node?.kind !== "file" || node.data.length === before) continue;
      await io.stdout(node.data.subarray(node.data.length < before ? 0 : before));
      lengths.set(path, node.data.length);
    }
  }
}

const wc: Program = async (world, io) => {
  const options = readOptions(io.args, "lwcmL");
  const { all, failed } = sourcesOf(world, io, options.words);
  const letters = [..."lwmcL"].filter(options.has);
  const kinds = letters.length ? letters : ["l", "w", "c"];
  const sums = new Map<string, number>();
  const alone = kinds.length === 1 && all.length === 1;
  const row = (values: ReadonlyMap<string, number>, name = ""): string => {
    const numbers = kinds.map((kind) => String(values.get(kind) ?? 0));
    return `${alone ? numbers.join(" ") : numbers.map((text) => text.padStart(9)).join(" ")}${name ? ` ${name}` : ""}\n`;
  };
  for (const { input, name } of all) {
    const data = await readAll(world, input, io.signal);
    const text = textOf(data);
    const values = new Map([
      ["l", data.filter((byte) => byte === newline).length],
      ["w", text.split(/\s+/).filter(Boolean).length],
      ["c", data.length],
      ["m", [...text].length],
      ["L", Math.max(0, ...text.split("\n").map((line) => line.length))],
    ]);
    for (const [kind, value] of values) sums.set(kind, (sums.get(kind) ?? 0) + value);
    await io.stdout(row(values, name));
  }
  if (all.length > 1) await io.stdout(row(sums, "total"));
  return failed ? 1 : 0;
};

const reversed: Program = async (world, io) => {
  const sources = sourcesOf(world, io, readOptions(io.args, "").words);
  const lines = await linesIn(world, io, sources);
  await io.stdout(fromLines(io.name === "tac" ? lines.reverse() : lines.map((line) => [...line].reverse().join(""))));
  return sources.failed ? 1 : 0;
};

export const passing: Readonly<Record<string, Program>> = { cat, head, tail, wc, tac: reversed, rev: reversed };
