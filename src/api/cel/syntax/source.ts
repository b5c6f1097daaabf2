/**
 * The text of an expression and the faults found in it. Positions count code points from zero; faults are shown as
 * cel-go shows them: `ERROR: <input>:line:column: message`, the line, and a mark under the place.
 */

export interface Location {
  /** From one; a fault without a place has -1. */
  readonly line: number;
  /** In code points, from zero. */
  readonly column: number;
}

export const noLocation: Location = { line: -1, column: -1 };

export class Source {
  readonly text: string;
  /** One entry per code point. */
  readonly chars: readonly string[];
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    this.chars = Array.from(text);
    this.chars.forEach((c, i) => {
      if (c === "\n") this.#lineStarts.push(i + 1);
    });
  }

  slice(start: number, end: number): string {
    return this.chars.slice(start, end).join("");
  }

  location(offset: number): Location {
    if (this.text === "") return { line: 1, column: -1 };
    let line = this.#lineStarts.length;
    while (line > 1 && (this.#lineStarts[line - 1] ?? 0) > offset) line--;
    return { line, column: offset - (this.#lineStarts[line - 1] ?? 0) };
  }

  line(number: number): string | undefined {
    return this.text === "" ? undefined : this.text.split("\n")[number - 1];
  }
}

export interface Fault {
  readonly at: Location;
  readonly message: string;
}

const shownAtMost = 100;
const longestLine = 16384;

/** Collects faults; beyond a hundred they are only counted. */
export class Faults {
  readonly #source: Source;
  readonly #all: Fault[] = [];
  #count = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  add(at: Location, message: string): void {
    this.#count++;
    if (this.#count <= shownAtMost) this.#all.push({ at, message });
  }

  get any(): boolean {
    return this.#count > 0;
  }

  /** All of them in the order of their places, one below the other. */
  toString(): string {
    const lines = this.#all
      .toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
      .map((fault) => this.#show(fault));
    if (this.#count > shownAtMost) lines.push(`${this.#count - shownAtMost} more errors were truncated`);
    return lines.join("\n");
  }

  #show({ at, message }: Fault): string {
    const head = `ERROR: <input>:${at.line}:${at.column + 1}: ${message}`;
    const line = this.#source.line(at.line);
    if (line === undefined || new TextEncoder().encode(line).length > longestLine) return head;
    const shown = line.replaceAll("\t", " ");
    const chars = Array.from(shown);
    const dots = chars.slice(0, Math.max(at.column, 0)).map((c) => (isWide(c) ? "\uff0e" : "."));
    const mark = isWide(chars[dots.length] ?? "") ? "\uff3e" : "^";
    return `${head}\n | ${shown}\n | ${dots.join("")}${mark}`;
  }
}

const isWide = (char: string): boolean => (char.codePointAt(0) ?? 0) > 0x7f;
