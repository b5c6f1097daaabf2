/** Which objects are due: all live equally long, so that whoever was written last is due last. */

export class Deadlines {
  readonly #lifeMs: number;
  /** In the order in which they are due. */
  readonly #due = new Map<string, number>();

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  written(key: string, atMs: number): void {
    this.#due.delete(key);
    this.#due.set(key, atMs + this.#lifeMs);
  }

  gone(key: string): void {
    this.#due.delete(key);
  }

  /** When the next one is due, in milliseconds since 1970. */
  get next(): number | undefined {
    return this.#due.values().next().value;
  }

  /** Those that are due, which are thereby forgotten. */
  take(now: number): string[] {
    const due: string[] = [];
    for (const [key, at] of this.#due) {
      if (at > now) break;
      due.push(key);
      this.#due.delete(key);
    }
    return due;
  }
}
