/** What a process reads: a line, all of it, or what has come by now. */
import type { Pipe } from "./pipe.ts";

export interface Input {
  /** Without its end; undefined at the end of input. */
  line(): Promise<string | undefined>;
  all(): Promise<Uint8Array>;
  /** Undefined at the end. */
  chunk(): Promise<Uint8Array | undefined>;
  /** Nobody is going to read any more. */
  close(): void;
}

/** Takes text, as UTF-8, or bytes. Whoever writes without end waits for the promise, where there is one. */
export type Output = (data: string | Uint8Array) => Promise<void> | undefined;

const encoder = new TextEncoder();
export const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === "string" ? encoder.encode(data) : data;
export const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const newline = 10;

/** An input over whatever gives chunks. */
export function inputFrom(next: () => Promise<Uint8Array | undefined>, close: () => void = () => {}): Input {
  let left: Uint8Array | undefined;
  const chunk = async (): Promise<Uint8Array | undefined> => {
    const some = left ?? (await next());
    left = undefined;
    return some;
  };
  return {
    chunk,
    async line() {
      const parts: Uint8Array[] = [];
      for (let some = await chunk(); some; some = await chunk()) {
        const end = some.indexOf(newline);
        if (end < 0) {
          parts.push(some);
          continue;
        }
        parts.push(some.subarray(0, end));
        if (end + 1 < some.length) left = some.subarray(end + 1);
        return textOf(joined(parts));
      }
      return parts.length ? textOf(joined(parts)) : undefined;
    },
    async all() {
      const parts: Uint8Array[] = [];
      for (let some = await chunk(); some; some = await chunk()) parts.push(some);
      return joined(parts);
    },
    close,
  };
}

export const noInput: Input = inputFrom(async () => undefined);

export function inputOf(data: string | Uint8Array): Input {
  let left: Uint8Array | undefined = bytesOf(data);
  return inputFrom(async () => {
    const all = left;
    left = undefined;
    return all?.length ? all : undefined;
  });
}

export const pipeInput = (pipe: Pipe): Input =>
  inputFrom(
    () => pipe.read(),
    () => pipe.close(),
  );
