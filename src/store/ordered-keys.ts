/**
 * A set of strings in order (by UTF-16 unit), in chunks small enough that putting one in the middle stays cheap.
 * 100,000 keys are some 300 chunks: adding, deleting and finding a place take about 17 comparisons, counting a range 300 steps.
 */
const chunkSize = 512;

interface Place {
  readonly chunk: number;
  readonly index: number;
}

export class OrderedKeys {
  readonly #chunks: string[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a key; one that is there already is left alone. */
  add(key: string): void {
    const last = this.#chunks.at(-1);
    const place = last && key > last.at(-1)! ? { chunk: this.#chunks.length - 1, index: last.length } : this.#find(key);
    if (place.chunk === this.#chunks.length) this.#chunks.push([]);
    const chunk = this.#chunks[place.chunk]!;
    if (chunk[place.index] === key) return;
    chunk.splice(place.index, 0, key);
    this.#size++;
    if (chunk.length > chunkSize) {
      // In-order filling is common (reopening): keep the left chunk nearly full then, halve otherwise.
      const cut = place.index === chunk.length - 1 ? chunkSize - 1 : chunkSize >> 1;
      this.#chunks.splice(place.chunk + 1, 0, chunk.splice(cut));
    }
  }

  delete(key: string): void {
    const place = this.#find(key);
    const chunk = this.#chunks[place.chunk];
    if (chunk?.[place.index] !== key) return;
    chunk.splice(place.index, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(place.chunk, 1);
  }

  /** The keys in [from, end), at most `limit`, and how many more follow in that range. No `end`: all that follow. */
  range(
    from: string,
    end: string | undefined,
    limit = Number.POSITIVE_INFINITY,
  ): { keys: string[]; remaining: number } {
    const start = this.#find(from);
    const stop = end === undefined ? { chunk: this.#chunks.length, index: 0 } : this.#find(end);
    const total = this.#rank(stop) - this.#rank(start);
    const wanted = Math.min(limit, Math.max(total, 0));
    const keys: string[] = [];
    for (let at = start.chunk, index = start.index; keys.length < wanted; at++, index = 0) {
      const chunk = this.#chunks[at]!;
      for (; index < chunk.length && keys.length < wanted; index++) keys.push(chunk[index]!);
    }
    return { keys, remaining: Math.max(total, 0) - keys.length };
  }

  /** Where `key` is, or would be put: never behind the end of a chunk, unless behind the end of all. */
  #find(key: string): Place {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#chunks[middle]!.at(-1)! < key) low = middle + 1;
      else high = middle;
    }
    const chunk = this.#chunks[low];
    if (!chunk) return { chunk: low, index: 0 };
    let index = 0;
    let end = chunk.length;
    while (index < end) {
      const middle = (index + end) >> 1;
      if (chunk[middle]! < key) index = middle + 1;
      else end = middle;
    }
    return { chunk: low, index };
  }

  #rank(place: Place): number {
    let before = place.index;
    for (let at = 0; at < place.chunk; at++) before += this.#chunks[at]!.length;
    return before;
  }
}

/** The first string after all that start with `prefix`; undefined: there is none. */
export function endOfPrefix(prefix: string): string | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const unit = prefix.charCodeAt(length - 1);
    if (unit < 0xffff) return prefix.slice(0, length - 1) + String.fromCharCode(unit + 1);
  }
  return undefined;
}

/** The first string after `key`. */
export const justAfter = (key: string): string => `${key}\u0000`;
