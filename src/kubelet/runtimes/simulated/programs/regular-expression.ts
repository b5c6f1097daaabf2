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

/** What stands for a character that is in no bracket: after what was made, before what follows; `next`: it is escaped. */
interface Form {
  escaped(next: string): string;
  bare(char: string, made: string, rest: string): string;
}

function translate(text: string, form: Form): string {
  let made = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    const set = char === "[" ? bracket(text, i) : undefined;
    if (set) {
      made += set.source;
      i = set.end - 1;
    } else if (char === "\\") made += form.escaped(text[++i] ?? "\\");
    else made += form.bare(char, made, text.slice(i + 1));
  }
  return made;
}

/** `sed`'s and `grep`'s own form: `\(`, `\|`, `\{`, `\+` have meaning and their bare forms have none. */
export const basicExpression = (text: string): string =>
  translate(text, {
    escaped: (next) => (/[(){}|+?]/.test(next) ? next : withBackslash(next)),
    bare(char, made, rest) {
      if (/[(){}|+?]/.test(char)) return `\\${char}`;
      const begins = /(^|\(|\|)$/.test(made);
      if (char === "*" && begins) return "\\*";
      if (char === "^" && !begins) return "\\^";
      if (char === "$" && rest && !/^\\[)|]/.test(rest)) return "\\$";
      return char;
    },
  });

/** As `grep -E` has it. */
export const extendedExpression = (text: string): string =>
  translate(text, {
    escaped: withBackslash,
    bare: (char, _made, rest) => (char === "{" && !/^\d*,?\d*\}/.test(rest) ? "\\{" : char),
  });

function withBackslash(next: string): string {
  if (next === "<") return "\\b(?=\\w)";
  if (next === ">") return "\\b(?<=\\w)";
  if (/[wWsSbBdDnt1-9]/.test(next)) return `\\${next}`;
  return next.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}

export const literalExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
