/** YAML bodies, with the texts of Go's YAML reader. */
import { isCollection, isMap, isSeq, Lexer, LineCounter, type Node, parseDocument, type Tags, visit } from "yaml";
import { DecodeError, setKey } from "../../api/schema/decode.ts";
import { deepest } from "../../api/schema/json-text.ts";

export interface YamlValue {
  readonly value: unknown;
  /** `line 1: key "a" already set in map`, for each key that stands twice. */
  readonly doubled: readonly string[];
}

/** Tags that upstream does not read as more than text, lists and maps: a time stays as it is written. */
const unread = new Set(["timestamp", "set", "omap", "pairs"].map((name) => `tag:yaml.org,2002:${name}`));
const isUnread = (tag: Tags[number]): boolean => typeof tag === "object" && unread.has(tag.tag);

/**
 * YAML as upstream reads it, as YAML 1.1: `name: n` is a boolean. What comes out is plain JSON. Keys that stand twice are
 * told as `doubled`, the last one holds. Throws DecodeError.
 */
export function readYaml(source: string): YamlValue {
  try {
    return read(source);
  } catch (error) {
    if (error instanceof RangeError) throw new DecodeError("yaml: exceeded max depth");
    throw error;
  }
}

/** The lexer's own mark, which stands for no text. */
const startOfDocument = "\u0002";

/** Throws RangeError for what is deeper than may be: the library reads by recursion. */
function checkDepth(source: string): void {
  /** Columns of the blocks around. */
  const blocks: number[] = [];
  let flow = 0;
  let column = 0;
  let isBefore = true;
  for (const lexeme of new Lexer().lex(source)) {
    if (lexeme === startOfDocument) continue;
    if (lexeme === "[" || lexeme === "{") flow++;
    else if (lexeme === "]" || lexeme === "}") flow--;
    if (lexeme.endsWith("\n")) {
      column = 0;
      isBefore = true;
    } else if (isBefore && flow === 0 && lexeme.trim()) {
      while ((blocks.at(-1) ?? -1) >= column) blocks.pop();
      blocks.push(column);
      isBefore = lexeme === "-" || lexeme === "?" || lexeme === ":";
    }
    column += lexeme.length;
    if (lexeme.endsWith("\n")) column = 0;
    if (flow + blocks.length > deepest) throw new RangeError("too deep");
  }
}

function read(source: string): YamlValue {
  if (source.length > deepest) checkDepth(source);
  const lineCounter = new LineCounter();
  const document = parseDocument(source, {
    version: "1.1",
    schema: "yaml-1.1",
    merge: true,
    uniqueKeys: false,
    logLevel: "silent",
    lineCounter,
    customTags: (tags) => tags.filter((tag) => !isUnread(tag)),
  });
  const fault = document.errors.find((e) => e.code !== "MULTIPLE_DOCS");
  if (fault) {
    if (fault.message.includes("call stack")) throw new RangeError(fault.message);
    // a key that is none goes on to the colon
    const farther = document.errors.find(({ code }) => code === "MULTILINE_IMPLICIT_KEY")?.linePos?.[1]?.line;
    const line = (implicitKey.test(fault.code) && farther) || (fault.linePos?.[0].line ?? 1);
    throw new DecodeError(`yaml: ${faultText(fault.code, line, fault.message, source)}`);
  }
  checkKeys(document);
  return { value: asJson(plain(document), new Set()), doubled: doubled(document.contents, lineCounter) };
}

/** Throws DecodeError for what grows out of measure as its aliases are followed, and for merges of what is no map. */
function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    const unknown = error instanceof ReferenceError && /^Unresolved alias .*: (.*)$/.exec(error.message);
    if (unknown) throw new DecodeError(`yaml: unknown anchor '${unknown[1]}' referenced`);
    if (error instanceof ReferenceError) throw new DecodeError("yaml: document contains excessive aliasing");
    if (error instanceof Error && error.message.startsWith("Merge sources"))
      throw new DecodeError("yaml: map merge requires map or sequence of maps as the value");
    throw error;
  }
}

/** Keys of JSON are texts: of YAML's, scalars can become such. */
function checkKeys(document: ReturnType<typeof parseDocument>): void {
  visit(document, {
    Pair(_, { key }) {
      if (isCollection(key)) throw new DecodeError("yaml: invalid map key");
    },
  });
}

/** Makes plain JSON of what YAML also has: bytes, and what JSON has no word for. `within` holds what is around the value. */
function asJson(value: unknown, within: Set<object>): unknown {
  if (typeof value === "number" && !Number.isFinite(value))
    throw new DecodeError(`json: unsupported value: ${value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN"}`);
  if (typeof value === "string") checkText(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (within.has(value)) throw new DecodeError("yaml: anchor value contains itself");
  within.add(value);
  const inner = value as { [key: string]: unknown };
  for (const key of Object.keys(inner)) {
    checkText(key);
    const was = inner[key];
    const now = asJson(was, within);
    if (now !== was) setKey(inner, key, now);
  }
  within.delete(value);
  return value;
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw new DecodeError("yaml: found invalid Unicode character escape code");
}

/** How a strict reading tells of keys that stand twice. */
export const doubledText = (doubled: readonly string[]): string =>
  `yaml: unmarshal errors:\n${doubled.map((text) => `  ${text}`).join("\n")}`;

const implicitKey = /_IMPLICIT_KEY$/;

/** The words of Go's YAML reader for the commonest faults. */
function faultText(code: string, line: number, message: string, body: string): string {
  switch (code) {
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return `${line > 1 ? `line ${line}: ` : ""}mapping values are not allowed in this context`;
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
