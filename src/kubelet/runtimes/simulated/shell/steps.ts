/** What the commands of a script do: conditions, loops, simple commands. */
import { turn } from "../programs/open.ts";
import { Jump } from "./control.ts";
import { expandAll, expandPattern, expandText } from "./expansion.ts";
import { background, pipe } from "./jobs.ts";
import { matches } from "./patterns.ts";
import type { Shell } from "./shell.ts";
import type { Command } from "./syntax.ts";

/** So many steps of a loop are made at a stretch; one that goes on for long gets slow, so that others do not. */
const stretch = 64;
const longLoop = 20_000;
const longLoopMs = 10;

/** Runs one command, in the shell itself but for pipes and subshells. */
export async function step(shell: Shell, command: Command): Promise<number> {
  switch (command.is) {
    case "simple":
      return simple(shell, command);
    case "list":
      for (const each of command.commands) await shell.execute(each);
      return command.commands.length ? shell.status : 0;
    case "and":
      return (await shell.test(command.left)) ? shell.execute(command.right) : shell.status;
    case "or":
      return (await shell.test(command.left)) ? shell.status : shell.execute(command.right);
    case "not":
      return (await shell.test(command.command)) ? 1 : 0;
    case "background":
      shell.lastJob = background(shell, command.command);
      return 0;
    case "subshell":
      return shell.fork({}).runWhole(command.body);
    case "pipe":
      return pipe(shell, command.parts);
    case "redirected":
      return shell.redirected(command.redirects, () => shell.execute(command.command));
    case "function":
      shell.functions = new Map([...shell.functions, [command.name, command.body]]);
      return 0;
    case "if":
      for (const { test, body } of command.branches) if (await shell.test(test)) return shell.execute(body);
      return command.otherwise ? shell.execute(command.otherwise) : 0;
    case "while":
      return loop(shell, command.body, async () => (await shell.test(command.test)) !== command.until);
    case "for": {
      const words = command.words ? await expandAll(command.words, shell) : [...shell.parameters];
      return loop(shell, command.body, async () => {
        const next = words.shift();
        if (next !== undefined) shell.variables.set(command.name, next);
        return next !== undefined;
      });
    }
    case "case": {
      const subject = await expandText(command.subject, shell);
      for (const { patterns, body } of command.branches)
        for (const pattern of patterns)
          if (matches(subject, await expandPattern(pattern, shell))) return shell.execute(body);
      return 0;
    }
  }
}

async function loop(shell: Shell, body: Command, goesOn: () => Promise<boolean>): Promise<number> {
  let status = 0;
  for (let steps = 1; await goesOn(); steps++) {
    try {
      status = await shell.execute(body);
    } catch (error) {
      if (!(error instanceof Jump) || error.kind === "return") throw error;
      if (error.count > 1) throw new Jump(error.kind, error.count - 1);
      if (error.kind === "break") return 0;
    }
    if (steps % stretch === 0) await turn(shell.world.clock, steps > longLoop ? longLoopMs : 1);
  }
  return status;
}

async function simple(shell: Shell, command: Extract<Command, { is: "simple" }>): Promise<number> {
  shell.line = command.line;
  shell.status = command.words.length ? shell.status : 0;
  const args = await expandAll(command.words, shell);
  const values: [string, string][] = [];
  for (const [name, word] of command.assigns) values.push([name, await expandText(word, shell)]);
  if (shell.flags.has("x")) trace(shell, values, args);
  if (args[0] === "exec") return shell.exec(args.slice(1), command.redirects);
  if (!args.length) {
    for (const [name, value] of values) shell.variables.set(name, value);
    return command.redirects.length ? shell.redirected(command.redirects, async () => 0) : shell.status;
  }
  return shell.redirected(command.redirects, () => shell.call(args, values, command === shell.last));
}

function trace(shell: Shell, values: readonly (readonly [string, string])[], args: readonly string[]): void {
  const quoted = (text: string): string => (/^[\w./:=@%+,-]+$/.test(text) ? text : `'${text}'`);
  const words = [...values.map(([name, value]) => `${name}=${value}`), ...args.map(quoted)];
  void shell.streams.stderr(`+ ${words.join(" ")}\n`);
}
