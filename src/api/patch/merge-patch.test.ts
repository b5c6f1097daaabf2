import assert from "node:assert/strict";
import { test } from "node:test";
import { mergePatch } from "./merge-patch.ts";

const before = { m: { a: 1, b: 2 }, l: [1, 2] };
const cases: readonly { name: string; patch: unknown; want: unknown }[] = [
  { name: "objects merge", patch: { m: { b: 3, c: 4 } }, want: { m: { a: 1, b: 3, c: 4 }, l: [1, 2] } },
  { name: "null removes", patch: { m: { a: null }, l: null }, want: { m: { b: 2 } } },
  { name: "lists are replaced", patch: { l: [{ x: 1 }] }, want: { ...before, l: [{ x: 1 }] } },
  {
    name: "nulls within lists are dropped from objects",
    patch: { l: [{ x: null, y: 1 }, null] },
    want: { ...before, l: [{ y: 1 }, null] },
  },
  { name: "nulls in what is new are dropped", patch: { n: { x: null } }, want: { ...before, n: {} } },
  { name: "an object takes the place of what is none", patch: { l: { x: 1 } }, want: { ...before, l: { x: 1 } } },
]; // prettier-ignore
for (const { name, patch, want } of cases) {
  test(`merge patch: ${name}`, () => assert.deepEqual(mergePatch(before, patch), want));
}
