/** Small programs that need little of the world: echo, seq, sleep, env, xargs and the like. */
import { sleep } from "../../../../base/clock.ts";
import { FileError } from "../files/file-error.ts";
import { absolute, follow, type Program, ProgramError, untilAborted } from "../process.ts";
import { killedCode, signalCode, signalName } from "../signals.ts";
import { readAll } from "../streams/captured.ts";
import { textOf } from "../streams/input.ts";
import { openOutput, turn } from "./open.ts";
import { numberOf, readOptions, secondsOf } from "./options.ts";
import { escaped } from "./printf.ts";
import { findProgram, usualPath } from "./run.ts";

const echo: Program = async (_, io) => {
  const words = [...io.args];
  let flags = "";
  while (/^-[neE]+$/.test(words[0] ?? "")) flags += words.shift();
  const text = words.join(" ");
  const shown = flags.includes("e") ? escaped(text) : { text, stops: false };
  await io.stdout(shown.text + (flags.includes("n") || shown.stops ? "" : "\n"));
  return 0;
};

const wait: Program = async ({ clock }, io) => {
  if (!io.args.length) throw new ProgramError("missing operand");
  if (io.args.some((arg) => arg === "infinity" || arg === "inf")) await untilAborted(io.signal);
  else await sleep(clock, io.args.reduce((sum, arg) => sum + secondsOf(arg), 0) * 1000, io.signal);
  return io.signal.aborted ? killedCode : 0;
};

const yes: Program = async ({ clock }, io) => {
  const block = `${io.args.join(" ") || "y"}\n`.repeat(512);
  while (!io.signal.aborted) {
    await io.stdout(block);
    await turn(clock);
  }
  return killedCode;
};

const seq: Program = async (_, io) => {
  const options = readOptions(
    io.args.map((arg) => arg.replace(/^-(?=\d)/, "\0-")),
    "+ws:",
  );
  const numbers = options.words.map((word) => Number(word.replace("\0", "")));
  if (!numbers.length || numbers.some(Number.isNaN))
    throw new ProgramError(`invalid number '${options.words.join(" ")}'`);
  const [from, by, to] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  const decimals = Math.max(...options.words.map((word) => word.split(".")[1]?.length ?? 0));
  const made: string[] = [];
  for (let i = 0; i < 10_000_000; i++) {
    const value = (from as number) + i * (by as number);
    if ((by as number) >= 0 ? value > (to as number) + 1e-9 : value < (to as number) - 1e-9) break;
    made.push(value.toFixed(decimals));
  }
  const width = options.has("w") ? Math.max(...made.map((text) => text.length)) : 0;
  const separator = options.value("s") ?? "\n";
  if (made.length) await io.stdout(made.map((text) => text.padStart(width, "0")).join(separator) + "\n");
  return 0;
};

/** Runs a program with other variables, or shows them. */
const env: Program = async (_, io, run) => {
  const { has, values, words } = readOptions(io.args, "+iu:0");
  const made = new Map(has("i") ? [] : io.env);
  for (const name of values("u")) made.delete(name);
  let at = 0;
  for (; words[at]?.includes("="); at++) {
    const [name = "", value = ""] = (words[at] as string).split(/=(.*)/s);
    made.set(name, value);
  }
  if (words.length > at) return run(words.slice(at), { ...io, env: made });
  await io.stdout([...made].map(([name, value]) => `${name}=${value}${has("0") ? "\0" : "\n"}`).join(""));
  return 0;
};

const printenv: Program = async (_, io) => {
  if (!io.args.length) await io.stdout([...io.env].map(([name, value]) => `${name}=${value}\n`).join(""));
  const found = io.args.map((name) => io.env.get(name));
  for (const value of found) if (value !== undefined) await io.stdout(`${value}\n`);
  return found.includes(undefined) ? 1 : 0;
};

