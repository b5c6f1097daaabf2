/** Tables that the server makes (https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables), as kubectl prints them. */

import { byBytes } from "../../base/go-json.ts";
import type { TableAnswer, TableRow } from "../../client/http/rest-client.ts";
import { TableWriter } from "./tab-writer.ts";

export interface TableOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly withNamespace: boolean;
  /** Put before names: `deployment.apps`. */
  readonly kind?: string | undefined;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  /** Events of a watch have their type in the first column. */
  readonly withEvents: boolean;
}

type Columns = TableAnswer["columnDefinitions"];

/** Prints rows in pieces; the head comes with the first. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #writer = new TableWriter();
  #columns: Columns = [];
  #headed: boolean;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#headed = options.noHeaders;
  }

  print(columns: Columns, rows: readonly TableRow[], event?: string): string {
    // a watch leaves the columns out behind the first event
    if (columns?.length) this.#columns = columns;
    const head = this.#headed || !rows.length ? [] : [this.#head()];
    if (rows.length) this.#headed = true;
    return this.#writer.lines([...head, ...rows.map((row) => this.#row(row, event))]);
  }

  #head(): string[] {
    const { withNamespace, withEvents, showLabels, labelColumns } = this.#options;
    return [
      ...(withEvents ? ["EVENT"] : []),
      ...(withNamespace ? ["NAMESPACE"] : []),
      ...this.#shown().map(({ column }) => column.name.toUpperCase()),
      ...labelColumns.map((label) => (label.split("/").at(-1) ?? "").toUpperCase()),
      ...(showLabels ? ["LABELS"] : []),
    ];
  }

  #shown(): readonly { readonly column: Columns[number]; readonly index: number }[] {
    return this.#columns
      .map((column, index) => ({ column, index }))
      .filter(({ column }) => this.#options.wide || column.priority === 0);
  }

  #row({ cells, object }: TableRow, event: string | undefined): string[] {
    const { withNamespace, withEvents, showLabels, labelColumns, kind } = this.#options;
    const labels = object?.metadata?.labels ?? {};
    return [
      ...(withEvents ? [event ?? "ADDED"] : []),
      ...(withNamespace ? [object?.metadata?.namespace ?? ""] : []),
      ...this.#shown().map(({ column, index }) => {
        const text = cellText(cells[index]);
        return kind && column.name === "Name" && index === 0 ? `${kind}/${text}` : text;
      }),
      ...labelColumns.map((label) => labels[label] ?? ""),
      ...(showLabels ? [labelText(labels)] : []),
    ];
  }
}

/** The first line of a cell alone. */
function cellText(cell: TableRow["cells"][number] | undefined): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  const end = text.search(/[\n\r\f]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}

export const labelText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(labels ?? {})
    .sort(byBytes)
    .map((key) => `${key}=${labels?.[key]}`)
    .join(",") || "<none>";
