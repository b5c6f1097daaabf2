/** A shell that reads line after line: of a person at a terminal, or of a script that comes in on its input. */
import { Exit } from "./control.ts";
import { parse } from "./parser.ts";
import type { Shell } from "./shell.ts";
import { type Command, ShellSyntaxError } from "./syntax.ts";

/** Runs what comes, until there is no more or `exit` is called; resolves to the exit code. */
export async function interact(shell: Shell): Promise<number> {
  const { terminal, stdin, stdout } = shell.io;
  const home = shell.variables.get("HOME");
  let begun = "";
  for (;;) {
    const prompt =
      shell.variables.get("PS1") ?? `${shell.cwd === home ? "~" : shell.cwd} ${isRoot(shell) ? "#" : "$"} `;
    if (terminal) void stdout(begun ? "> " : prompt);
    const line = await stdin.line();
    if (line === undefined && !begun) return shell.finish(async () => {});
    const read = readCommand(begun, line);
    if (read === "unfinished") {
      begun += `${line}\n`;
      continue;
    }
    begun = "";
    if (read instanceof ShellSyntaxError) {
      shell.error(read.message);
      shell.status = 2;
      if (!terminal) return 2;
      continue;
    }
    const code = await shell.runLine(read);
    if (code === undefined) continue;
    return shell.finish(async () => {
      throw new Exit(code);
    });
  }
}

const isRoot = (shell: Shell): boolean => shell.world.identity.user === 0;

/** `line` undefined: there is no more. */
function readCommand(begun: string, line: string | undefined): Command | ShellSyntaxError | "unfinished" {
  try {
    return parse(begun + (line ?? ""));
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    return error.isUnfinished && line !== undefined ? "unfinished" : error;
  }
}
