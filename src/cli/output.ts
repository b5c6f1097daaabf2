/** Rows for people and for programs. */
import { stringify } from "yaml";

export type OutputFormat = "table" | "json" | "yaml" | "name";
type Row = Readonly<Record<string, string | number>>;

export function print(rows: readonly Row[], columns: readonly string[], format: OutputFormat): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(rows, undefined, 2)}\n`;
    case "yaml":
      return stringify(rows);
    case "name":
      return rows.map((row) => `${row[columns[0] as string]}\n`).join("");
    default: {
      const cells = [
        columns.map((c) => c.toUpperCase()),
        ...rows.map((row) => columns.map((c) => String(row[c] ?? ""))),
      ];
      const widths = columns.map((_, i) => Math.max(...cells.map((line) => (line[i] ?? "").length)));
      const line = (texts: readonly string[]): string =>
        texts
          .map((t, i) => t.padEnd(widths[i] ?? 0))
          .join("   ")
          .trimEnd();
      return `${cells.map(line).join("\n")}\n`;
    }
  }
}
