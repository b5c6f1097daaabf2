/** `--sort-by`: objects by one of their fields, numbers in texts by their value. */

import { JsonPath, JsonPathError, relaxed } from "../../api/jsonpath/jsonpath.ts";
import type { KubeObject } from "../../api/object.ts";
import { VerbError } from "../verbs/failures.ts";

/** Throws VerbError where no object has such a field. */
export function sortedBy<T>(items: readonly T[], expression: string, objectOf: (item: T) => KubeObject): readonly T[] {
  let path: JsonPath;
  try {
    path = new JsonPath(relaxed(expression));
  } catch (error) {
    throw error instanceof JsonPathError ? new VerbError(error.message) : error;
  }
  const keyed = items.map((item) => ({ item, key: path.find(objectOf(item))[0] }));
  if (items.length && keyed.every(({ key }) => key === undefined))
    throw new VerbError(
      `couldn't find any field with path ${JSON.stringify(relaxed(expression))} in the list of objects`,
    );
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

/** What is not there comes first. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return natural(String(a), String(b));
}

/** Runs of digits compare as numbers, the rest as text. */
export function natural(a: string, b: string): number {
  const parts = (text: string): readonly string[] => text.match(/\d+|\D/g) ?? [];
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [p, q] = [x[i] as string, y[i] as string];
    if (p === q) continue;
    const numbers = /\d/.test(p) && /\d/.test(q);
    const order = numbers ? Number(p) - Number(q) || q.length - p.length : p < q ? -1 : 1;
    if (order) return order;
  }
  return x.length - y.length;
}
