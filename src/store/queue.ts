/** First in, first out, with access by position: all steps take constant time, also for long queues. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    // The free room in front is given back once it is half of all.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#head + index];
  }

  /** The first position whose item is past what is looked for; the items must be in order. */
  firstWhere(past: (item: T) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (past(this.at(middle)!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  slice(from: number): T[] {
    return this.#items.slice(this.#head + from) as T[];
  }
}
