/** The streams of a program: what it reads, and who hears what it writes. */
import type { Process } from "../contract.ts";
import { inputOf, Pipe } from "./pipe.ts";
import { type Input, noInput } from "./process.ts";
import { Terminal } from "./terminal.ts";

export interface ConsoleOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
}

type Stream = "stdout" | "stderr";
type Listener = (stream: Stream, text: string) => void;

const encoder = new TextEncoder();

export class Console {
  readonly input: Input;
  readonly terminal: Terminal | undefined;
  readonly #pipe = new Pipe();
  readonly #listeners = new Set<Listener>();

  constructor({ stdin, tty }: ConsoleOptions) {
    this.input = stdin ? inputOf(this.#pipe) : noInput;
    this.terminal = tty
      ? new Terminal({
          onLine: (line) => this.#pipe.write(encoder.encode(line)),
          onEnd: () => this.#pipe.end(),
          show: (text) => this.#tell("stdout", text),
        })
      : undefined;
  }

  stdout(text: string): void {
    this.#tell("stdout", this.terminal ? Terminal.screen(text) : text);
  }

  /** A terminal has one screen for both. */
  stderr(text: string): void {
    if (this.terminal) this.stdout(text);
    else this.#tell("stderr", text);
  }

  write(data: Uint8Array): void {
    if (this.terminal) this.terminal.type(data);
    else this.#pipe.write(data);
  }

  endInput(): void {
    this.#pipe.end();
  }

  hear(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The program as somebody who joins in sees it, from now until `exit`. */
  attach(exit: Promise<number>, options: { readonly kill: () => void; readonly endsInput: boolean }): Process {
    const pipes = { stdout: new Pipe(), stderr: new Pipe() };
    const leave = this.hear((stream, text) => pipes[stream].write(encoder.encode(text)));
    const over = exit.finally(() => {
      leave();
      pipes.stdout.end();
      pipes.stderr.end();
    });
    return {
      ...pipes,
      exit: over,
      write: async (data) => this.write(data),
      end: () => {
        if (options.endsInput) this.endInput();
      },
      resize: () => {},
      kill: options.kill,
    };
  }

  #tell(stream: Stream, text: string): void {
    for (const listener of this.#listeners) listener(stream, text);
  }
}
