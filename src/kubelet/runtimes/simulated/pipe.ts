/** Bytes written by one side and read by the other, and lines out of them. */
import type { Input } from "./process.ts";

export class Pipe implements AsyncIterable<Uint8Array> {
  readonly #waiting: (() => void)[] = [];
  readonly #chunks: Uint8Array[] = [];
  #ended = false;

  write(data: Uint8Array): void {
    if (this.#ended) return;
    this.#chunks.push(data);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) yield chunk;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** What a program reads of a pipe. */
export function inputOf(pipe: Pipe): Input {
  const decoder = new TextDecoder();
  const chunks = pipe[Symbol.asyncIterator]();
  let read = "";
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next();
    if (!done) read += decoder.decode(value as Uint8Array, { stream: true });
    return !done;
  };
  return {
    async line() {
      while (!read.includes("\n")) if (!(await more())) break;
      if (read === "") return undefined;
      const end = read.indexOf("\n");
      const line = end < 0 ? read : read.slice(0, end);
      read = end < 0 ? "" : read.slice(end + 1);
      return line;
    },
    async all() {
      while (await more());
      const all = read;
      read = "";
      return all;
    },
    async chunk() {
      if (read === "" && !(await more())) return undefined;
      const some = read;
      read = "";
      return some;
    },
  };
}
