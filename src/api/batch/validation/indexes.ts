/** Lists of indexes of a Job's pods: `0,3-5,7`. Errors have upstream's texts. */

export interface Interval {
  readonly first: number;
  readonly last: number;
}

type Failure = { readonly error: string };

/** All of `text`, in rising order, each below `completions`. */
export function parseIndexes(text: string, completions: number): readonly Interval[] | Failure {
  if (text === "") return [];
  const intervals: Interval[] = [];
  for (const part of text.split(",")) {
    const interval = parseInterval(part, completions);
    if ("error" in interval) return interval;
    const previous = intervals.at(-1)?.last;
    if (previous !== undefined && previous >= interval.first)
      return { error: `non-increasing order, previous: ${previous}, current: ${interval.first}` };
    intervals.push(interval);
  }
  return intervals;
}

export const countIndexes = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);

function parseInterval(text: string, completions: number): Interval | Failure {
  const limits = text.split("-");
  if (limits.length > 2) {
    const why = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { error: `the fragment ${JSON.stringify(text)} ${why}` };
  }
  const numbers: number[] = [];
  for (const limit of limits) {
    if (!/^[+-]?[0-9]+$/.test(limit))
      return { error: `cannot convert string to integer for index: ${JSON.stringify(limit)}` };
    if (Number(limit) >= completions) return { error: `too large index: ${JSON.stringify(limit)}` };
    numbers.push(Number(limit));
  }
  const [first = 0, last] = numbers;
  if (last === undefined) return { first, last: first };
  return first >= last ? { error: `non-increasing order, previous: ${first}, current: ${last}` } : { first, last };
}

/** The first index that is in both lists; parts that cannot be read are passed over. */
export function firstOverlap(a: string, b: string, completions: number): number | undefined {
  const readable = (text: string): Interval[] =>
    text === ""
      ? []
      : text.split(",").flatMap((part) => {
          const interval = parseInterval(part, completions);
          return "error" in interval ? [] : [interval];
        }); // prettier-ignore
  const others = readable(b);
  for (const one of readable(a)) {
    const other = others.find(({ first, last }) => one.first <= last && first <= one.last);
    if (other) return Math.max(one.first, other.first);
  }
  return undefined;
}
