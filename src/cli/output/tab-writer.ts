/**
 * Text in columns by elastic tabstops (Go's text/tabwriter): a tab ends a cell, and cells that stand below one another in
 * successive lines make a column, as wide as its widest.
 */
export interface Tabs {
  /** The least width of a column, padding included. */
  readonly least: number;
  readonly padding: number;
}

export const describeTabs: Tabs = { least: 0, padding: 2 };
export const tableTabs: Tabs = { least: 6, padding: 3 };

const widthOf = (text: string): number => [...text].length;

/** The text with its columns lined up. */
export function aligned(text: string, { least, padding }: Tabs): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const out: string[] = [];
  const widths: number[] = [];
  const print = (from: number, to: number): void => {
    for (const cells of lines.slice(from, to)) {
      const padded = cells.map((cell, i) =>
        i < cells.length - 1 ? cell + " ".repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell))) : cell,
      );
      out.push(padded.join(""));
    }
  };
  /** Lays out the lines of one column, and those of the columns within it. */
  const format = (from: number, to: number): void => {
    const column = widths.length;
    let printed = from;
    for (let i = from; i < to; i++) {
      if (column >= (lines[i] as string[]).length - 1) continue;
      print(printed, i);
      let end = i;
      let width = least;
      while (end < to && column < (lines[end] as string[]).length - 1) {
        width = Math.max(width, widthOf((lines[end] as string[])[column] as string) + padding);
        end++;
      }
      widths.push(width);
      format(i, end);
      widths.pop();
      printed = end;
      i = end - 1;
    }
    print(printed, to);
  };
  format(0, lines.length);
  return out.join("\n");
}

/** Tables that are printed in pieces: a column never gets narrower than it was. */
export class TableWriter {
  readonly #widths: number[] = [];

  lines(rows: readonly (readonly string[])[]): string {
    const { least, padding } = tableTabs;
    for (const row of rows)
      row.forEach((cell, i) => {
        this.#widths[i] = Math.max(this.#widths[i] ?? least, widthOf(cell) + padding);
      });
    const line = (row: readonly string[]): string =>
      row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(this.#widths[i] ?? 0) : cell)).join("");
    return rows.map((row) => `${line(row)}\n`).join("");
  }
}
