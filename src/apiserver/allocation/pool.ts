/** Things that can be had once: addresses of a range, ports of a range. Kept by who has them. */
import { below, type Random } from "../../base/random.ts";

export class Pool {
  readonly first: number;
  readonly last: number;
  readonly #random: Random;
  readonly #owners = new Map<number, string>();
  /** The lower part is left to those who ask for one by name, as long as there is another (KEP-3070, KEP-3668). */
  readonly #reserved: number;

  constructor(first: number, last: number, random: Random) {
    this.first = first;
    this.last = last;
    this.#random = random;
    const size = last - first + 1;
    this.#reserved = Math.min(Math.max(16, Math.floor(size / 16)), 256, Math.max(0, size - 1));
  }

  has(item: number): boolean {
    return item >= this.first && item <= this.last;
  }

  ownerOf(item: number): string | undefined {
    return this.#owners.get(item);
  }

  /** False: another one has it. */
  take(item: number, owner: string): boolean {
    const known = this.#owners.get(item);
    if (known !== undefined && known !== owner) return false;
    this.#owners.set(item, owner);
    return true;
  }

  /** One that nobody has; undefined: there is none. */
  takeAny(owner: string): number | undefined {
    const size = this.last - this.first + 1;
    for (const [from, count] of [
      [this.first + this.#reserved, size - this.#reserved],
      [this.first, size],
    ] as const) {
      const offset = below(this.#random, Math.max(1, count));
      for (let i = 0; i < count; i++) {
        const item = from + ((offset + i) % count);
        if (!this.#owners.has(item)) {
          this.#owners.set(item, owner);
          return item;
        }
      }
    }
    return undefined;
  }

  give(item: number, owner: string): void {
    if (this.#owners.get(item) === owner) this.#owners.delete(item);
  }
}
