/** `-o custom-columns=NAME:.metadata.name,…`. */

import { JsonPath, JsonPathError, relaxed, textOf } from "../../api/jsonpath/jsonpath.ts";
import type { KubeObject } from "../../api/object.ts";
import { VerbError } from "../verbs/failures.ts";
import { TableWriter } from "./tab-writer.ts";

export function printCustomColumns(
  spec: string,
  noHeaders: boolean,
  itemsOf: (object: KubeObject) => readonly KubeObject[],
): (object: KubeObject) => string {
  if (!spec) throw new VerbError("custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part) => {
    const [header, ...rest] = part.split(":");
    if (!rest.length)
      throw new VerbError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    try {
      return { header: header ?? "", path: new JsonPath(relaxed(rest.join(":"))) };
    } catch (error) {
      throw error instanceof JsonPathError ? new VerbError(error.message) : error;
    }
  });
  const writer = new TableWriter();
  let headed = noHeaders;
  return (object) => {
    const rows = itemsOf(object).map((item) => columns.map(({ path }) => cell(path.find(item))));
    const head = headed ? [] : [columns.map(({ header }) => header)];
    headed = true;
    return writer.lines([...head, ...rows]);
  };
}

function cell(values: readonly unknown[]): string {
  const known = values.filter((value) => value !== undefined);
  return known.length ? known.map((value) => (value === null ? "<nil>" : goPrint(value))).join(",") : "<none>";
}

/** As Go's `%v` shows a value. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goPrint).join(" ")}]`;
  if (typeof value !== "object") return textOf(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${pairs.map(([key, item]) => `${key}:${goPrint(item)}`).join(" ")}]`;
}
