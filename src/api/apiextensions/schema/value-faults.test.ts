import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema } from "./json-schema.ts";
import { changedValueErrors, valueErrors } from "./value-faults.ts";

const of = (spec: JsonSchema): JsonSchema => ({ type: "object", properties: { a: spec } });
const text: JsonSchema = { type: "string" };

/** A schema for the field `a`, a value for it, and what is said of it. */
const sentences: readonly (readonly [string, JsonSchema, unknown, readonly string[]])[] = [
  ["a type", text, 1, ['a: Invalid value: "integer": a in body must be of type string: "integer"']],
  ["null", text, null, ['a: Invalid value: "null": a in body must be of type string: "null"']],
  ["null where it is allowed", { ...text, nullable: true }, null, []],
  ["a whole number for a number", { type: "number" }, 3, []],
  [
    "a fraction for an integer",
    { type: "integer" },
    1.5,
    [
      'a: Invalid value: "number": a in body must be of type integer: "number"',
      '<nil>: Invalid value: "": Checked value must be of type integer (default format) in a',
    ],
  ],
  ["at least", { type: "integer", minimum: 3 }, 3, []],
  [
    "more than",
    { type: "integer", minimum: 3, exclusiveMinimum: true },
    3,
    ["a: Invalid value: 3: a in body should be greater than 3"],
  ],
  [
    "multiples",
    { type: "number", multipleOf: 0.1 },
    0.35,
    ["a: Invalid value: 0.35: a in body should be a multiple of 0.1"],
  ],
  ["multiples in floating point", { type: "number", multipleOf: 0.1 }, 0.3, []],
  [
    "int32",
    { type: "integer", format: "int32" },
    2 ** 31,
    ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in a'],
  ],
  ["characters, not bytes", { ...text, maxLength: 2 }, "€€", []],
  ["too long", { ...text, maxLength: 2 }, "abc", ["a: Too long: may not be more than 2 bytes"]],
  ["a pattern anywhere", { ...text, pattern: "b" }, "abc", []],
  [
    "a pattern that fails",
    { ...text, pattern: "^b" },
    "abc",
    ["a: Invalid value: \"abc\": a in body should match '^b'"],
  ],
  [
    "a pattern that would take for ever",
    { ...text, pattern: "^(a+)+$" },
    `${"a".repeat(40)}!`,
    [`a: Invalid value: "${"a".repeat(40)}!": a in body should match '^(a+)+$'`],
  ],
  ["an enumeration", { ...text, enum: ["x", "y"] }, "z", ['a: Unsupported value: "z": supported values: "x", "y"']],
  [
    "a number or a text",
    { "x-kubernetes-int-or-string": true },
    true,
    ['a: Invalid value: "boolean": a in body must be of type integer,string: "boolean"'],
  ],
  [
    "items",
    { type: "array", items: text, maxItems: 1 },
    ["x", 2],
    [
      'a[1]: Invalid value: "integer": a[1] in body must be of type string: "integer"',
      "a: Too many: 2: must have at most 1 item",
    ],
  ],
  ["required fields", { type: "object", required: ["b"] }, {}, ["a.b: Required value"]],
  [
    "fields that are forbidden",
    { type: "object", additionalProperties: false },
    { b: 1 },
    ['a: Invalid value: "b": a.b in body is a forbidden property'],
  ],
  [
    "values of a map",
    { type: "object", additionalProperties: text },
    { b: 1 },
    ['a.b: Invalid value: "integer": a.b in body must be of type string: "integer"'],
  ],
  [
    "none of several",
    { ...text, anyOf: [{ minLength: 3 }, { pattern: "^x" }] },
    "y",
    [
      '<nil>: Invalid value: "": "a" must validate at least one schema (anyOf)',
      'a: Invalid value: "y": a in body should be at least 3 chars long',
    ],
  ],
  [
    "two of one",
    { ...text, oneOf: [{ minLength: 1 }, { maxLength: 3 }] },
    "y",
    ['<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
  ],
  [
    "what must not be",
    { ...text, not: { enum: ["bad"] } },
    "bad",
    ['<nil>: Invalid value: "": "a" must not validate the schema (not)'],
  ],
  [
    "a format",
    { ...text, format: "ipv4" },
    "10.0.0.256",
    ['a: Invalid value: "10.0.0.256": a in body must be of type ipv4: "10.0.0.256"'],
  ],
  ["a format that nobody knows", { ...text, format: "colour" }, "10.0.0.256", []],
];

for (const [name, schema, value, expected] of sentences) {
  test(`values of custom resources: ${name}`, () => {
    assert.deepEqual(valueErrors(of(schema), { a: value }).map(String), expected);
  });
}

const parts: JsonSchema = {
  type: "object",
  properties: {
    map: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      items: { type: "object", properties: { k: text, v: { ...text, enum: ["good"] } } },
    },
    list: { type: "array", items: { ...text, enum: ["good"] } },
  },
};

test("ratcheting: what was wrong before and has not changed is let pass, item by item where items have keys", () => {
  const old = { map: [{ k: "1", v: "bad" }], list: ["bad"] };
  const errors = (value: unknown): string[] => changedValueErrors(parts, value, old).map(String);
  assert.deepEqual(errors(old), []);
  assert.deepEqual(errors({ ...old, map: [{ k: "2", v: "good" }, ...old.map] }), []);
  assert.deepEqual(errors({ ...old, map: [{ k: "1", v: "worse" }] }), [
    'map[0].v: Unsupported value: "worse": supported values: "good"',
  ]);
  assert.deepEqual(errors({ ...old, list: ["bad", "good"] }), [
    'list[0]: Unsupported value: "bad": supported values: "good"',
  ]);
});
