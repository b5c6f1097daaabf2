/** The columns of tables, in the words that printers declare them with. */
import type { Column } from "../kind.ts";

export const text = (name: string, description: string): Column => ({ name, type: "string", description });
export const integer = (name: string, description: string): Column => ({ name, type: "integer", description });
export const boolean = (name: string, description: string): Column => ({ name, type: "boolean", description });
/** Shown with `-o wide` only. */
export const wide = (name: string, description: string): Column => ({ name, type: "string", description, priority: 1 });

/** Labels as a cell shows them: `a=1,b=2`, sorted; `<none>` where there are none. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = labels ? Object.keys(labels).sort() : [];
  return keys.length ? keys.map((key) => `${key}=${labels?.[key]}`).join(",") : "<none>";
}

/** The first three of a list, and how many more there are; `none` where there are none. */
export function shortList(list: readonly string[], none = "<unset>"): string {
  const more = list.length - 3;
  return (list.slice(0, 3).join(",") || none) + (more > 0 ? ` + ${more} more...` : "");
}
