/** Bytes written by one side and read by the other. */
export class Pipe implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  readonly #onClose: () => void;
  readonly #onRead: () => void;
  #queued = 0;
  #ended = false;
  #closed = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  /** `onClose`: the reader has gone before the end. `onRead`: somebody reads. */
  constructor(onClose: () => void = () => {}, onRead: () => void = () => {}) {
    this.#onClose = onClose;
    this.#onRead = onRead;
  }

  /** Resolves when there is room for more; who writes without end waits for it. What nobody will read is dropped. */
  write(data: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#closed || !data.length) return undefined;
    this.#chunks.push(data);
    this.#queued += data.length;
    this.#wakeReader?.();
    if (this.#queued < roomBytes) return undefined;
    return new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
  }

  /** The reader goes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#chunks.length = 0;
    this.#wakeReader?.();
    this.#letWriters();
    if (!this.#ended) this.#onClose();
  }

  /** What comes next; undefined at the end. One reader at a time. */
  async read(): Promise<Uint8Array | undefined> {
    this.#onRead();
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#queued -= chunk.length;
        if (this.#queued < roomBytes) this.#letWriters();
        return chunk;
      }
      if (this.#ended || this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = await this.read(); chunk; chunk = await this.read()) yield chunk;
    } finally {
      this.close();
    }
  }

  #letWriters(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }
}

/** As Linux has it (pipe(7)). */
const roomBytes = 65_536;
