import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonSchema } from "./json-schema.ts";
import { applyDefaults, prune, pruneNulls } from "./prune.ts";

const text: JsonSchema = { type: "string" };
const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({
  type: "object",
  properties,
  ...more,
});
const keeps = { "x-kubernetes-preserve-unknown-fields": true } as const;

/** A schema, an object, what is left of it, and what is told. */
const pruned: readonly (readonly [string, JsonSchema, object, object, readonly string[]])[] = [
  ["unknown fields go", object({ a: text }), { a: "x", b: 1, c: {} }, { a: "x" }, ["b", "c"]],
  [
    "what every object has stays",
    object({}),
    { apiVersion: "v", kind: "K", metadata: { any: 1 } },
    { apiVersion: "v", kind: "K", metadata: { any: 1 } },
    [],
  ],
  [
    "within lists and maps",
    object({
      l: { type: "array", items: object({ a: text }) },
      m: { type: "object", additionalProperties: object({}) },
    }),
    { l: [{ a: "x", b: 1 }], m: { k: { b: 1 } } },
    { l: [{ a: "x" }], m: { k: {} } },
    ["l[0].b", "m.k.b"],
  ],
  [
    "what is kept is kept, but below a known field",
    object({ free: object({ known: object({ a: text }) }, keeps) }),
    { free: { x: { y: 1 }, known: { a: "x", b: 1 } } },
    { free: { x: { y: 1 }, known: { a: "x" } } },
    ["free.known.b"],
  ],
  [
    "an object of which only its fields' being is known",
    object({ free: { type: "object", additionalProperties: true } }),
    { free: { x: { y: 1 }, z: 1 } },
    { free: { x: {}, z: 1 } },
    ["free.x.y"],
  ],
];

for (const [name, schema, before, after, told] of pruned) {
  test(`pruning: ${name}`, () => {
    const copy = structuredClone(before) as { [field: string]: unknown };
    assert.deepEqual([prune(copy, schema), copy], [told, after]);
  });
}

test("defaults go into what is there, in place of nothing and of nulls that are not allowed", () => {
  const schema = object({
    spec: object({
      a: { ...text, default: "x" },
      free: { ...text, default: "y", nullable: true },
      deep: object({ b: { ...text, default: "z" } }),
      made: object({ b: text }, { default: { b: "in" } }),
      list: { type: "array", items: object({ a: { ...text, default: "x" } }) },
      none: text,
    }),
  });
  const complete = (value: { [field: string]: unknown }): unknown => {
    pruneNulls(value, schema);
    applyDefaults(value, schema);
    return value;
  };
  const made = { b: "in" };
  assert.deepEqual(complete({}), {});
  assert.deepEqual(complete({ spec: {} }), { spec: { a: "x", free: "y", made } });
  assert.deepEqual(complete({ spec: { a: null, free: null, none: null, deep: {}, list: [{}] } }), {
    spec: { a: "x", free: null, deep: { b: "z" }, made, list: [{ a: "x" }] },
  });
  assert.notEqual((complete({ spec: {} }) as { spec: { made: object } }).spec.made, schema.properties?.spec?.default);
});
