/** Runs what shell-syntax.ts reads: pipes, conditions, loops, variables, substitutions, redirections, exit codes, traps. */
import { applets } from "./applets.ts";
import { absolute, type Input, type Invocation, textInput, untilAborted, type World } from "./process.ts";
import { arithmetic } from "./shell-arithmetic.ts";
import {
  type Command,
  doubleEnd,
  parenthesisEnd,
  parse,
  type Redirect,
  ShellSyntaxError,
  type Word,
} from "./shell-syntax.ts";
import { interruptedCode, killedCode, signalCode } from "./signals.ts";

/** `exit`, or a signal: unwinds the shell. */
class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
class LoopControl extends Error {
  readonly kind: "break" | "continue";
  constructor(kind: "break" | "continue") {
    super(kind);
    this.kind = kind;
  }
}

const shells = new Set(["sh", "ash", "bash"]);
export const isShell = (name: string): boolean => shells.has(name);

export class Shell {
  readonly #world: World;
  readonly #io: Invocation;
  readonly #parameters: readonly string[];
  readonly #traps = new Map<string, string>();
  readonly #jobs = new Set<Promise<unknown>>();
  #status = 0;
  #lastJob: number | undefined;
  #trapped = false;

  constructor(world: World, io: Invocation, parameters: readonly string[] = []) {
    this.#world = world;
    this.#io = io;
    this.#parameters = parameters;
  }

  async run(text: string): Promise<number> {
    try {
      await this.#execute(parse(text), this.#io);
      return this.#status;
    } catch (error) {
      if (error instanceof Exit) return error.code;
      if (error instanceof ShellSyntaxError) {
        this.#io.stderr(`sh: ${error.message}\n`);
        return 2;
      }
      throw error;
    }
  }

