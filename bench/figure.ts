/** What a benchmark says: a figure beside its yardstick. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "MB" | "%" | "per s";
  /** What it is held against, in the same unit; less is better, but of `per s`. */
  readonly yardstick: number;
  /** What the yardstick is of. */
  readonly of: string;
}

export type Benchmark = () => Promise<readonly Figure[]>;

export const median = (values: readonly number[]): number => percentile(values, 50);

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** The real Kubernetes 1.36.2 that the yardsticks were taken from, on a machine of this kind. */
export const upstream = "Kubernetes 1.36.2";

const shown = (value: number): string =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, yardstick, of }) => [
    name,
    `${shown(value)} ${unit}`,
    `${shown(yardstick)} ${unit}`,
    `${shown(value / yardstick)}`,
    of,
  ]);
  const all = [["figure", "measured", "yardstick", "ratio", "yardstick is"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
