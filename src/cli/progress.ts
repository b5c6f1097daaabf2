/** What is being done, on stderr, with the time that each step really took. */
import type { Clock } from "../base/clock.ts";

export class Progress {
  readonly #clock: Clock;
  readonly #write: (text: string) => void;
  readonly #quiet: boolean;
  #last: number;

  constructor(clock: Clock, write: (text: string) => void, quiet: boolean) {
    this.#clock = clock;
    this.#write = write;
    this.#quiet = quiet;
    this.#last = clock.now();
  }

  /** The step is done. */
  done(what: string): void {
    const now = this.#clock.now();
    const seconds = ((now - this.#last) / 1000).toFixed(1);
    this.#last = now;
    if (!this.#quiet) this.#write(` ✓ ${what} (${seconds} s)\n`);
  }

  say(text: string): void {
    if (!this.#quiet) this.#write(`${text}\n`);
  }
}
