/** Objects of every type, made from how the types are written down: each field set, or some of them at random. */
import { decode, type JsonObject } from "../../src/api/schema/decode.ts";
import type { Field, Scalar, StructType, Type } from "../../src/api/schema/model.ts";
import { below, type Random } from "../../src/base/random.ts";

/** Texts that YAML would read as something else, that JSON escapes, or that are long in UTF-8. */
const words = [
  ...[
    "y",
    "No",
    "on",
    "~",
    "null",
    "true",
    "1",
    "-1",
    "1e3",
    "0x1f",
    "0o17",
    "017",
    "1_000",
    "1:30",
    ".5",
    ".inf",
    ".nan",
  ],
  ...[
    "2001-01-01",
    "2001-01-01T00:00:00Z",
    "=",
    "<<",
    "- a",
    "a: b",
    "a #b",
    "#",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%",
    "@",
    "`",
  ],
  ...[
    " lead",
    "trail ",
    "\ttab",
    "two\nlines",
    "end\n",
    "\n\n",
    "'",
    '"',
    "\\",
    "{}",
    "[]",
    "ä€",
    "𝄞",
    "\u2028",
    "\u0085",
  ],
  ...["\u0001", "\u007f", "\ufeff", "__proto__", "constructor", "x".repeat(200)],
]; // prettier-ignore

/** How values are chosen. */
interface Choice {
  has(field: Field, depth: number): boolean;
  scalar(of: Scalar, name: string): unknown;
  length(): number;
  key(): string;
}

/** Every field set, each to something else than zero. */
function everything(): Choice {
  let count = 0;
  const next = (): number => ++count;
  return {
    has: () => true,
    length: () => 2,
    key: () => `key${next()}`,
    scalar(of, name) {
      const n = next();
      const values: Record<Scalar, unknown> = {
        string: `${name}-${n}`,
        bool: true,
        int32: n,
        int64: n + 2 ** 40,
        double: n + 0.5,
        bytes: Buffer.from(`bytes ${n}`).toString("base64"),
        Time: new Date(Date.UTC(2004, 1, 2) + n * 1000).toISOString().replace(".000", ""),
        MicroTime: `2004-02-02T01:01:01.${String(n).padStart(6, "0")}Z`,
        Quantity: `${n}m`,
        IntOrString: n % 2 ? n : `${n}%`,
      };
      return of === "Quantity" && n % 1000 === 0 ? "1" : values[of];
    },
  };
}

/** Some fields, with values at the edges of what they may be. */
function anything(random: Random): Choice {
  const pick = <T>(from: readonly T[]): T => from[below(random, from.length)] as T;
  const bytes = (): string =>
    Buffer.from(Array.from({ length: below(random, 9) }, () => below(random, 256))).toString("base64");
  const values: Record<Scalar, () => unknown> = {
    string: () => pick(["", ...words]),
    bool: () => random.next() < 0.5,
    int32: () => pick([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), below(random, 1000)]),
    int64: () => pick([0, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 60]),
    double: () => pick([0, -1, 0.1, 1e21, -1e-7, random.next()]),
    bytes,
    Time: () => pick(["1970-01-01T00:00:00Z", "0001-01-02T00:00:00Z", "2038-01-19T03:14:08Z", "9999-12-31T23:59:59Z"]),
    MicroTime: () =>
      pick(["1970-01-01T00:00:00.000000Z", "2004-02-02T01:01:01.999999Z", "1969-12-31T23:59:59.000001Z"]),
    Quantity: () => pick(["0", "1", "-1", "1500m", "1Gi", "100e6", "1n", "9223372036854775807", "0.1", "1e3", "12E"]),
    IntOrString: () => pick([0, -1, 80, 2 ** 31 - 1, "", "50%", "80", "http"]),
  }; // prettier-ignore
  return {
    has: (_, depth) => random.next() < (depth < 4 ? 0.7 : 0.3),
    length: () => 1 + below(random, 2),
    key: () => pick(words),
    scalar: (of) => values[of](),
  };
}

function ofType(type: Type, name: string, choice: Choice, outer: readonly string[]): unknown {
  const many = <T>(make: () => T): T[] => Array.from({ length: choice.length() }, make);
  switch (type.kind) {
    case "scalar":
      return choice.scalar(type.of, name);
    case "any":
      return { [choice.key()]: [choice.scalar("string", name), { deep: choice.scalar("int32", name), no: null }] };
    case "list":
      return many(() => ofType(type.of, name, choice, outer));
    case "map":
      return mapOf(many(() => [choice.key(), ofType(type.of, name, choice, outer)] as const));
    case "struct":
      return ofStruct(type, choice, outer);
  }
}

/** As JSON.parse makes it: `__proto__` is a key like others. */
function mapOf(entries: readonly (readonly [string, unknown])[]): JsonObject {
  return Object.fromEntries(entries) as JsonObject;
}

/** Types that hold themselves end after the second time. */
function ofStruct(type: StructType, choice: Choice, outer: readonly string[]): unknown {
  const inner = [...outer, type.name];
  const again = inner.filter((name) => name === type.name).length;
  if (type.name === "Duration") return "1m30.5s";
  if (type.name.startsWith("JSONSchemaPropsOr")) return ofAlternative(type, choice, inner);
  const out: JsonObject = {};
  if (again < 3)
    for (const field of type.byName.values())
      if (choice.has(field, outer.length)) out[field.name] = ofType(field.type, field.name, choice, inner);
  return out;
}

function ofAlternative(type: StructType, choice: Choice, outer: readonly string[]): unknown {
  const schema = type.byName.get("schema")?.type;
  if (schema?.kind !== "struct") throw new Error(`${type.name} has no schema`);
  if (choice.scalar("bool", "") === false) {
    if (type.name.endsWith("Bool")) return choice.scalar("bool", "");
    if (type.name.endsWith("StringArray")) return [choice.key(), choice.key()];
    return [ofStruct(schema, choice, outer)];
  }
  return ofStruct(schema, choice, outer);
}

/** An object with every field of the type set, in the form in which it is kept. */
export const filled = (type: StructType): JsonObject => decode(type, ofStruct(type, everything(), []));

/** An object with some fields set, as `random` has it, in the form in which it is kept. */
export const filledAtRandom = (type: StructType, random: Random): JsonObject =>
  decode(type, ofStruct(type, anything(random), []));
