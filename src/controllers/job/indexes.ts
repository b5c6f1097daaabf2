/** Sets of completion indexes as Jobs write them: `1,3-5`. */

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Ranges in order, without gaps of nothing between them. Immutable. */
export class Indexes {
  static readonly none = new Indexes([]);
  readonly #ranges: readonly Range[];

  private constructor(ranges: readonly Range[]) {
    this.#ranges = ranges;
  }

  static of(indexes: Iterable<number>): Indexes {
    return new Indexes(joined([...indexes].map((index) => ({ first: index, last: index }))));
  }

  /** Reads the text form; what cannot be read, and what lies outside of `completions`, is left out. */
  static parse(text: string | undefined, completions: number): Indexes {
    const ranges = (text ?? "").split(",").flatMap((part) => {
      const found = /^(\d+)(?:-(\d+))?$/.exec(part);
      if (!found) return [];
      const first = Number(found[1]);
      const last = Math.min(Number(found[2] ?? first), completions - 1);
      return first <= last ? [{ first, last }] : [];
    });
    return new Indexes(joined(ranges));
  }

  get size(): number {
    return this.#ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  has(index: number): boolean {
    return this.#ranges.some(({ first, last }) => first <= index && index <= last);
  }

  with(others: Indexes): Indexes {
    return new Indexes(joined([...this.#ranges, ...others.#ranges]));
  }

  /** How many are in both. */
  common(others: Indexes): number {
    let count = 0;
    for (const a of this.#ranges) {
      for (const b of others.#ranges) count += Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
    }
    return count;
  }

  /** The first `count` indexes below `completions` that are not here. */
  firstMissing(count: number, completions: number): number[] {
    const missing: number[] = [];
    let candidate = 0;
    const fillUpTo = (end: number): void => {
      for (; candidate < end && missing.length < count; candidate++) missing.push(candidate);
    };
    for (const { first, last } of this.#ranges) {
      fillUpTo(Math.min(first, completions));
      candidate = Math.max(candidate, last + 1);
    }
    fillUpTo(completions);
    return missing;
  }

  toString(): string {
    return this.#ranges
      .map(({ first, last }) => (last === first ? `${first}` : `${first}${last === first + 1 ? "," : "-"}${last}`))
      .join(",");
  }
}

function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (!before || range.first > before.last + 1) result.push(range);
    else if (range.last > before.last) result[result.length - 1] = { first: before.first, last: range.last };
  }
  return result;
}
