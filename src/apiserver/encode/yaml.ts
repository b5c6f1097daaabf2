/** YAML bodies, with the texts of Go's YAML reader. */
import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { DecodeError } from "../../api/schema/decode.ts";

export interface YamlValue {
  readonly value: unknown;
  /** `line 1: key "a" already set in map`, for each key that stands twice. */
  readonly doubled: readonly string[];
}

/**
 * YAML as upstream reads it, as YAML 1.1: `name: n` is a boolean. Keys that stand twice are told as `doubled`, the last one
 * holds. Throws DecodeError.
 */
export function readYaml(source: string): YamlValue {
  const lineCounter = new LineCounter();
  const document = parseDocument(source, {
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
    throw new DecodeError(`yaml: ${faultText(fault.code, line, fault.message, source)}`);
  }
  return { value: plain(document), doubled: doubled(document.contents, lineCounter) };
}

/** Throws DecodeError for what grows out of measure as its aliases are followed. */
function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (error instanceof ReferenceError) throw new DecodeError("yaml: document contains excessive aliasing");
    throw error;
  }
}

/** How a strict reading tells of keys that stand twice. */
export const doubledText = (doubled: readonly string[]): string =>
  `yaml: unmarshal errors:\n${doubled.map((text) => `  ${text}`).join("\n")}`;

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