const basename: Program = async (_, io) => {
  const [path = "", suffix = ""] = io.args;
  const name =
    path
      .replace(/(.)\/+$/, "$1")
      .split("/")
      .at(-1) || "/";
  await io.stdout(`${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
  return 0;
};

const dirname: Program = async (_, io) => {
  const path = (io.args[0] ?? "").replace(/(.)\/+$/, "$1");
  const at = path.lastIndexOf("/");
  await io.stdout(`${at < 0 ? "." : path.slice(0, at).replace(/\/+$/, "") || "/"}\n`);
  return 0;
};

const which: Program = async ({ files }, io) => {
  let failed = 0;
  for (const name of io.args.filter((arg) => !arg.startsWith("-"))) {
    const found = findProgram(files, name, { path: io.env.get("PATH") ?? usualPath, cwd: io.cwd });
    if (found) await io.stdout(`${found.path}\n`);
    else failed = 1;
  }
  return failed;
};

const timeout: Program = async ({ clock }, io, run) => {
  const { words, value } = readOptions(io.args, "+s:k:");
  const [limit = "0", ...command] = words;
  const over = follow(io.signal);
  const timer = clock.after(secondsOf(limit) * 1000, () => over.abort());
  const code = await run(command, { ...io, signal: over.signal });
  timer.cancel();
  over.letGo();
  return over.signal.aborted && !io.signal.aborted ? signalCode(signalName(value("s") ?? "TERM") ?? "TERM") : code;
};

const xargs: Program = async (world, io, run) => {
  const { words, value, has } = readOptions(io.args, "+n:I:L:P:d:rt0");
  const text = textOf(await readAll(world, io.stdin, io.signal));
  const placeholder = value("I");
  const separator = has("0") ? "\0" : value("d") === "\\n" || placeholder ? "\n" : value("d");
  const items = separator
    ? text.split(separator).filter((item) => item.trim())
    : (text.match(/"[^"]*"|'[^']*'|(?:\\.|\S)+/g) ?? []).map(unquoted);
  const command = words.length ? [...words] : ["echo"];
  const size = Number(value("n") ?? value("L") ?? (items.length || 1));
  const lists: string[][] = [];
  for (let i = 0; i < items.length; i += placeholder ? 1 : size)
    lists.push(items.slice(i, i + (placeholder ? 1 : size)));
  if (!lists.length && !has("r") && !placeholder) lists.push([]);
  let code = 0;
  for (const list of lists) {
    const argv = placeholder
      ? command.map((word) => word.replaceAll(placeholder, (list[0] ?? "").trim()))
      : [...command, ...list];
    if (has("t")) void io.stderr(`${argv.join(" ")}\n`);
    const given = await run(argv, {
      ...io,
      onMissing: (why: string) => void io.stderr(`xargs: ${why}\n`),
    } as typeof io);
    if (given === 127 || given === 126) return given;
    if (given) code = 123;
  }
  return code;
};
const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/s, "$2").replace(/\\(.)/g, "$1");

const tee: Program = async (world, io) => {
  const { words, has } = readOptions(io.args, "ai");
  let failed = 0;
  const outputs = words.flatMap((path) => {
    try {
      return [openOutput(world, absolute(path, io.cwd), io, { append: has("a") })];
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      void io.stderr(`tee: ${path}: ${error.message}\n`);
      failed = 1;
      return [];
    }
  });
  for (let chunk = await io.stdin.chunk(); chunk; chunk = await io.stdin.chunk())
    for (const output of [io.stdout, ...outputs]) await output(chunk);
  return failed;
};

/** Runs the command that follows, as it is. */
const running: Program = (_, io, run) =>
  run(
    io.args.filter((arg, i) => i > 0 || !arg.startsWith("-")),
    io,
  );

const time: Program = async ({ clock }, io, run) => {
  const from = clock.now();
  const code = await run(io.args, io);
  const seconds = (clock.now() - from) / 1000;
  const shown = (value: number): string => `${Math.floor(value / 60)}m ${(value % 60).toFixed(2)}s`;
  void io.stderr(`real\t${shown(seconds)}\nuser\t${shown(0)}\nsys\t${shown(0)}\n`);
  return code;
};

export const basic: Readonly<Record<string, Program>> = {
  ...{ echo, yes, seq, env, printenv, basename, dirname, which, timeout, xargs, tee, time },
  ...{ true: () => 0, false: () => 1, sleep: wait, nohup: running, setsid: running, nice: running },
  usleep: async ({ clock }, io) => {
    await sleep(clock, numberOf(io.args[0] ?? "0") / 1000, io.signal);
    return 0;
  },
  pwd: async (_, io) => {
    await io.stdout(`${io.cwd}\n`);
    return 0;
  },
  tty: async (_, io) => {
    await io.stdout(io.terminal ? "/dev/pts/0\n" : "not a tty\n");
    return io.terminal ? 0 : 1;
  },
  clear: async (_, io) => {
    await io.stdout("\x1b[H\x1b[J");
    return 0;
  },
};
