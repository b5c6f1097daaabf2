/** The streams of a program: what it reads, and who hears what it writes. */
import type { Process } from "../../contract.ts";
import { bytesOf, type Input, noInput, pipeInput } from "./input.ts";
import { Pipe } from "./pipe.ts";
import { Terminal } from "./terminal.ts";

export interface ConsoleOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
}

type Stream = "stdout" | "stderr";
/** Resolves when it can take more. */
type Listener = (stream: Stream, data: Uint8Array) => Promise<void> | undefined;

export interface AttachOptions {
  readonly kill: () => void;
  readonly endsInput: boolean;
  /** Whether the program waits for those who listen, and ends when they have gone. */
  readonly isAlone: boolean;
  /** Somebody reads what the program writes. */
  readonly onRead?: () => void;
}

export class Console {
  readonly input: Input;
  readonly terminal: Terminal | undefined;
  readonly #pipe = new Pipe();
  readonly #listeners = new Set<Listener>();

  constructor({ stdin, tty }: ConsoleOptions) {
    this.input = stdin ? pipeInput(this.#pipe) : noInput;
    this.terminal = tty
      ? new Terminal({
          onLine: (line) => void this.#pipe.write(bytesOf(line)),
          onEnd: () => this.#pipe.end(),
          show: (text) => void this.#tell("stdout", bytesOf(text)),
        })
      : undefined;
  }

  readonly stdout = (data: string | Uint8Array): Promise<void> | undefined =>
    this.#tell("stdout", this.terminal ? Terminal.screen(bytesOf(data)) : bytesOf(data));

  /** A terminal has one screen for both. */
  readonly stderr = (data: string | Uint8Array): Promise<void> | undefined =>
    this.terminal ? this.stdout(data) : this.#tell("stderr", bytesOf(data));

  write(data: Uint8Array): Promise<void> | undefined {
    if (!this.terminal) return this.#pipe.write(data);
    this.terminal.type(data);
    return undefined;
  }

  endInput(): void {
    this.#pipe.end();
  }

  hear(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The program as somebody who joins in sees it, from now until `exit`. */
  attach(exit: Promise<number>, { kill, endsInput, isAlone, onRead }: AttachOptions): Process {
    const gone = (): void => {
      if (isAlone) kill();
      else leave();
    };
    const pipes = { stdout: new Pipe(gone, onRead), stderr: new Pipe(gone, onRead) };
    const leave = this.hear((stream, data) => {
      const full = pipes[stream].write(data);
      return isAlone ? full : undefined;
    });
    const over = exit.finally(() => {
      leave();
      pipes.stdout.end();
      pipes.stderr.end();
    });
    return {
      ...{ ...pipes, exit: over, kill, resize: () => {} },
      write: async (data) => this.write(data),
      end: () => {
        if (endsInput) this.endInput();
      },
    };
  }

  #tell(stream: Stream, data: Uint8Array): Promise<void> | undefined {
    let full: Promise<void> | undefined;
    for (const listener of this.#listeners) full = listener(stream, data) ?? full;
    return full;
  }
}
