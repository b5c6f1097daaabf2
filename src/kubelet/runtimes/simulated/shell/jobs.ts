/** Parts of a script that run beside each other, each in a process of its own. */
import { follow, Signals, untilAborted } from "../process.ts";
import { isHarmless, killedCode, signalCode } from "../signals.ts";
import { bytesOf, pipeInput } from "../streams/input.ts";
import { Pipe } from "../streams/pipe.ts";
import type { Descriptors } from "./descriptors.ts";
import type { Shell } from "./shell.ts";
import type { Command } from "./syntax.ts";

/** A process for a part of a script. */
class Job {
  readonly pid: number;
  readonly #over: ReturnType<typeof follow>;
  readonly #shell: Shell;
  readonly #signals = new Signals();
  #killed = killedCode;

  constructor(shell: Shell, signal: AbortSignal) {
    const { world, io, options } = shell;
    this.#shell = shell;
    this.#over = follow(signal);
    const entry = { parent: io.pid, command: options.name, user: world.identity.user, since: world.clock.now() };
    this.pid = world.processes.add({ ...entry, of: world, end: (name) => this.#signal(name) });
  }

  #signal(name: string): void {
    if (name !== "KILL" && (this.#signals.onSignal?.(name) || isHarmless(name))) return;
    this.end(name);
  }

  end(signal: string): void {
    this.#killed = signalCode(signal);
    this.#over.abort();
  }

  /** A single program takes the place of the shell. */
  async run(command: Command, open: Descriptors): Promise<number> {
    const { signal } = this.#over;
    const forked = this.#shell.fork({ open, signal, pid: this.pid, signals: this.#signals });
    if (command.is === "simple") forked.last = command;
    try {
      return await Promise.race([forked.runWhole(command), untilAborted(signal).then(() => this.#killed)]);
    } finally {
      this.#shell.world.processes.remove(this.pid);
      this.#over.letGo();
    }
  }
}

/** Its number; what it reads is empty where nobody types. */
export function background(shell: Shell, command: Command): number {
  const job = new Job(shell, shell.io.signal);
  const open = shell.io.terminal ? shell.open : new Map([...shell.open, [0, {}] as const]);
  shell.jobs.set(job.pid, job.run(command, open));
  return job.pid;
}

/** All parts run at once; whoever writes to one that has ended gets the signal that says so. */
export async function pipe(shell: Shell, parts: readonly Command[]): Promise<number> {
  let before: Pipe | undefined;
  const running = parts.map((part, i) => {
    const job = new Job(shell, shell.signal);
    const from = before;
    const to = i < parts.length - 1 ? new Pipe(() => job.end("PIPE")) : undefined;
    before = to;
    const open = new Map(shell.open);
    if (from) open.set(0, { input: pipeInput(from) });
    if (to) open.set(1, { output: (data) => to.write(bytesOf(data)) });
    return job.run(part, open).finally(() => {
      from?.close();
      to?.end();
    });
  });
  const codes = await Promise.all(running);
  const failed = shell.flags.has("pipefail") ? codes.findLast((code) => code !== 0) : undefined;
  return failed ?? (codes.at(-1) as number);
}
