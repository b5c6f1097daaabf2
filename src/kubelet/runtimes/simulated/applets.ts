/** The programs of simulated containers: those of busybox that people type in a pod. */
import { sleep } from "../../../base/clock.ts";
import { networkApplets } from "./network-applets.ts";
import { type Applet, absolute, type Invocation, untilAborted, type World } from "./process.ts";
import { killedCode, signalName } from "./signals.ts";

const options = (args: readonly string[]): string => args.filter((a) => /^-[a-zA-Z]/.test(a)).join("");
const operands = (args: readonly string[]): string[] => args.filter((a) => !/^-[a-zA-Z]/.test(a));

/** Each operand's text, or the input where there are none. */
async function texts(name: string, { files }: World, io: Invocation): Promise<{ all: string[]; failed: boolean }> {
  const paths = operands(io.args);
  if (!paths.length) return { all: [await io.stdin.all()], failed: false };
  let failed = false;
  const all: string[] = [];
  for (const path of paths) {
    const text = path === "-" ? await io.stdin.all() : files.read(absolute(path, io));
    if (text === undefined) {
      io.stderr(`${name}: can't open '${path}': No such file or directory\n`);
      failed = true;
    } else all.push(text);
  }
  return { all, failed };
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

function seconds(text: string): number {
  const found = /^([\d.]+)([smhd]?)$/.exec(text);
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[found?.[2] || "s"] ?? 1;
  return Number(found?.[1] ?? 0) * unit;
}

function test(args: readonly string[], { files }: World, io: Invocation): boolean {
  const [a = "", b = "", c = ""] = args;
  if (a === "!") return !test(args.slice(1), { files } as World, io);
  if (args.length === 1) return a !== "";
  if (args.length === 2) {
    const kind = files.kind(absolute(b, io));
    const size = (): number => files.read(absolute(b, io))?.length ?? 0;
    return (
      {
        "-f": kind === "file",
        "-d": kind === "directory",
        "-e": kind !== undefined,
        "-n": b !== "",
        "-z": b === "",
        "-s": size() > 0,
        "-r": kind !== undefined,
      }[a] ?? false
    );
  }
  const numbers: Record<string, boolean> = {
    "-eq": Number(a) === Number(c),
    "-ne": Number(a) !== Number(c),
    "-lt": Number(a) < Number(c),
    "-le": Number(a) <= Number(c),
    "-gt": Number(a) > Number(c),
    "-ge": Number(a) >= Number(c),
    "=": a === c,
    "==": a === c,
    "!=": a !== c,
  };
  return numbers[b] ?? false;
}

export const applets: Readonly<Record<string, Applet>> = {
  true: async () => 0,
  false: async () => 1,
  echo: async (_, io) => {
    const plain = io.args[0] === "-n";
    const words = /^-[ne]+$/.test(io.args[0] ?? "") ? io.args.slice(1) : io.args;
    io.stdout(words.join(" ") + (plain ? "" : "\n"));
    return 0;
  },
  printf: async (_, io) => {
    const [format = "", ...rest] = io.args;
    const words = [...rest];
    const text = format
      .replace(/\\n/g, "\n")
      .replace(/\\t/g, "\t")
      .replace(/%[sd]/g, () => words.shift() ?? "");
    io.stdout(text);
    return 0;
  },
  cat: async (world, io) => {
    if (!operands(io.args).length) {
      // what comes is passed on as it comes
      for (let chunk = await io.stdin.chunk(); chunk !== undefined; chunk = await io.stdin.chunk()) io.stdout(chunk);
      return 0;
    }
    const { all, failed } = await texts("cat", world, io);
    io.stdout(all.join(""));
    return failed ? 1 : 0;
  },
  ls: async ({ files }, io) => {
    let failed = 0;
    for (const path of operands(io.args).length ? operands(io.args) : ["."]) {
      const full = path === "." ? io.cwd.path : absolute(path, io);
      const names = files.list(full);
      if (names) io.stdout(names.map((n) => `${n}\n`).join(""));
      else if (files.kind(full)) io.stdout(`${path}\n`);
      else {
        io.stderr(`ls: ${path}: No such file or directory\n`);
        failed = 1;
      }
    }
    return failed;
  },
  sleep: async ({ clock }, io) => {
    const total = io.args.reduce((sum, a) => sum + seconds(a), 0);
    if (io.args.includes("infinity")) await untilAborted(io.signal);
    else await sleep(clock, total * 1000, io.signal);
    return io.signal.aborted ? killedCode : 0;
  },
  date: async ({ clock }, io) => {
    const now = new Date(clock.now());
    if (io.args.some((a) => a === "+%s")) io.stdout(`${Math.floor(clock.now() / 1000)}\n`);
    else io.stdout(`${now.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 UTC $4")}\n`);
    return 0;
  },
  env: async (_, io) => {
    for (const [name, value] of io.env) io.stdout(`${name}=${value}\n`);
    return 0;
  },
  kill: async ({ processes }, io) => {
    const named = io.args[0] === "-s" ? io.args[1] : /^-./.test(io.args[0] ?? "") ? io.args[0] : "TERM";
    const signal = signalName(named ?? "");
    const pids = io.args.slice(io.args[0] === "-s" ? 2 : /^-./.test(io.args[0] ?? "") ? 1 : 0);
    if (!signal) {
      io.stderr(`sh: bad signal name '${named?.replace(/^-/, "")}'\n`);
      return 1;
    }
    let failed = 0;
    for (const pid of pids) {
      if (processes.signal(Number(pid), signal)) continue;
      io.stderr(`sh: can't kill pid ${pid}: No such process\n`);
      failed = 1;
    }
    return failed;
  },
  hostname: async ({ hostname, ip }, io) => {
    io.stdout(`${io.args.includes("-i") ? ip : hostname}\n`);
    return 0;
  },
  pwd: async (_, io) => {
    io.stdout(`${io.cwd.path}\n`);
    return 0;
  },
  id: async ({ user }, io) => {
    io.stdout(user === 0 ? "uid=0(root) gid=0(root) groups=0(root)\n" : `uid=${user} gid=0(root)\n`);
    return 0;
  },
  whoami: async ({ user }, io) => {
    io.stdout(user === 0 ? "root\n" : `${user}\n`);
    return 0;
  },
  uname: async ({ hostname }, io) => {
    io.stdout(io.args.includes("-a") ? `Linux ${hostname} simulated x86_64 GNU/Linux\n` : "Linux\n");
    return 0;
  },
  ps: async ({ processes }, io) => {
    io.stdout("PID   USER     TIME  COMMAND\n");
    for (const [pid, command] of processes.list()) io.stdout(`${String(pid).padStart(5)} root      0:00 ${command}\n`);
    return 0;
  },
  touch: async ({ files }, io) => {
    for (const path of operands(io.args)) files.write(absolute(path, io), files.read(absolute(path, io)) ?? "");
    return 0;
  },
  mkdir: async ({ files }, io) => {
    for (const path of operands(io.args)) files.makeDirectory(absolute(path, io));
    return 0;
  },
  rm: async ({ files }, io) => {
    let failed = 0;
    for (const path of operands(io.args)) {
      if (files.remove(absolute(path, io)) || options(io.args).includes("f")) continue;
      io.stderr(`rm: can't remove '${path}': No such file or directory\n`);
      failed = 1;
    }
    return failed;
  },
  test: async (world, io) => (test(io.args, world, io) ? 0 : 1),
  "[": async (world, io) => (test(io.args.slice(0, -1), world, io) ? 0 : 1),
  grep: async (world, io) => {
    const flags = options(io.args);
    const [pattern = "", ...paths] = operands(io.args);
    const { all } = await texts("grep", world, { ...io, args: paths });
    const form = new RegExp(pattern, flags.includes("i") ? "i" : "");
    const found = all.flatMap(linesOf).filter((line) => form.test(line) !== flags.includes("v"));
    if (flags.includes("c")) io.stdout(`${found.length}\n`);
    else if (!flags.includes("q")) io.stdout(found.map((line) => `${line}\n`).join(""));
    return found.length ? 0 : 1;
  },
  wc: async (world, io) => {
    const { all } = await texts("wc", world, io);
    const text = all.join("");
    io.stdout(
      options(io.args).includes("l")
        ? `${linesOf(text).length}\n`
        : `${linesOf(text).length} ${text.split(/\s+/).filter(Boolean).length} ${text.length}\n`,
    );
    return 0;
  },
  head: async (world, io) => {
    const count = Number(/-n\s*(\d+)/.exec(io.args.join(" "))?.[1] ?? 10);
    const { all } = await texts("head", world, { ...io, args: io.args.filter((a) => !/^(-n.*|\d+)$/.test(a)) });
    io.stdout(
      linesOf(all.join(""))
        .slice(0, count)
        .map((l) => `${l}\n`)
        .join(""),
    );
    return 0;
  },
  tail: async (world, io) => {
    // a file without end, as people use it to eat memory or to wait
    if (io.args.includes("/dev/null") || io.args.includes("/dev/zero")) {
      if (io.args.includes("/dev/zero")) world.exhaustMemory();
      await untilAborted(io.signal);
      return killedCode;
    }
    const count = Number(/-n\s*(\d+)/.exec(io.args.join(" "))?.[1] ?? 10);
    const { all } = await texts("tail", world, { ...io, args: io.args.filter((a) => !/^(-n.*|\d+)$/.test(a)) });
    io.stdout(
      linesOf(all.join(""))
        .slice(-count)
        .map((l) => `${l}\n`)
        .join(""),
    );
    return 0;
  },
  sort: async (world, io) => {
    const { all } = await texts("sort", world, io);
    const lines = linesOf(all.join("")).sort();
    io.stdout((options(io.args).includes("u") ? [...new Set(lines)] : lines).map((l) => `${l}\n`).join(""));
    return 0;
  },
  seq: async (_, io) => {
    const [a = 1, b] = io.args.map(Number);
    for (let i = b === undefined ? 1 : a; i <= (b ?? a); i++) io.stdout(`${i}\n`);
    return 0;
  },
  timeout: async ({ clock }, io, run) => {
    const [limit = "0", ...command] = io.args;
    const over = new AbortController();
    io.signal.addEventListener("abort", () => over.abort(), { once: true });
    const timer = clock.after(seconds(limit) * 1000, () => over.abort());
    const code = await run({ ...io, args: command, signal: over.signal });
    timer.cancel();
    return over.signal.aborted && !io.signal.aborted ? 143 : code;
  },
  ...networkApplets,
};
