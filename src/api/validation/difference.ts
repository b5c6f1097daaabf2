/** What differs between two values, for a person to read: a unified diff of their JSON. */

const context = 3;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Empty if the two are alike. */
export function difference(before: unknown, after: unknown): string {
  const lines = align(toLines(before), toLines(after));
  const changed = lines.flatMap((line, i) => (line.mark === " " ? [] : [i]));
  const hunks: [number, number][] = [];
  for (const i of changed) {
    const last = hunks.at(-1);
    if (last && i - context <= last[1]) last[1] = Math.min(i + context + 1, lines.length);
    else hunks.push([Math.max(i - context, 0), Math.min(i + context + 1, lines.length)]);
  }
  return hunks.map(([from, to]) => hunk(lines, from, to)).join("");
}

const toLines = (value: unknown): string[] => JSON.stringify(sorted(value), null, 2).split("\n");

/** Fields in the order of their names, so that order is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((key) => [key, sorted(fields[key])]),
  ); // prettier-ignore
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const count = (part: readonly Line[], other: "+" | "-"): number => part.filter((l) => l.mark !== other).length;
  const [head, body] = [lines.slice(0, from), lines.slice(from, to)];
  const [old, next] = [count(head, "+") + 1, count(head, "-") + 1];
  const title = `@@ -${old},${count(body, "+")} +${next},${count(body, "-")} @@\n`;
  return title + body.map(({ mark, text }) => `${mark}${text}\n`).join("");
}

/** The two texts line by line, equal lines side by side (longest common subsequence). */
function align(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: " ", text }));
  return [...same(a.slice(0, start)), ...alignRest(x, y), ...same(a.slice(a.length - end))];
}

function alignRest(a: readonly string[], b: readonly string[]): Line[] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i] as Uint32Array;
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const out: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ mark: " ", text: a[i++] ?? "" });
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1)))
      out.push({ mark: "-", text: a[i++] ?? "" });
    else out.push({ mark: "+", text: b[j++] ?? "" });
  }
  return out;
}
