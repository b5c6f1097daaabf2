/** Runs what parser.ts reads: pipes, conditions, loops, functions, redirections, exit codes, traps. */
import { FileError } from "../files/file-error.ts";
import type { FileSpace } from "../files/file-space.ts";
import { absolute, follow, type Invocation, ProgramError, Signals, untilAborted, type World } from "../process.ts";
import { runInPlace, runProgram } from "../programs/run.ts";
import { interruptedCode, killedCode } from "../signals.ts";
import { Captured } from "../streams/captured.ts";
import type { Output } from "../streams/input.ts";
import { ArithmeticError } from "./arithmetic.ts";
import { builtins } from "./builtins.ts";
import { Exit, Jump } from "./control.ts";
import { type Descriptors, descriptorsOf, RedirectError, redirected, streamsOf } from "./descriptors.ts";
import { type ExpansionContext, ExpansionError } from "./expansion.ts";
import { parse } from "./parser.ts";
import { step } from "./steps.ts";
import { type Command, type Redirect, ShellSyntaxError } from "./syntax.ts";
import { Variables } from "./variables.ts";

export interface ShellOptions {
  /** What `$0` is, and what stands before errors. */
  readonly name: string;
  readonly parameters?: readonly string[];
  /** A script that is read from a file: errors name its lines. */
  readonly isFile?: boolean;
}

export class Shell implements ExpansionContext {
  readonly world: World;
  readonly io: Invocation;
  readonly options: ShellOptions;
  readonly jobs = new Map<number, Promise<number>>();
  readonly flags = new Set<string>();
  variables: Variables;
  functions: ReadonlyMap<string, Command> = new Map();
  traps: ReadonlyMap<string, string> = new Map();
  parameters: readonly string[];
  open: Descriptors;
  cwd: string;
  status = 0;
  lastJob: number | undefined;
  /** Of the function that runs: what its variables were outside. */
  locals: Map<string, string | undefined> | undefined;
  signal: AbortSignal;
  /** A command that may take the shell's own place. */
  last: Command | undefined;
  /** In a condition: failing there ends nothing. */
  tests = 0;
  line = 0;
  #caught: string[] = [];
  #wakes = new Set<() => void>();

  constructor(world: World, io: Invocation, options: ShellOptions, from?: Shell) {
    this.world = world;
    this.io = io;
    this.options = options;
    this.open = from?.open ?? descriptorsOf(io);
    this.signal = io.signal;
    this.cwd = from?.cwd ?? io.cwd;
    this.parameters = from?.parameters ?? options.parameters ?? [];
    this.variables = from?.variables.copy() ?? new Variables(io.env);
    if (!from) return;
    this.functions = from.functions;
    this.status = from.status;
    this.lastJob = from.lastJob;
    this.line = from.line;
    for (const flag of from.flags) this.flags.add(flag);
  }

  get files(): FileSpace {
    return this.world.files;
  }
  get refusesUnset(): boolean {
    return this.flags.has("u");
  }
  get keepsPatterns(): boolean {
    return this.flags.has("f");
  }
  get streams(): Pick<Invocation, "stdin" | "stdout" | "stderr"> {
    return streamsOf(this.open);
  }
  /** Signals are kept until the command at hand is done, where a trap is set for them. */
  trap(signals: ReadonlyMap<string, string>): void {
    this.traps = signals;
    this.io.signals.onSignal = (name) => {
      if (!this.traps.has(name)) return false;
      if (this.traps.get(name)) this.#caught.push(name);
      for (const wake of this.#wakes) wake();
      return true;
    };
  }

  /** Resolves to the signal that was caught while `work` went on; undefined: it came to its end. */
  async untilCaught(work: Promise<unknown>): Promise<string | undefined> {
    let wake = (): void => {};
    const caught = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#wakes.add(wake);
    if (!this.#caught.length) await Promise.race([work, caught, untilAborted(this.signal)]);
    this.#wakes.delete(wake);
    return this.#caught[0];
  }

  error(message: string): void {
    const { name, isFile } = this.options;
    void this.streams.stderr(`${name}: ${isFile ? `line ${this.line}: ` : ""}${message}\n`);
  }

  /** Runs a script to its end; resolves to the exit code. */
  async run(text: string): Promise<number> {
    return this.finish(async () => {
      const command = parse(text);
      if (command.is === "simple") this.last = command;
      await this.execute(command);
    });
  }

  /** Runs `work`, then what is set for the exit. */
  async finish(work: () => Promise<unknown>): Promise<number> {
    let code = await this.#unwound(work);
    const last = this.traps.get("EXIT");
    if (last) {
      this.traps = new Map();
      this.status = code;
      const given = await this.#unwound(() => this.execute(parse(last)), code);
      if (given !== this.status) code = given;
    }
    return code;
  }

  async #unwound(work: () => Promise<unknown>, code?: number): Promise<number> {
    try {
      await work();
      return code ?? this.status;
    } catch (error) {
      if (error instanceof Exit) return error.code;
      if (error instanceof Jump) return error.kind === "return" ? error.count : this.status;
      if (!isFault(error)) throw error;
      this.error(error.message);
      return 2;
    }
  }

  /** Runs a line that a person typed, or the next of a script that comes in piece by piece. */
  async runLine(command: Command): Promise<number | undefined> {
    const interrupted = follow(this.io.signal);
    const quiet = this.io.terminal?.onInterrupt(() => interrupted.abort());
    this.signal = interrupted.signal;
    try {
      await this.execute(command);
    } catch (error) {
      if (error instanceof Exit) {
        if (!interrupted.signal.aborted || this.io.signal.aborted) return error.code;
        this.status = interruptedCode;
      } else if (isFault(error)) {
        this.error(error.message);
        this.status = 2;
      } else if (!(error instanceof Jump)) throw error;
    } finally {
      this.signal = this.io.signal;
      interrupted.letGo();
      quiet?.();
    }
    return undefined;
  }

  async execute(command: Command): Promise<number> {
    if (this.signal.aborted) throw new Exit(killedCode);
    await this.#heed();
    this.status = await step(this, command);
    await this.#heed();
    const isWhole = command.is === "simple" || command.is === "pipe" || command.is === "subshell";
    if (this.status && isWhole && !this.tests && this.flags.has("e")) throw new Exit(this.status);
    return this.status;
  }

  async #heed(): Promise<void> {
    for (let name = this.#caught.shift(); name; name = this.#caught.shift()) {
      const status = this.status;
      await this.execute(parse(this.traps.get(name) ?? ""));
      this.status = status;
    }
  }

