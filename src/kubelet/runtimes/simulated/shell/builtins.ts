/** The commands that a shell carries out itself. */
import { FileError } from "../files/file-error.ts";
import { ProgramError } from "../process.ts";
import { programs } from "../programs/programs.ts";
import { findProgram } from "../programs/run.ts";
import { numberOfSignal, signalCode, signalName } from "../signals.ts";
import { textOf } from "../streams/input.ts";
import { Exit, Jump } from "./control.ts";
import { parse } from "./parser.ts";
import { getopts, readVariables } from "./reading.ts";
import type { Shell } from "./shell.ts";

export type Builtin = (shell: Shell, args: readonly string[]) => Promise<number> | number;

const count = (word: string | undefined, otherwise: number): number => {
  if (word === undefined) return otherwise;
  if (!/^\d+$/.test(word)) throw new ProgramError(`Illegal number: ${word}`, 2);
  return Number(word);
};

/** A program that needs no process of its own. */
const inside =
  (name: string): Builtin =>
  (shell, args) => {
    const program = programs[name];
    const io = { ...shell.io, ...shell.streams, name, args, cwd: shell.cwd, env: shell.variables.environment() };
    return program ? program(shell.world, io, async () => 127) : 127;
  };

const cd: Builtin = (shell, args) => {
  const [word = shell.variables.get("HOME") ?? "/"] = args.filter((arg) => !/^-[LP]$/.test(arg));
  const target = word === "-" ? (shell.variables.get("OLDPWD") ?? shell.cwd) : word;
  const path = shell.path(target);
  const found = shell.files.find(path);
  if (found?.kind !== "directory")
    throw new ProgramError(`can't cd to ${target}: ${new FileError(found ? "ENOTDIR" : "ENOENT").message}`, 2);
  if (!shell.files.may(path, "execute")) throw new ProgramError(`can't cd to ${target}: Permission denied`, 2);
  shell.variables.set("OLDPWD", shell.cwd);
  shell.cwd = shortened(path);
  shell.variables.set("PWD", shell.cwd);
  if (word === "-") void shell.streams.stdout(`${shell.cwd}\n`);
  return 0;
};

