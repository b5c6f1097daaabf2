/**
 * The names of fields in expressions: what cannot stand there is escaped, `__dash__` for `-`, and words of the language
 * stand between underscores
 * (https://kubernetes.io/docs/reference/using-api/cel/#escaping-fields).
 */
const reserved = new Set(
  (
    "true false null in as break const continue else for function if import let loop package namespace return var void " +
    "while"
  ).split(" "),
);

const signs: Readonly<Record<string, string>> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};
const meanings = new Map(Object.values(signs).map((escaped, i) => [escaped, Object.keys(signs)[i] as string]));

/** Undefined for names that expressions cannot reach. */
export function escapeName(name: string): string | undefined {
  if (name === "" || /^[0-9]/.test(name)) return undefined;
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[A-Za-z0-9_./-]+$/.test(name)) return undefined;
  return name.replace(/__|[./-]/g, (found) => signs[found] ?? found);
}

/** Undefined for what escaping cannot have made. */
export function unescapeName(escaped: string): string | undefined {
  let isWhole = true;
  const name = escaped.replace(/__[^_]+__/g, (found) => {
    const meaning = meanings.get(found);
    if (meaning !== undefined) return meaning;
    const word = found.slice(2, -2);
    if (!reserved.has(word) || found.length !== escaped.length) isWhole = false;
    return word;
  });
  return isWhole ? name : undefined;
}

/** A word of the language, which as a field is written `__word__`. */
export const isReserved = (name: string): boolean => reserved.has(name);
