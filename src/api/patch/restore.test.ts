import assert from "node:assert/strict";
import { test } from "node:test";
import { types } from "../schema/types.ts";
import { restore } from "./restore.ts";

const schema = types.struct("apps/v1.Deployment");
const cases: readonly { name: string; given: object; want: string }[] = [
  {
    name: "a map for a list",
    given: { spec: { template: { spec: { containers: {} } } } },
    want: "cannot restore slice from map",
  },
  { name: "a string for a struct", given: { spec: "x" }, want: "cannot restore struct from: string" },
  { name: "a list for a map", given: { metadata: { labels: [] } }, want: "cannot restore map from slice" },
  { name: "a number for a string", given: { metadata: { labels: { a: 1 } } }, want: "cannot convert int64 to string" },
  { name: "a string for a number", given: { spec: { replicas: "3" } }, want: "unrecognized type: int32" },
  { name: "a fraction for a number", given: { spec: { replicas: 1.5 } }, want: "cannot convert float64 to int32" },
]; // prettier-ignore
for (const { name, given, want } of cases) {
  test(`restore refuses ${name}`, () => assert.throws(() => restore(schema, given), { message: want }));
}

test("restore tells of fields it does not know, and drops them", () => {
  const unknown: string[] = [];
  const made = restore(schema, { spec: { nope: 1, template: { spec: { also: 2 } } } }, unknown);
  assert.deepEqual(unknown, ['unknown field "spec.nope"', 'unknown field "spec.template.spec.also"']);
  assert.ok(!("nope" in (made.spec as object)));
});
