/** What a command has of the world: its streams, its variables, where it stands. `main.ts` alone takes it from the process. */
import type { Readable } from "node:stream";
import type { Clock } from "../base/clock.ts";

export interface Environment {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
  /** Whether stdout goes to a person. */
  readonly terminal: boolean;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  out(text: string | Uint8Array): void;
  err(text: string | Uint8Array): void;
  /** Tells of changes of the terminal's size, until what it returns is called. */
  onResize(changed: () => void): () => void;
  /** The exit code that the command ends with. */
  exitWith(code: number): void;
  /** What starts this program again: a program and its first arguments. */
  readonly self: readonly string[];
  /** Aborts when the user ends the command (SIGINT, SIGTERM). Whoever reads it ends by himself, and cleanly. */
  interrupted(): AbortSignal;
}
