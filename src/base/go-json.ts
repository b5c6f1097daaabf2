/** JSON as Go writes it: keys in order, `<`, `>` and `&` escaped. */

const escapes: Readonly<Record<string, string>> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };

/** Keys in the order of their bytes, all the way down; what is undefined is left out. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  return Object.fromEntries(keys.sort(byBytes).map((key) => [key, sorted(map[key])]));
}

/** Go's order of strings, which is that of their UTF-8 bytes. */
export const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const goJson = (value: unknown, indent?: number): string =>
  JSON.stringify(sorted(value), undefined, indent).replace(/[<>&]/g, (letter) => escapes[letter] as string);