function shortened(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'"'"'`)}'`;

/** `export` and `readonly`. */
const declare =
  (word: "export" | "readonly"): Builtin =>
  ({ variables, streams }, args) => {
    for (const arg of args.filter((a) => a !== "-p")) {
      const [name = "", value] = arg.split(/=(.*)/s);
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new ProgramError(`${name}: bad variable name`, 2);
      if (value !== undefined) variables.set(name, value);
      if (word === "export") variables.export(name);
      else variables.protect(name);
    }
    if (!args.length || args[0] === "-p")
      for (const [name, value] of variables.all())
        if (word === "export" && variables.isExported(name)) void streams.stdout(`export ${name}=${quoted(value)}\n`);
    return 0;
  };

const set: Builtin = (shell, args) => {
  if (!args.length)
    for (const [name, value] of shell.variables.all()) void shell.streams.stdout(`${name}=${quoted(value)}\n`);
  const words = [...args];
  for (let word = words[0]; word !== undefined && /^[-+]./.test(word); word = words[0]) {
    words.shift();
    if (word === "--") {
      shell.parameters = words;
      return 0;
    }
    const flags =
      word[1] === "o"
        ? [{ errexit: "e", nounset: "u", xtrace: "x", noglob: "f" }[words[0] ?? ""] ?? words[0]]
        : [...word.slice(1)];
    if (word[1] === "o") words.shift();
    for (const flag of flags)
      if (flag && word.startsWith("-")) shell.flags.add(flag);
      else if (flag) shell.flags.delete(flag);
  }
  if (words.length) shell.parameters = words;
  return 0;
};

const trap: Builtin = (shell, args) => {
  const words = args.filter((arg) => arg !== "--");
  if (!words.length) {
    for (const [name, text] of shell.traps) void shell.streams.stdout(`trap -- ${quoted(text)} ${name}\n`);
    return 0;
  }
  const resets = words.length === 1 || words[0] === "-";
  const traps = new Map(shell.traps);
  for (const word of resets && words[0] !== "-" ? words : words.slice(1)) {
    const name = word === "0" || word === "EXIT" ? "EXIT" : signalName(word);
    if (!name) throw new ProgramError(`${word}: invalid signal specification`);
    if (resets) traps.delete(name);
    else traps.set(name, words[0] ?? "");
  }
  shell.trap(traps);
  return 0;
};

/** Waits for what runs in the background, or for a signal that a trap is set for. */
const wait: Builtin = async (shell, args) => {
  const pids = args.length
    ? args.map((arg) => (arg.startsWith("%") ? (shell.lastJob ?? 0) : Number(arg)))
    : [...shell.jobs.keys()];
  let code = 0;
  const all = (async () => {
    for (const pid of pids) code = (await shell.jobs.get(pid)) ?? 127;
  })();
  const caught = await shell.untilCaught(all);
  if (caught) return signalCode(caught);
  for (const pid of pids) shell.jobs.delete(pid);
  return args.length ? code : 0;
};

const describe = (shell: Shell, name: string): string | undefined => {
  if (shell.functions.has(name)) return `${name} is a function`;
  if (Object.hasOwn(builtins, name)) return `${name} is a shell builtin`;
  const path = findProgram(shell.files, name, { path: shell.variables.get("PATH") ?? "", cwd: shell.cwd })?.path;
  return path && `${name} is ${path}`;
};

const type: Builtin = (shell, args) => {
  let code = 0;
  for (const name of args) {
    const found = describe(shell, name);
    if (!found) code = 127;
    void shell.streams.stdout(`${found ?? `${name}: not found`}\n`);
  }
  return code;
};

const command: Builtin = async (shell, args) => {
  if (args[0] !== "-v" && args[0] !== "-V") {
    const [name = ""] = args;
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (builtin) return builtin(shell, args.slice(1));
    return args.length ? shell.call(args) : 0;
  }
  const found = describe(shell, args[1] ?? "");
  if (!found) return 127;
  const [, path] = / is (\/.*)$/.exec(found) ?? [];
  void shell.streams.stdout(`${args[0] === "-V" ? found : (path ?? args[1])}\n`);
  return 0;
};

const source: Builtin = async (shell, args) => {
  const path = shell.path(args[0] ?? "");
  let text: string;
  try {
    text = textOf(shell.files.read(path));
  } catch {
    throw new ProgramError(`can't open '${args[0] ?? ""}': No such file or directory`, 2);
  }
  try {
    return await shell.execute(parse(text));
  } catch (error) {
    if (error instanceof Jump && error.kind === "return") return error.count;
    throw error;
  }
};

const local: Builtin = (shell, args) => {
  for (const arg of args) {
    const [name = "", value] = arg.split(/=(.*)/s);
    if (!shell.locals) throw new ProgramError("not in a function");
    if (!shell.locals.has(name)) shell.locals.set(name, shell.variables.get(name));
    shell.variables.set(name, value ?? "");
  }
  return 0;
};

const kill: Builtin = (shell, args) => {
  if (args[0] !== "-l")
    return inside("kill")(
      shell,
      args.map((arg) => (arg === "%1" ? String(shell.lastJob ?? 0) : arg)),
    );
  const name = signalName(args[1] ?? "");
  void shell.streams.stdout(
    args[1]
      ? `${/^\d+$/.test(args[1]) ? name : numberOfSignal(name ?? "")}\n`
      : "HUP INT QUIT KILL USR1 USR2 TERM CONT STOP\n",
  );
  return 0;
};

export const builtins: Readonly<Record<string, Builtin>> = {
  ...Object.fromEntries(["echo", "printf", "test", "[", "true", "false", "pwd"].map((name) => [name, inside(name)])),
  ":": () => 0,
  ".": source,
  ...{ source, cd, set, trap, wait, type, command, local, kill, getopts, read: readVariables },
  ...{ export: declare("export"), readonly: declare("readonly") },
  exit: (shell, [code]) => {
    throw new Exit(code === undefined ? shell.status : count(code, 0) & 255);
  },
  return: (shell, [code]) => {
    throw new Jump("return", code === undefined ? shell.status : count(code, 0) & 255);
  },
  break: (_, [levels]) => {
    throw new Jump("break", count(levels, 1));
  },
  continue: (_, [levels]) => {
    throw new Jump("continue", count(levels, 1));
  },
  eval: (shell, args) => shell.execute(parse(args.join(" "))),
  shift: (shell, [by]) => {
    if (count(by, 1) > shell.parameters.length) return 1;
    shell.parameters = shell.parameters.slice(count(by, 1));
    return 0;
  },
  unset: (shell, args) => {
    for (const name of args.filter((arg) => !arg.startsWith("-"))) {
      shell.variables.unset(name);
      if (args[0] === "-f") shell.functions = new Map([...shell.functions].filter(([known]) => known !== name));
    }
    return 0;
  },
  jobs: (shell) => {
    for (const [i, pid] of [...shell.jobs.keys()].entries()) {
      const entry = shell.world.processes.get(pid);
      if (entry) void shell.streams.stdout(`[${i + 1}]+  Running                    ${entry.command}\n`);
    }
    return 0;
  },
  umask: (shell, [mask]) => {
    if (mask === undefined) void shell.streams.stdout("0022\n");
    return 0;
  },
  ulimit: (shell) => {
    void shell.streams.stdout("unlimited\n");
    return 0;
  },
  ...{ hash: () => 0, alias: () => 0, unalias: () => 0, fg: (shell) => wait(shell, []), bg: () => 0, history: () => 0 },
};
