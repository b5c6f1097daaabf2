/** Paths into a schema as rules and selectable fields write them: `.spec.colour`, `.map['key']`. */
import type { JsonSchema } from "./json-schema.ts";

export interface FieldPathOptions {
  /** `['key']` may stand for a step; default true. */
  readonly brackets?: boolean;
}

export interface FoundField {
  /** `spec.colour`, `map[key]`. */
  readonly path: string;
  readonly steps: readonly string[];
  readonly schema: JsonSchema;
}

/** What a path leads to, or why it leads nowhere, in upstream's words. */
export function fieldAt(
  text: string,
  root: JsonSchema,
  { brackets = true }: FieldPathOptions = {},
): FoundField | string {
  let schema: JsonSchema = root;
  let path = "";
  const steps: string[] = [];
  const tokens = tokensOf(text);
  const step = (name: string): boolean => {
    const next = schema.properties
      ? schema.properties[name]
      : typeof schema.additionalProperties === "object"
        ? schema.additionalProperties
        : undefined;
    if (!next) return false;
    path += schema.properties ? (path ? `.${name}` : name) : `[${name}]`;
    schema = next;
    steps.push(name);
    return true;
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    if (token !== "[" && token !== ".") return `expected [ or . but got: ${token}`;
    if (token === "[" && !brackets) return "array notation is not allowed";
    const name = tokens[++i];
    if (name === undefined) return "unexpected end of JSON path";
    if (token === ".") {
      if (!step(name)) return "does not refer to a valid field";
      continue;
    }
    if (name.length < 2 || !name.startsWith("'") || !name.endsWith("'"))
      return `expected single quoted string but got ${name}`;
    if (!step(name.slice(1, -1).replace(/\\(['\\])/g, "$1"))) return "does not refer to a valid field";
    const end = tokens[++i];
    if (end === undefined) return "unexpected end of JSON path";
    if (end !== "]") return `expected ] but got ${end}`;
  }
  return { path, steps, schema };
}

/** Dots and brackets, texts in quotes, and what is between. */
const tokensOf = (text: string): readonly string[] => text.match(/'(?:\\.|[^'\\])*'|[.[\]]|[^.[\]]+/gs) ?? [];
