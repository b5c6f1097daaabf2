/**
 * The terminal between a person and a program, as far as typing needs it: echo, rubbing out, end of input, interruption,
 * and line ends as terminals have them (termios(3), canonical mode).
 */
export interface TerminalLines {
  /** A line that was typed, with its end. */
  readonly onLine: (line: string) => void;
  readonly onEnd: () => void;
  /** What appears on the screen. */
  readonly show: (text: string) => void;
}

export class Terminal {
  readonly #lines: TerminalLines;
  readonly #interrupts = new Set<() => void>();
  readonly #decoder = new TextDecoder();
  #line = "";
  /** In the middle of a key that sends several characters. */
  #escape = "";

  constructor(lines: TerminalLines) {
    this.#lines = lines;
  }

  /** Calls back when the user asks for an end (Ctrl-C), until what it returns is called. */
  onInterrupt(listener: () => void): () => void {
    this.#interrupts.add(listener);
    return () => this.#interrupts.delete(listener);
  }

  type(data: Uint8Array): void {
    for (const key of this.#decoder.decode(data, { stream: true })) this.#key(key);
  }

  /** What a program writes, as the screen needs it. */
  static screen(data: Uint8Array): Uint8Array {
    const made: number[] = [];
    for (const [i, byte] of data.entries()) {
      if (byte === 10 && data[i - 1] !== 13) made.push(13);
      made.push(byte);
    }
    return Uint8Array.from(made);
  }

  #key(key: string): void {
    if (this.#escape || key === "\x1b") {
      this.#escape += key;
      // arrows and the like (ECMA-48): an introducer, parameters, and one last letter
      if (/^(\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[^[O])$/.test(this.#escape.slice(1))) this.#escape = "";
      return;
    }
    switch (key) {
      case "\r":
      case "\n":
        this.#lines.show("\r\n");
        this.#lines.onLine(`${this.#line}\n`);
        this.#line = "";
        return;
      case "\x7f":
      case "\b":
        if (this.#line) this.#lines.show("\b \b");
        this.#line = [...this.#line].slice(0, -1).join("");
        return;
      case "\x15":
        this.#lines.show("\b \b".repeat([...this.#line].length));
        this.#line = "";
        return;
      case "\x0c":
        return;
      case "\x03":
        this.#lines.show("^C\r\n");
        this.#line = "";
        for (const listener of this.#interrupts) listener();
        return;
      case "\x04":
        if (!this.#line) this.#lines.onEnd();
        return;
      default:
        if (key < " ") return;
        this.#line += key;
        this.#lines.show(key);
    }
  }
}
