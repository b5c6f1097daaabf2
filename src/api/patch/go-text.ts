/** Plain JSON as Go's `fmt` shows it, for texts that upstream answers with values in them. */

/** As `%v` does: maps by the alphabet, nothing quoted. */
export function goPlain(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goPlain).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  return `map[${sortedEntries(value)
    .map(([key, item]) => `${key}:${goPlain(item)}`)
    .join(" ")}]`;
}

/** As `%#v` does. */
export function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const items = sortedEntries(value).map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`);
  return `map[string]interface {}{${items.join(", ")}}`;
}

const sortedEntries = (value: object): [string, unknown][] =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

/** As `%T` does. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) return "%!s(<nil>)";
  if (Array.isArray(value)) return "[]interface {}";
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    default:
      return "map[string]interface {}";
  }
}

/** The kind of a value's Go type: `map`, `slice`, `string`, … */
export function goKind(value: unknown): string {
  const name = goTypeName(value);
  return name.startsWith("map") ? "map" : name.startsWith("[]") ? "slice" : name;
}
