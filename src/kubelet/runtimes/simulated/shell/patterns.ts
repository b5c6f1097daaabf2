/** Shell patterns: `*`, `?`, `[…]` (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_13). */
import type { FileSpace } from "../files/file-space.ts";
import { absolute } from "../process.ts";

/** Marks the next character as one that means itself. */
const literally = "\\";
export const literal = (text: string): string => text.replace(/[*?[\]\\]/g, `${literally}$&`);
export const hasPattern = (pattern: string): boolean => /(^|[^\\])(\\\\)*[*?[]/.test(pattern);
export const unmarked = (pattern: string): string => pattern.replace(/\\([\s\S])/g, "$1");

const classes: Readonly<Record<string, string>> = {
  ...{ alpha: "A-Za-z", digit: "0-9", alnum: "A-Za-z0-9", upper: "A-Z", lower: "a-z", space: "\\s", blank: " \\t" },
  ...{ punct: "!-\\/:-@\\[-`{-~", xdigit: "0-9A-Fa-f", print: " -~", cntrl: "\\x00-\\x1f" },
};

/** Named classes as regular expressions have them. */
export const withClasses = (text: string): string =>
  text.replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole);

/** The body of a regular expression; `lazy`: as few characters as will do. */
export function patternSource(pattern: string, { lazy = false } = {}): string {
  let made = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const set = char === "[" ? /^\[(!|\^)?(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]/.exec(pattern.slice(i)) : null;
    if (set) {
      made += `[${set[1] ? "^" : ""}${withClasses((set[2] ?? "").replace(/^\]/, "\\]"))}]`;
      i += set[0].length - 1;
    } else if (char === literally) made += escaped(pattern[++i] ?? "\\");
    else if (char === "*") made += lazy ? "[\\s\\S]*?" : "[\\s\\S]*";
    else if (char === "?") made += "[\\s\\S]";
    else made += escaped(char);
  }
  return made;
}
const escaped = (char: string): string => char.replace(/[.+^${}()|[\]\\*?/]/, "\\$&");

export const matches = (text: string, pattern: string): boolean =>
  new RegExp(`^(?:${patternSource(pattern)})$`).test(text);

/** `${value#pattern}` and its like. */
export function trimmed(value: string, operator: string, pattern: string): string {
  if (operator === "%" || operator === "%%") {
    const form = new RegExp(`^(?:${patternSource(pattern)})$`);
    const ends = Array.from({ length: value.length + 1 }, (_, i) => (operator === "%" ? value.length - i : i));
    const cut = ends.find((end) => form.test(value.slice(end)));
    return cut === undefined ? value : value.slice(0, cut);
  }
  return value.replace(new RegExp(`^(?:${patternSource(pattern, { lazy: operator === "#" })})`), "");
}

/** `${value/pattern/new}`. */
export function replaced(value: string, pattern: string, by: string, everywhere: boolean): string {
  const form = new RegExp(patternSource(pattern), everywhere ? "g" : "");
  return pattern === "" ? value : value.replace(form, () => by);
}

/** The paths that a pattern stands for, in order; none: it stands for itself. */
export function glob(files: FileSpace, pattern: string, cwd: string): string[] {
  let found = [pattern.startsWith("/") ? "/" : ""];
  const parts = pattern.split("/").filter(Boolean);
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    found = found.flatMap((above) => {
      const folder = absolute(above || ".", cwd);
      const join = (name: string): string => (above === "" || above.endsWith("/") ? above + name : `${above}/${name}`);
      if (!hasPattern(part)) {
        const path = join(unmarked(part));
        return files.find(absolute(path, cwd)) ? [path] : [];
      }
      const names = files.find(folder)?.kind === "directory" && files.may(folder, "read") ? files.list(folder) : [];
      return names
        .filter((name) => (part.startsWith(".") || !name.startsWith(".")) && matches(name, part))
        .map(join)
        .filter((path) => isLast || files.find(absolute(path, cwd))?.kind === "directory");
    });
  }
  return found;
}