  async test(command: Command): Promise<boolean> {
    this.tests++;
    try {
      return (await this.execute(command)) === 0;
    } finally {
      this.tests--;
    }
  }

  /** A shell of its own with the same variables, in other streams. */
  fork({ open, ...own }: { open?: Descriptors } & Partial<Pick<Invocation, "signal" | "pid" | "signals">>): Shell {
    const io = { ...this.io, signal: this.signal, signals: new Signals(), ...own };
    const made = new Shell(this.world, io, this.options, this);
    if (open) made.open = open;
    made.tests = this.tests;
    return made;
  }

  /** In a fork: the command is all that it does. */
  runWhole(command: Command): Promise<number> {
    return this.finish(() => this.execute(command));
  }

  async redirected(redirects: readonly Redirect[], run: () => Promise<number>): Promise<number> {
    const before = this.open;
    try {
      this.open = await redirected(redirects, before, { world: this.world, context: this });
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      this.error(error.message);
      return 1;
    }
    try {
      return await run();
    } finally {
      this.open = before;
    }
  }

  /** Redirections that stay, or another program in the shell's place. */
  async exec(args: readonly string[], redirects: readonly Redirect[]): Promise<number> {
    try {
      this.open = await redirected(redirects, this.open, { world: this.world, context: this });
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      this.error(error.message);
      return 1;
    }
    if (args.length) throw new Exit(await this.call(args, [], true));
    return 0;
  }

  /** Runs a function, a builtin, or a program. `inPlace`: in the shell's own process. */
  async call(args: readonly string[], values: readonly [string, string][] = [], inPlace = false): Promise<number> {
    const [name = "", ...rest] = args;
    const called = this.functions.get(name);
    if (called) return this.#function(called, rest);
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (builtin) {
      for (const [key, value] of values) this.variables.set(key, value);
      return this.#builtin(name, () => builtin(this, rest));
    }
    const env = new Map([...this.variables.environment(), ...values]);
    const io = { ...this.io, ...this.streams, env, cwd: this.cwd, signal: this.signal };
    const run = inPlace ? runInPlace : runProgram;
    return run(this.world, args, { ...io, onMissing: (text) => this.error(text) });
  }

  async #builtin(name: string, run: () => Promise<number> | number): Promise<number> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ProgramError) {
        if (error.message) this.error(`${name}: ${error.message}`);
        return error.code;
      }
      if (!(error instanceof FileError)) throw error;
      this.error(`${name}: write error: ${error.message}`);
      return 1;
    }
  }

  async #function(body: Command, parameters: readonly string[]): Promise<number> {
    const before = { parameters: this.parameters, locals: this.locals };
    this.parameters = parameters;
    this.locals = new Map();
    try {
      return await this.execute(body);
    } catch (error) {
      if (error instanceof Jump && error.kind === "return") return error.count;
      throw error;
    } finally {
      for (const [name, value] of this.locals)
        if (value === undefined) this.variables.unset(name);
        else this.variables.set(name, value);
      this.parameters = before.parameters;
      this.locals = before.locals;
    }
  }

  special(name: string): string | undefined {
    switch (name) {
      case "?":
        return String(this.status);
      case "$":
        return String(this.io.pid);
      case "!":
        return this.lastJob === undefined ? "" : String(this.lastJob);
      case "#":
        return String(this.parameters.length);
      case "0":
        return this.options.name;
      case "-":
        return [...this.flags].filter((flag) => flag.length === 1).join("");
      case "PWD":
        return this.cwd;
      case "PPID":
        return String(this.world.processes.get(this.io.pid)?.parent ?? 0);
      default:
        return undefined;
    }
  }

  async output(command: Command): Promise<string> {
    const captured = new Captured(this.world);
    const write: Output = (data) => captured.write(data);
    const forked = this.fork({ open: new Map([...this.open, [1, { output: write }] as const]) });
    this.status = await forked.runWhole(command);
    return captured.text.replace(/\n+$/, "");
  }

  path(text: string): string {
    return absolute(text, this.cwd);
  }
}

const isFault = (error: unknown): error is Error =>
  error instanceof ShellSyntaxError ||
  error instanceof ExpansionError ||
  error instanceof ArithmeticError ||
  (error instanceof Error && / is read only$/.test(error.message));
