/** POSIX regular expressions, as the ones of JavaScript. */
import { withClasses } from "../shell/patterns.ts";

/** A bracket expression at `at`: its text, and where it ends. */
function bracket(text: string, at: number): { source: string; end: number } | undefined {
  const found = /^\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]/.exec(text.slice(at));
  if (!found) return undefined;
  const body = withClasses((found[2] ?? "").replace(/\\/g, "\\\\"))
    .replace(/^\]/, "\\]")
    .replace(/(?<!\\)\[/g, "\\[");
  return { source: `[${found[1]}${body}]`, end: at + found[0].length };
}

/** `sed`'s and `grep`'s own form: `\(`, `\|`, `\{`, `\+` have meaning and their bare forms have none. */
export function basicExpression(text: string): string {
  let made = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const set = char === "[" ? bracket(text, i) : undefined;
    if (set) {
      made += set.source;
      i = set.end - 1;
    } else if (char === "\\") {
      const next = text[++i] ?? "\\";
      if (/[(){}|+?]/.test(next)) made += next;
      else made += withBackslash(next);
    } else if (/[(){}|+?]/.test(char)) made += `\\${char}`;
    else if (char === "*" && /(^|\(|\|)$/.test(made)) made += "\\*";
    else if (char === "^" && !/(^|\(|\|)$/.test(made)) made += "\\^";
    else if (char === "$" && i < text.length - 1 && !/^\\[)|]/.test(text.slice(i + 1))) made += "\\$";
    else made += char;
  }
  return made;
}

/** As `grep -E` has it. */
export function extendedExpression(text: string): string {
  let made = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const set = char === "[" ? bracket(text, i) : undefined;
    if (set) {
      made += set.source;
      i = set.end - 1;
    } else if (char === "\\") made += withBackslash(text[++i] ?? "\\");
    else if (char === "{" && !/^\{\d*,?\d*\}/.test(text.slice(i))) made += "\\{";
    else made += char;
  }
  return made;
}

function withBackslash(next: string): string {
  if (next === "<") return "\\b(?=\\w)";
  if (next === ">") return "\\b(?<=\\w)";
  if (/[wWsSbBdDnt1-9]/.test(next)) return `\\${next}`;
  return next.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}

export const literalExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
