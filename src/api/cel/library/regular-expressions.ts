/** Regular expressions in RE2's syntax: their time is linear in the text, whatever the pattern. */
import { RE2JS } from "re2js";
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { fail } from "../values/error.ts";
import { type ListValue, listValue } from "../values/list.ts";

const keptAtMost = 200;
const compiled = new Map<string, RE2JS>();

/** The compiled pattern; throws what RE2 says is wrong with it. */
export function regularExpression(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = RE2JS.compile(pattern);
  if (compiled.size >= keptAtMost) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

function readable(pattern: string, complaint: string): RE2JS {
  try {
    return regularExpression(pattern);
  } catch (error) {
    return fail(complaint + (error instanceof Error ? error.message : String(error)));
  }
}

const matches = (text: string, pattern: string): boolean => readable(pattern, "").matcher(text).find();

function findAll(text: string, pattern: string, limit = -1n): ListValue {
  const matcher = readable(pattern, "Illegal regex: ").matcher(text);
  const found: string[] = [];
  while ((limit < 0n || BigInt(found.length) < limit) && matcher.find()) found.push(matcher.group() ?? "");
  return listValue(found);
}

function find(text: string, pattern: string): string {
  const matcher = readable(pattern, "Illegal regex: ").matcher(text);
  return matcher.find() ? (matcher.group() ?? "") : "";
}

export const regularExpressions: readonly FunctionDeclaration[] = [
  declare(
    "matches",
    ["matches", "(string, string) bool", matches],
    ["matches_string", "string.(string) bool", matches],
  ),
  declare("find", ["string_find_string", "string.(string) string", find]),
  declare(
    "findAll",
    [
      "string_find_all_string",
      "string.(string) list(string)",
      (text: string, pattern: string) => findAll(text, pattern),
    ],
    ["string_find_all_string_int", "string.(string, int) list(string)", findAll],
  ),
];
