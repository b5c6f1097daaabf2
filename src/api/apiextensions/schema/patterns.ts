/** Patterns of schemas: RE2, compiled once each. */
import { RE2JS } from "re2js";

const mostKept = 1000;
const compiled = new Map<string, RE2JS | string>();

/** The pattern, or why it is none, in Go's words. */
export function patternOf(source: string): RE2JS | string {
  let known = compiled.get(source);
  if (known === undefined) {
    try {
      known = RE2JS.compile(source);
    } catch (error) {
      known = error instanceof Error ? error.message : String(error);
    }
    if (compiled.size >= mostKept) compiled.clear();
    compiled.set(source, known);
  }
  return known;
}

/** Whether the pattern is somewhere in the text. */
export const matchesPattern = (pattern: RE2JS, text: string): boolean => pattern.matcher(text).find();
