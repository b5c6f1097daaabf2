import assert from "node:assert/strict";
import { test } from "node:test";
import { Path } from "../../validation/field-error.ts";
import type { JsonSchema, ValidationRule } from "../schema/json-schema.ts";
import { compileRules, ruleErrors } from "./rules.ts";

type Rule = string | ValidationRule;
const withRules = (schema: JsonSchema, ...rules: readonly Rule[]): JsonSchema => ({
  ...schema,
  "x-kubernetes-validations": rules.map((rule) => (typeof rule === "string" ? { rule } : rule)),
});
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({ type: "object", properties });
const text: JsonSchema = { type: "string", maxLength: 10 };
const int: JsonSchema = { type: "integer" };

const errors = (schema: JsonSchema, unchanged = false): string[] =>
  ruleErrors(schema, new Path("s"), { unchanged, existing: [] }).map(String);
const shown = (rule: string, more: object = {}): string =>
  JSON.stringify({
    Rule: rule,
    Message: "",
    MessageExpression: "",
    Reason: null,
    FieldPath: "",
    OptionalOldSelf: null,
    ...more,
  });
const advice =
  "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
const at = "s.x-kubernetes-validations[0]";

const definitions: readonly (readonly [name: string, schema: JsonSchema, ...errors: string[]])[] = [
  ["takes what is right", withRules(object({ a: text }), "self.a != 'x'")],
  ["wants a rule", withRules(object({}), " "), `${at}.rule: Required value: rule is not specified`],
  [
    "wants a message for rules of two lines",
    withRules(object({}), "true ||\nfalse"),
    `${at}.message: Required value: message must be specified if rule contains line breaks`,
  ],
  [
    "wants rules to compile",
    withRules(object({ a: text }), "self.b == 1"),
    `${at}.rule: Invalid value: ${shown("self.b == 1")}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b == 1\n | ....^`,
  ],
  [
    "wants them to decide",
    withRules(object({ a: text }), "self.a"),
    `${at}.rule: Invalid value: ${shown("self.a")}: cel expression must evaluate to a bool`,
  ],
  [
    "wants messages to be texts",
    withRules(object({}), { rule: "true", messageExpression: "1" }),
    `${at}.messageExpression: Invalid value: ${shown("true", { MessageExpression: "1" })}: messageExpression must evaluate to a string`,
  ],
  [
    "wants paths that lead to a field",
    withRules(object({ a: text }), { rule: "true", fieldPath: ".b" }),
    `${at}.fieldPath: Invalid value: ".b": must be a valid path`,
  ],
  [
    "compares old values only where they are told apart",
    object({ l: { type: "array", maxItems: 2, items: withRules(text, "self == oldSelf") } }),
    's.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[l]',
  ],
  [
    "wants optionalOldSelf to be used",
    withRules(object({}), { rule: "true", optionalOldSelf: true }),
    `${at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
  ],
  [
    "tells of rules that cost too much",
    withRules(object({ l: { type: "array", items: text, maxItems: 3000 } }), "self.l.all(a, self.l.all(b, a != b))"),
    `${at}.rule: Forbidden: estimated rule cost exceeds budget by factor of 8.1x ${advice}`,
  ],
  [
    "escapes the names of fields",
    withRules(object({ "a-b": text, in: int }), "self.a__dash__b != '' && self.__in__ > 0"),
  ],
];
for (const [name, schema, ...expected] of definitions) {
  test(`ruleErrors ${name}`, () => assert.deepEqual(errors(schema), expected));
}

test("ruleErrors does not look again at what a rule costs that was stored before", () => {
  const costly = withRules(
    object({ l: { type: "array", items: text, maxItems: 3000 } }),
    "self.l.all(a, self.l.all(b, a != b))",
  );
  assert.deepEqual(errors(costly, true), []);
});

const validate = (schema: JsonSchema, value: unknown, old?: unknown): string[] =>
  (compileRules(schema, { isResource: false })?.validate(value, old, new Path("v")) ?? []).map(String);

const limits = withRules(
  object({ low: int, high: int, name: text }),
  { rule: "self.low <= self.high", message: "low is above high" },
  { rule: "!has(self.name) || self.name != 'x'", messageExpression: "'not ' + self.name", fieldPath: ".name" },
);
const fixed = object({
  a: withRules(text, { rule: "self == oldSelf", reason: "FieldValueForbidden", message: "fixed" }),
});
const keyed: JsonSchema = {
  type: "array",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["k"],
  items: object({ k: text, v: withRules(int, "self >= oldSelf") }),
};
const objects: readonly (readonly [
  name: string,
  schema: JsonSchema,
  value: unknown,
  old: unknown,
  ...errors: string[],
])[] = [
  ["holds", limits, { low: 1, high: 2 }, undefined],
  ["fails with its message", limits, { low: 3, high: 2 }, undefined, "v: Invalid value: low is above high"],
  [
    "fails with a built message, at a field",
    limits,
    { low: 1, high: 2, name: "x" },
    undefined,
    "v.name: Invalid value: not x",
  ],
  [
    "faults",
    limits,
    { high: 2 },
    undefined,
    'v: Invalid value: "object": no such key: low evaluating rule: low is above high',
  ],
  ["is let pass where nothing has changed", limits, { low: 3, high: 2 }, { low: 3, high: 2 }],
  ["of a transition is not tried at first", fixed, { a: "x" }, undefined],
  ["of a transition fails, for its reason", fixed, { a: "x" }, { a: "y" }, "v.a: Forbidden: fixed"],
  [
    "finds the old item by its key",
    keyed,
    [
      { k: "b", v: 1 },
      { k: "a", v: 1 },
    ],
    [{ k: "a", v: 2 }],
    "v[1].v: Invalid value: 1: failed rule: self >= oldSelf",
  ],
  ["of a value that is absent is not tried", object({ a: withRules(text, "false") }), {}, undefined],
  [
    "shows scalars",
    object({ a: withRules(text, "false") }),
    { a: "x" },
    undefined,
    'v.a: Invalid value: "x": failed rule: false',
  ],
  [
    "of allOf applies too",
    withRules({ ...object({ n: int }), allOf: [withRules({}, "self.n > 1")] }, "true"),
    { n: 1 },
    undefined,
    "v: Invalid value: failed rule: self.n > 1",
  ],
];
for (const [name, schema, value, old, ...expected] of objects) {
  test(`a rule ${name}`, () => assert.deepEqual(validate(schema, value, old), expected));
}

test("rules stop where an object has cost enough", () => {
  const each = withRules(text, "self.matches('a') || true");
  const schema: JsonSchema = { type: "array", items: each };
  const value = Array.from({ length: 100 }, () => "some text");
  const found =
    compileRules(schema, { isResource: false })?.validate(value, undefined, new Path("v"), { budget: 50 }) ?? [];
  assert.deepEqual(found.map(String), [
    'v[25]: Invalid value: "string": validation failed due to running out of cost budget, no further validation rules will be run',
  ]);
});
