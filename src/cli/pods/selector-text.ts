/** Label selectors as text, as kubectl prints and sends them. */
import type { LabelSelector, Shared } from "../../api/object.ts";

/** `app=web,tier in (a,b),!old`; `<none>` selects nothing, `` everything. */
export function labelSelectorFrom(selector: Shared<LabelSelector> | null | undefined): string {
  if (!selector) return "<none>";
  const requirements = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      text: expression(key, operator, values ?? []),
    })),
  ];
  return requirements
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(",");
}

function expression(key: string, operator: string, values: readonly string[]): string {
  const list = `(${[...values].sort().join(",")})`;
  switch (operator) {
    case "In":
      return `${key} in ${list}`;
    case "NotIn":
      return `${key} notin ${list}`;
    case "Exists":
      return key;
    default:
      return `!${key}`;
  }
}
