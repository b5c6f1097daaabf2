import assert from "node:assert/strict";
import { test } from "node:test";
import { types } from "../schema/types.ts";
import {
  difference,
  excluding,
  type FieldSet,
  intersection,
  ordered,
  paths,
  readFieldSet,
  setOf,
  union,
  withNamedFields,
} from "./field-set.ts";

/** `spec.replicas` as a path of fields; elements of lists are written as they are. */
const set = (...texts: readonly string[]): FieldSet =>
  setOf(...texts.map((text) => text.split("/").map((step) => (/^[kv]:/.test(step) ? step : `f:${step}`))));
const show = (fields: FieldSet): string[] => paths(fields);

const spec = types.struct("apps/v1.Deployment");

const cases: readonly { name: string; got: FieldSet; want: readonly string[] }[] = [
  {
    name: "union joins members and what is below them",
    got: union(set("a", "b/c"), set("a/x", "b")),
    want: [".a", ".b", ".a.x", ".b.c"],
  },
  { name: "union with nothing is the set itself", got: union(set("a"), {}), want: [".a"] },
  {
    name: "difference leaves a child whose parent alone goes",
    got: difference(set("a", "a/x"), set("a")),
    want: [".a.x"],
  },
  { name: "difference leaves a parent whose child goes", got: difference(set("a", "a/x"), set("a/x")), want: [".a"] },
  { name: "difference drops what is empty then", got: difference(set("a/x", "b"), set("a/x")), want: [".b"] },
  { name: "excluding takes all that is below", got: excluding(set("a/x", "a/y/z", "b"), set("a")), want: [".b"] },
  { name: "excluding does not take a parent", got: excluding(set("a", "a/x"), set("a/x")), want: [".a"] },
  {
    name: "intersection wants members in both",
    got: intersection(set("a", "a/x", "b"), set("a/x", "b/y")),
    want: [".a.x"],
  },
  {
    name: "items are told by their keys",
    got: difference(set('l/k:{"name":"a"}', 'l/k:{"name":"b"}'), set('l/k:{"name":"a"}')),
    want: ['.l[name="b"]'],
  },
  {
    name: "items of sets are told by their values",
    got: union(set('l/v:"a"'), set("l/v:1")),
    want: [".l[=1]", '.l[="a"]'],
  },
  {
    name: "named fields on the way become members, map keys do not",
    got: withNamedFields(set("spec/template/metadata/labels/app"), spec),
    want: [
      ".spec",
      ".spec.template",
      ".spec.template.metadata",
      ".spec.template.metadata.labels",
      ".spec.template.metadata.labels.app",
    ],
  },
]; // prettier-ignore

for (const { name, got, want } of cases) test(`field sets: ${name}`, () => assert.deepEqual(show(got), want));

test("field sets: what does not change is passed on by reference", () => {
  const a = set("a/x", "b");
  assert.equal(union(a, set("b")), a);
  assert.equal(difference(a, set("c", "b/z")), a);
  assert.equal(excluding(a, set("a/y")), a);
});

test("field sets: elements are ordered as upstream writes them", () => {
  const given = { 'k:{"port":443}': {}, "f:b": { "f:z": {}, ".": {}, "f:a": {} }, 'k:{"port":80}': {}, "f:a": {} };
  assert.equal(
    JSON.stringify(ordered(given)),
    '{"f:a":{},"f:b":{".":{},"f:a":{},"f:z":{}},"k:{\\"port\\":80}":{},"k:{\\"port\\":443}":{}}',
  );
});

const read: readonly { name: string; given: unknown; want: unknown }[] = [
  { name: "keys are brought into order", given: { 'k:{"b":1,"a":"x"}': {} }, want: { 'k:{"a":"x","b":1}': {} } },
  { name: "an element without a colon is no element", given: { wrong: {} }, want: undefined },
  { name: "a value that is no JSON is no element", given: { "v:{": {} }, want: undefined },
  { name: "elements of unknown kinds are left out", given: { "x:1": {}, "f:a": {} }, want: { "f:a": {} } },
  { name: "a list is no set", given: [], want: undefined },
  { name: "nothing is the empty set", given: undefined, want: {} },
];
for (const { name, given, want } of read) {
  test(`fieldsV1 from a client: ${name}`, () => assert.deepEqual(readFieldSet(given), want));
}
