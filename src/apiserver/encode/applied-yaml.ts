/** Reads the body of a server-side apply: YAML, which JSON mostly is. Keys that stand twice are told, the last one holds. */
import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { badRequest } from "../../api/errors.ts";
import type { JsonObject } from "../../api/schema/decode.ts";
import { duplicateFields } from "../../api/schema/json-text.ts";

export interface AppliedYaml {
  readonly wanted: JsonObject;
  /** `line 1: key "a" already set in map`. */
  readonly strict: readonly string[];
}

/** Throws BadRequest. */
export function readAppliedYaml(body: string): AppliedYaml {
  const { value, strict } = plainJson(body) ?? readYaml(body);
  if (value === null || value === undefined) return { wanted: {}, strict };
  if (typeof value === "object" && !Array.isArray(value)) return { wanted: value as JsonObject, strict };
  const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  throw badRequest(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
  );
}

interface Read {
  readonly value: unknown;
  readonly strict: readonly string[];
}

/** Most clients send JSON, which needs no YAML parser unless a key stands twice. */
function plainJson(body: string): Read | undefined {
  if (!body.trimStart().startsWith("{")) return undefined;
  try {
    const value = JSON.parse(body) as unknown;
    return duplicateFields(body).length ? undefined : { value, strict: [] };
  } catch {
    return undefined;
  }
}

function readYaml(body: string): Read {
  const lineCounter = new LineCounter();
  const document = parseDocument(body, {
    version: "1.1",
    schema: "yaml-1.1",
    merge: true,
    uniqueKeys: false,
    logLevel: "silent",
    lineCounter,
  });
  const fault = document.errors.find((e) => e.code !== "MULTIPLE_DOCS");
  if (fault) {
    const line = fault.linePos?.[0].line ?? 1;
    const why = faultText(fault.code, line, fault.message, body);
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${why}`);
  }
  return {
    value: document.toJS({ maxAliasCount: 100 }) as unknown,
    strict: doubled(document.contents, lineCounter),
  };
}

/** The words of Go's YAML reader for the commonest faults. */
function faultText(code: string, line: number, message: string, body: string): string {
  switch (code) {
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "mapping values are not allowed in this context";
    case "MISSING_CHAR":
      if (!/[:,[{]\s*$/.test(body)) return `line ${line}: did not find expected ',' or '}'`;
      return `line ${line}: did not find expected node content`;
    case "UNEXPECTED_TOKEN":
    case "BAD_COLLECTION_TYPE":
      return `line ${line}: did not find expected node content`;
    default:
      return `line ${line}: ${message.split("\n")[0]}`;
  }
}

function doubled(node: unknown, lines: LineCounter): string[] {
  if (isSeq(node)) return node.items.flatMap((item) => doubled(item, lines));
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap((pair) => {
    const key = String(pair.key);
    const again = seen.has(key);
    seen.add(key);
    const line = lines.linePos((pair.key as Node).range?.[0] ?? 0).line;
    const own = again ? [`line ${line}: key ${JSON.stringify(key)} already set in map`] : [];
    return [...own, ...doubled(pair.value, lines)];
  });
}
