/**
 * Runs small programs by way of a shell that is kept beside us. To start a program, a process as large as ours stands still
 * for some 10 ms, in which it answers nobody; a shell does it in a fraction of one. One program runs after another.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";

interface Waiting {
  readonly what: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
/** No line of any program's input is this. */
const endOfInput = "COXSWAIN-END-OF-INPUT";

export class ShellBeside {
  #shell: ChildProcessWithoutNullStreams | undefined;
  #said = "";
  readonly #waiting: Waiting[] = [];

  /** Resolves when the program has ended well; else rejects, with what it said. */
  run(program: string, args: readonly string[], input = ""): Promise<void> {
    const command = [program, ...args].map(quote).join(" ");
    const given = `${input}${input && !input.endsWith("\n") ? "\n" : ""}`;
    const script = `o=$(${command} 2>&1 <<'${endOfInput}'\n${given}${endOfInput}\n)\nprintf '%s\\n%s\\0' "$?" "$o"\n`;
    return new Promise((resolve, reject) => {
      const shell = this.#alive();
      this.#waiting.push({ what: [program, ...args].join(" "), resolve, reject });
      this.#hold(shell);
      shell.stdin.write(script);
    });
  }

  #alive(): ChildProcessWithoutNullStreams {
    if (this.#shell) return this.#shell;
    // root's programs are often missing from the path of a user who came in through sudo
    const env = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin:/usr/bin:/bin` };
    const shell = spawn("/bin/sh", [], { stdio: ["pipe", "pipe", "pipe"], env });
    this.#shell = shell;
    shell.stdout.setEncoding("utf8");
    shell.stdout.on("data", (text: string) => this.#hear(text));
    shell.stderr.resume();
    shell.stdin.on("error", () => {});
    const ended = (why: string): void => {
      if (this.#shell !== shell) return;
      this.#shell = undefined;
      this.#said = "";
      for (const { what, reject } of this.#waiting.splice(0)) reject(new Error(`${what}: ${why}`));
    };
    shell.once("error", (error) => ended(error.message));
    shell.once("close", () => ended("the shell that should run it has ended"));
    return shell;
  }

  #hear(text: string): void {
    this.#said += text;
    for (let end = this.#said.indexOf("\0"); end >= 0; end = this.#said.indexOf("\0")) {
      const [code = "", ...lines] = this.#said.slice(0, end).split("\n");
      this.#said = this.#said.slice(end + 1);
      const first = this.#waiting.shift();
      if (code === "0") first?.resolve();
      else first?.reject(new Error(`${first.what}: ${lines.join("\n").trim() || `exit code ${code}`}`));
    }
    if (this.#shell) this.#hold(this.#shell);
  }

  /** It keeps this process alive only while something is to be heard of it. */
  #hold(shell: ChildProcessWithoutNullStreams): void {
    for (const one of [shell, shell.stdin as Socket, shell.stdout as Socket, shell.stderr as Socket])
      if (this.#waiting.length) one.ref();
      else one.unref();
  }
}

/** The one of this process. */
export const beside = new ShellBeside();