  /** Reads and runs line after line, as an interactive shell does. */
  async interact(): Promise<number> {
    const { terminal, stdin } = this.#io;
    for (;;) {
      if (terminal) this.#io.stdout(`${this.#io.cwd.path} # `);
      const line = await stdin.line();
      if (line === undefined) return this.#status;
      const interrupted = new AbortController();
      const quiet = terminal?.onInterrupt(() => interrupted.abort());
      const signal = terminal ? AbortSignal.any([this.#io.signal, interrupted.signal]) : this.#io.signal;
      try {
        await this.#execute(parse(line), { ...this.#io, signal });
      } catch (error) {
        if (error instanceof Exit) {
          if (!interrupted.signal.aborted || this.#io.signal.aborted) return error.code;
          this.#status = interruptedCode;
        } else if (error instanceof ShellSyntaxError) {
          this.#io.stderr(`sh: ${error.message}\n`);
          this.#status = 2;
        } else throw error;
      } finally {
        quiet?.();
      }
    }
  }

  async #execute(command: Command, io: Invocation): Promise<number> {
    if (io.signal.aborted) throw new Exit(killedCode);
    await this.#heed(io);
    this.#status = await this.#step(command, io);
    await this.#heed(io);
    return this.#status;
  }

  /** Runs what the script has set for the signal that asks it to end, once, when the command at hand is done. */
  async #heed(io: Invocation): Promise<void> {
    const text = this.#traps.get("TERM");
    if (this.#trapped || !text || !io.termination?.aborted) return;
    this.#trapped = true;
    await this.#step(parse(text), io);
  }

  /** Waits for what runs in the background, or for the signal that a trap is set for. */
  async #wait(io: Invocation): Promise<number> {
    const asked = this.#traps.get("TERM") && !this.#trapped ? io.termination : undefined;
    await Promise.race([Promise.all(this.#jobs), untilAborted(io.signal), ...(asked ? [untilAborted(asked)] : [])]);
    return asked?.aborted ? signalCode("TERM") : 0;
  }

  #background(command: Command, io: Invocation): number {
    const over = new AbortController();
    const signal = AbortSignal.any([io.signal, over.signal]);
    const pid = this.#world.processes.add("sh", () => over.abort());
    const job = this.#step(command, { ...io, signal })
      .catch(() => {})
      .finally(() => {
        this.#jobs.delete(job);
        this.#world.processes.remove(pid);
      });
    this.#jobs.add(job);
    this.#lastJob = pid;
    return 0;
  }

  async #step(command: Command, io: Invocation): Promise<number> {
    switch (command.is) {
      case "simple":
        return this.#simple(command, io);
      case "list": {
        let status = 0;
        for (const each of command.commands) status = await this.#execute(each, io);
        return status;
      }
      case "and":
        return (await this.#execute(command.left, io)) === 0 ? this.#execute(command.right, io) : this.#status;
      case "or":
        return (await this.#execute(command.left, io)) !== 0 ? this.#execute(command.right, io) : this.#status;
      case "not":
        return (await this.#execute(command.command, io)) === 0 ? 1 : 0;
      case "background":
        return this.#background(command.command, io);
      case "pipe":
        return this.#pipe(command.parts, io);
      case "if":
        for (const { test, body } of command.branches)
          if ((await this.#execute(test, io)) === 0) return this.#execute(body, io);
        return command.otherwise ? this.#execute(command.otherwise, io) : 0;
      case "while":
        return this.#loop(
          command.body,
          io,
          async () => ((await this.#execute(command.test, io)) === 0) !== command.until,
        );
      case "for": {
        const words = await this.#words(command.words, io);
        return this.#loop(command.body, io, async () => {
          const next = words.shift();
          if (next !== undefined) io.env.set(command.name, next);
          return next !== undefined;
        });
      }
    }
  }

  async #loop(body: Command, io: Invocation, goesOn: () => Promise<boolean>): Promise<number> {
    let status = 0;
    while (await goesOn()) {
      try {
        status = await this.#execute(body, io);
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error;
        if (error.kind === "break") break;
      }
      // even an empty loop lets others have their turn
      await new Promise<void>((resolve) => this.#world.clock.after(0, resolve));
      if (io.signal.aborted) throw new Exit(killedCode);
    }
    return status;
  }

  /** One part after another, each given what the one before wrote. */
  async #pipe(parts: readonly Command[], io: Invocation): Promise<number> {
    let input: Input = io.stdin;
    let status = 0;
    for (const [i, part] of parts.entries()) {
      const last = i === parts.length - 1;
      let written = "";
      const stdout = last
        ? io.stdout
        : (text: string): void => {
            written += text;
          };
      status = await this.#execute(part, { ...io, stdin: input, stdout });
      input = textInput(written);
    }
    return status;
  }

  async #simple({ words, assigns, redirects }: Extract<Command, { is: "simple" }>, io: Invocation): Promise<number> {
    const args = await this.#words(words, io);
    const values: [string, string][] = [];
    for (const [name, word] of assigns) values.push([name, (await this.#expand(word, io)).join(" ")]);
    if (!args.length) {
      for (const [name, value] of values) io.env.set(name, value);
      return redirects.length ? this.#redirected(redirects, io, async () => 0) : this.#status;
    }
    const env = values.length ? new Map([...io.env, ...values]) : io.env;
    return this.#redirected(redirects, { ...io, env, args }, (inner) => this.#call(args, inner));
  }

  async #redirected(
    redirects: readonly Redirect[],
    io: Invocation,
    run: (io: Invocation) => Promise<number>,
  ): Promise<number> {
    let inner = io;
    for (const { from, kind, target } of redirects) {
      const [path = ""] = await this.#expand(target, io);
      try {
        inner = this.#redirect(inner, from, kind, path);
      } catch (error) {
        io.stderr(
          `sh: can't ${kind === "<" ? "open" : "create"} ${path}: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        return 1;
      }
    }
    return run(inner);
  }

  #redirect(io: Invocation, from: 0 | 1 | 2, kind: Redirect["kind"], target: string): Invocation {
    const stream = from === 2 ? "stderr" : "stdout";
    if (kind === ">&") return { ...io, [stream]: target === "2" ? io.stderr : io.stdout };
    const path = absolute(target, io);
    if (kind === "<") {
      const text = this.#world.files.read(path);
      if (text === undefined) throw new Error("no such file");
      return { ...io, stdin: textInput(text) };
    }
    if (path === "/dev/null") return { ...io, [stream]: () => {} };
    if (path === "/dev/stderr") return { ...io, [stream]: io.stderr };
    if (path === "/dev/stdout") return { ...io, [stream]: io.stdout };
    if (kind === ">") this.#world.files.write(path, "");
    return { ...io, [stream]: (text: string) => this.#world.files.write(path, text, true) };
  }

  async #call(args: readonly string[], io: Invocation): Promise<number> {
    const [name = "", ...rest] = args;
    const builtin = await this.#builtin(name, rest, io);
    if (builtin !== undefined) return builtin;
    return runProgram(this.#world, { ...io, args });
  }

  async #builtin(name: string, rest: readonly string[], io: Invocation): Promise<number | undefined> {
    switch (name) {
      case "exit":
        throw new Exit(rest[0] === undefined ? this.#status : Number(rest[0]) & 255);
      case "break":
      case "continue":
        throw new LoopControl(name);
      case ":":
        return 0;
      case "cd": {
        const path = absolute(rest[0] ?? io.env.get("HOME") ?? "/root", io);
        if (this.#world.files.kind(path) !== "directory") {
          io.stderr(`sh: cd: can't cd to ${rest[0]}: No such file or directory\n`);
          return 2;
        }
        io.cwd.path = path;
        return 0;
      }
      case "export":
        for (const word of rest) {
          const [key = "", value] = word.split(/=(.*)/s);
          if (value !== undefined) io.env.set(key, value);
        }
        return 0;
      case "unset":
        for (const key of rest) io.env.delete(key);
        return 0;
      case "set":
        return 0;
      case "wait":
        return this.#wait(io);
      case "trap":
        for (const signal of rest.slice(1)) this.#traps.set(signal.replace(/^SIG/, ""), rest[0] ?? "");
        return 0;
      case "read": {
        const line = await io.stdin.line();
        if (line === undefined) return 1;
        io.env.set(rest.at(-1) ?? "REPLY", line.trim());
        return 0;
      }
      case "eval":
        return this.#execute(parse(rest.join(" ")), io);
      case "exec":
        throw new Exit(await this.#call(rest, io));
      default:
        return undefined;
    }
  }

  async #words(words: readonly Word[], io: Invocation): Promise<string[]> {
    const expanded: string[] = [];
    for (const word of words) expanded.push(...(await this.#expand(word, io)));
    return expanded;
  }

  /** A word with quotes taken away and dollars replaced; what was not quoted falls apart at blanks. */
  async #expand(word: Word, io: Invocation): Promise<string[]> {
    const made: string[] = [];
    let current = "";
    let some = false;
    let at = 0;
    const spread = (value: string): void => {
      const pieces = value.split(/[ \t\n]+/);
      for (const [i, piece] of pieces.entries()) {
        if (i > 0 && (some || current)) {
          made.push(current);
          current = "";
          some = false;
        }
        current += piece;
        if (piece) some = true;
      }
    };
    while (at < word.length) {
      const char = word[at] as string;
      if (char === "\\") {
        current += word[at + 1] ?? "";
        some = true;
        at += 2;
      } else if (char === "'") {
        const end = word.indexOf("'", at + 1);
        current += word.slice(at + 1, end);
        some = true;
        at = end + 1;
      } else if (char === '"') {
        const end = doubleEnd(word, at);
        current += await this.#inner(word.slice(at + 1, end - 1), io);
        some = true;
        at = end;
      } else if (char === "$" || char === "`") {
        const { value, end } = await this.#dollar(word, at, io);
        spread(value);
        at = end;
      } else {
        current += char;
        some = true;
        at++;
      }
    }
    if (some || current) made.push(current);
    return made.flatMap((text) => (/[*?]/.test(text) && !/["']/.test(word) ? this.#glob(text, io) : [text]));
  }

  /** Inside double quotes. */
  async #inner(text: string, io: Invocation): Promise<string> {
    let made = "";
    for (let at = 0; at < text.length; ) {
      const char = text[at] as string;
      if (char === "\\" && /[$`"\\\n]/.test(text[at + 1] ?? "")) {
        made += text[at + 1];
        at += 2;
      } else if (char === "$" || char === "`") {
        const { value, end } = await this.#dollar(text, at, io);
        made += value;
        at = end;
      } else {
        made += char;
        at++;
      }
    }
    return made;
  }

  async #dollar(text: string, at: number, io: Invocation): Promise<{ value: string; end: number }> {
    if (text[at] === "`") {
      const end = text.indexOf("`", at + 1);
      return { value: await this.#substitute(text.slice(at + 1, end), io), end: end + 1 };
    }
    if (text.startsWith("$((", at)) {
      const end = parenthesisEnd(text, at + 1);
      const inner = await this.#inner(text.slice(at + 3, end - 2), io);
      return { value: String(arithmetic(inner, (name) => io.env.get(name) ?? "0")), end };
    }
    if (text[at + 1] === "(") {
      const end = parenthesisEnd(text, at + 1);
      return { value: await this.#substitute(text.slice(at + 2, end - 1), io), end };
    }
    const braced = /^\$\{([A-Za-z_]\w*|[0-9#?@*!])(?:(:?[-+=])([^}]*))?\}/.exec(text.slice(at));
    const bare = /^\$([A-Za-z_]\w*|[0-9#?@*$!])/.exec(text.slice(at));
    const found = braced ?? bare;
    if (!found) return { value: "$", end: at + 1 };
    const value = this.#variable(found[1] as string, io);
    const operator = braced?.[2];
    const other = braced?.[3] ?? "";
    const chosen = operator?.endsWith("+") ? (value ? other : "") : operator && !value ? other : (value ?? "");
    return { value: chosen, end: at + found[0].length };
  }

  #variable(name: string, io: Invocation): string | undefined {
    if (name === "?") return String(this.#status);
    if (name === "$") return "1";
    if (name === "!") return this.#lastJob === undefined ? "" : String(this.#lastJob);
    if (name === "#") return String(Math.max(0, this.#parameters.length - 1));
    if (name === "@" || name === "*") return this.#parameters.slice(1).join(" ");
    if (/^\d$/.test(name)) return this.#parameters[Number(name)] ?? (name === "0" ? "sh" : undefined);
    return io.env.get(name);
  }

  async #substitute(text: string, io: Invocation): Promise<string> {
    let written = "";
    const inner = {
      ...io,
      stdout: (more: string): void => {
        written += more;
      },
      cwd: { ...io.cwd },
      env: new Map(io.env),
    };
    const shell = new Shell(this.#world, inner, this.#parameters);
    this.#status = await shell.run(text);
    return written.replace(/\n+$/, "");
  }

  #glob(pattern: string, io: Invocation): string[] {
    const at = pattern.lastIndexOf("/");
    const folder = at < 0 ? io.cwd.path : absolute(pattern.slice(0, at) || "/", io);
    const last = pattern.slice(at + 1);
    const form = new RegExp(
      `^${last
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, ".*")
        .replace(/\?/g, ".")}$`,
    );
    const found = (this.#world.files.list(folder) ?? []).filter((name) => form.test(name) && !name.startsWith("."));
    return found.length ? found.map((name) => (at < 0 ? name : `${pattern.slice(0, at)}/${name}`)) : [pattern];
  }
}

/** Runs a program by its name: the shell itself, or one of the small ones. */
export async function runProgram(world: World, io: Invocation): Promise<number> {
  const [path = "", ...rest] = io.args;
  const name = path.split("/").at(-1) ?? "";
  if (isShell(name)) return runShell(world, io, rest);
  const applet = applets[name];
  if (!applet || (path.includes("/") && !path.startsWith("/bin/") && !path.startsWith("/usr/bin/"))) {
    io.stderr(`sh: ${path}: not found\n`);
    return 127;
  }
  const over = new AbortController();
  let code: number | undefined;
  const pid = world.processes.add(io.args.join(" "), (name) => {
    code = signalCode(name);
    over.abort();
  });
  try {
    const signal = AbortSignal.any([io.signal, over.signal]);
    const answered = await applet(world, { ...io, args: rest, signal }, (inner) => runProgram(world, inner));
    return code ?? answered;
  } finally {
    world.processes.remove(pid);
  }
}

async function runShell(world: World, io: Invocation, rest: readonly string[]): Promise<number> {
  const at = rest.findIndex((word) => /^-\w*c$/.test(word));
  if (at >= 0) return new Shell(world, io, rest.slice(at + 2)).run(rest[at + 1] ?? "");
  const [script] = rest.filter((word) => !word.startsWith("-"));
  if (script === undefined) return new Shell(world, io).interact();
  const text = world.files.read(absolute(script, io));
  if (text !== undefined) return new Shell(world, io, rest).run(text);
  io.stderr(`sh: can't open '${script}': No such file or directory\n`);
  return 2;
}
