/** Programs about processes: ps, top, kill, pgrep and the like. */
import { sleep } from "../../../../base/clock.ts";
import { type Program, ProgramError, type World } from "../process.ts";
import type { ProcessEntry } from "../processes.ts";
import { killedCode, signalName } from "../signals.ts";
import { userName } from "./attributes.ts";
import { readOptions } from "./options.ts";

const owner = ({ files }: World, { user }: ProcessEntry): string => (userName(files, user) ?? String(user)).padEnd(8);
const program = ({ command }: ProcessEntry): string => (command.split(" ")[0] ?? "").split("/").at(-1) ?? "";

const ps: Program = async (world, io) => {
  const option = io.args.indexOf("-o");
  const columns = option < 0 ? undefined : (io.args[option + 1] ?? "").split(",");
  const values = (entry: ProcessEntry): Readonly<Record<string, string>> => ({
    ...{ pid: String(entry.pid), ppid: String(entry.parent), user: owner(world, entry).trim(), args: entry.command },
    ...{ comm: program(entry), time: "0:00", stat: "S", vsz: "4400", etime: elapsed(world.clock.now() - entry.since) },
  });
  if (columns) {
    await io.stdout(
      `${columns
        .map((name) => (name === "args" || name === "comm" ? "COMMAND" : name.toUpperCase()).padEnd(8))
        .join(" ")
        .trimEnd()}\n`,
    );
    for (const entry of world.processes.list())
      await io.stdout(
        `${columns
          .map((name) => (values(entry)[name] ?? "").padEnd(8))
          .join(" ")
          .trimEnd()}\n`,
      );
    return 0;
  }
  await io.stdout("PID   USER     TIME  COMMAND\n");
  for (const entry of world.processes.list())
    await io.stdout(`${String(entry.pid).padStart(5)} ${owner(world, entry)}  0:00 ${entry.command}\n`);
  return 0;
};

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const top: Program = async (world, io) => {
  const { has, value } = readOptions(
    io.args.map((arg) => arg.replace(/^-n(\d+)$/, "-n$1")),
    "bn:d:mH",
  );
  const rounds = Number(value("n") ?? (has("b") ? Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY));
  const { machine } = world;
  for (let round = 0; round < rounds && !io.signal.aborted; round++) {
    if (round) await sleep(world.clock, Number(value("d") ?? 5) * 1000, io.signal);
    const kib = Math.floor(machine.memoryBytes / 1024);
    const lines = [
      `Mem: ${Math.floor(kib * 0.5)}K used, ${Math.ceil(kib * 0.5)}K free, 4096K shrd, ${Math.floor(kib * 0.05)}K buff, ${Math.floor(kib * 0.25)}K cached`,
      "CPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq",
      `Load average: 0.10 0.08 0.05 1/${world.processes.list().length} ${world.processes.list().at(-1)?.pid ?? 1}`,
      "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND",
      ...world.processes
        .list()
        .map(
          (entry) =>
            `${String(entry.pid).padStart(5)} ${String(entry.parent).padStart(5)} ${owner(world, entry)} S     4400   0%   0   0% ${entry.command}`,
        ),
    ];
    await io.stdout(`${has("b") ? "" : "\x1b[H\x1b[J"}${lines.join("\n")}\n`);
  }
  return io.signal.aborted ? killedCode : 0;
};

/** The signal that is asked for, and what follows it. */
function readSignal(args: readonly string[]): { name: string; rest: readonly string[] } {
  const [first = "", second = ""] = args;
  const given = first === "-s" ? second : /^-./.test(first) && first !== "--" ? first : undefined;
  const name = given === undefined ? "TERM" : given.replace(/^-/, "") === "0" ? "0" : signalName(given);
  if (!name) throw new ProgramError(`bad signal name '${given?.replace(/^-/, "")}'`);
  return { name, rest: args.slice(first === "-s" ? 2 : given === undefined && first !== "--" ? 0 : 1) };
}

const kill: Program = ({ processes }, io) => {
  const { name, rest } = readSignal(io.args);
  if (!rest.length) throw new ProgramError("you need to specify whom to kill");
  let failed = 0;
  for (const word of rest) {
    if (!/^-?\d+$/.test(word)) throw new ProgramError(`invalid number '${word}'`);
    const pids =
      word === "-1"
        ? processes
            .list()
            .map(({ pid }) => pid)
            .filter((pid) => pid !== 1 && pid !== io.pid)
        : [Number(word)];
    for (const pid of pids) {
      if (name === "0" ? processes.get(pid) : processes.signal(pid, name)) continue;
      void io.stderr(`sh: can't kill pid ${pid}: No such process\n`);
      failed = 1;
    }
  }
  return failed;
};

const killall: Program = ({ processes }, io) => {
  const { name, rest } = readSignal(io.args.filter((arg) => arg !== "-q"));
  let failed = 0;
  for (const word of rest) {
    const found = processes.list().filter((entry) => program(entry) === word);
    for (const { pid } of found) processes.signal(pid, name);
    if (found.length) continue;
    void io.stderr(`killall: ${word}: no process killed\n`);
    failed = 1;
  }
  return failed;
};

/** `pgrep` and `pkill`. */
const byPattern: Program = async ({ processes }, io) => {
  const isKill = io.name === "pkill";
  const { name, rest } = isKill
    ? readSignal(io.args.filter((arg) => !/^-[fxn]$/.test(arg)))
    : { name: "", rest: io.args };
  const words = rest.filter((arg) => !/^-[flaxno]+$/.test(arg));
  const whole = io.args.some((arg) => /^-\w*f/.test(arg));
  const lists = !isKill && io.args.some((arg) => /^-\w*[la]/.test(arg));
  const form = new RegExp(words[0] ?? "");
  const found = processes
    .list()
    .filter((entry) => entry.pid !== io.pid && form.test(whole ? entry.command : program(entry)));
  for (const entry of found)
    if (isKill) processes.signal(entry.pid, name);
    else await io.stdout(`${entry.pid}${lists ? ` ${entry.command}` : ""}\n`);
  return found.length ? 0 : 1;
};

const pidof: Program = async ({ processes }, io) => {
  const found = processes.list().filter((entry) => io.args.includes(program(entry)));
  if (found.length)
    await io.stdout(
      `${found
        .map(({ pid }) => pid)
        .reverse()
        .join(" ")}\n`,
    );
  return found.length ? 0 : 1;
};

export const processPrograms: Readonly<Record<string, Program>> = {
  ps,
  top,
  kill,
  killall,
  pgrep: byPattern,
  pkill: byPattern,
  pidof,
};
