import assert from "node:assert/strict";
import { test } from "node:test";
import { Path } from "../../validation/field-error.ts";
import { defaultErrors } from "./default-errors.ts";
import type { JsonSchema } from "./json-schema.ts";
import { schemaErrors } from "./schema-errors.ts";
import { structuralErrors } from "./structural-errors.ts";

const text: JsonSchema = { type: "string" };
const root = (a: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: "object", properties: { a }, ...more });
const list = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: "array", items, ...more });
const keyed = { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"] } as const;
const within = (text: string): string => text.replaceAll("S.properties[a]", "a");

const structural: readonly (readonly [string, JsonSchema, readonly string[]])[] = [
  ["a field without a type", root({}), ["a.type: Required value: must not be empty for specified object fields"]],
  ["a list without items", root({ type: "array" }), ["a.items: Required value: must be specified"]],
  [
    "a root that is no object",
    { type: "array", items: text },
    ['S.type: Invalid value: "array": must be object at the root'],
  ],
  [
    "a type within anyOf",
    root({ ...text, anyOf: [{ type: "string" }] }),
    ["a.anyOf[0].type: Forbidden: must be empty to be structural"],
  ],
  [
    "the anyOf of a number or a text",
    root({ "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] }),
    [],
  ],
  [
    "a field that only allOf knows",
    root(text, { allOf: [{ properties: { b: { minLength: 1 } } }] }),
    ["S.properties[b]: Required value: because it is defined in S.allOf[0].properties[b]"],
  ],
  [
    "a pattern that is none",
    root({ ...text, pattern: "(" }),
    [
      'a.pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
    ],
  ],
  [
    "rules for metadata",
    root(text, { properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } } }),
    [
      "S.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
    ],
  ],
];

for (const [name, schema, expected] of structural) {
  test(`structural schemas: ${name}`, () => {
    assert.deepEqual(
      structuralErrors(schema, new Path("S")).map((error) => within(String(error))),
      expected,
    );
  });
}

const keywords: readonly (readonly [string, JsonSchema, readonly string[]])[] = [
  ["a reference", root({ $ref: "#/x" }), ["a.$ref: Forbidden: $ref is not supported"]],
  [
    "items that are to differ",
    root(list(text, { uniqueItems: true })),
    ["a.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"],
  ],
  [
    "a set of objects that are no units",
    root(list({ type: "object" }, { "x-kubernetes-list-type": "set" })),
    [
      "a.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
    ],
  ],
  [
    "a key that is not there",
    root(list({ type: "object" }, keyed)),
    ['a.x-kubernetes-list-map-keys: Invalid value: ["k"]: entries must all be names of item properties'],
  ],
  [
    "a key that may be missing",
    root(list({ type: "object", properties: { k: text } }, keyed)),
    [
      "a.items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
    ],
  ],
  [
    "a default for metadata",
    { type: "object", properties: { metadata: { type: "object", properties: { name: { ...text, default: "x" } } } } },
    ["S.properties[metadata].properties[name].default: Forbidden: must not be set in top-level metadata"],
  ],
];

for (const [name, schema, expected] of keywords) {
  test(`keywords of schemas: ${name}`, () => {
    assert.deepEqual(
      schemaErrors(schema, new Path("S")).map((error) => within(String(error))),
      expected,
    );
  });
}

test("defaults must be values that their schema allows", () => {
  const errors = (schema: JsonSchema): string[] =>
    defaultErrors(root(schema), new Path("S")).map((error) => within(String(error)));
  assert.deepEqual(errors({ ...text, default: "x" }), []);
  assert.deepEqual(errors({ ...text, default: 1 }), [
    'a.default: Invalid value: "integer":  in body must be of type string: "integer"',
  ]);
  assert.deepEqual(errors({ type: "object", properties: { b: text }, default: { b: "x", c: 1 } }), [
    'a.default: Invalid value: {"b":"x","c":1}: must not have unknown fields',
  ]);
  assert.deepEqual(errors({ type: "object", required: ["b"], properties: { b: text }, default: {} }), [
    "a.default.b: Required value",
  ]);
});
