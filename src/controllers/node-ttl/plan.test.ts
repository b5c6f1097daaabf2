import assert from "node:assert/strict";
import test from "node:test";
import { secondsOf, stepFor } from "./plan.ts";

const cases = [
  { nodes: 100, from: 0, want: 0 },
  { nodes: 101, from: 0, want: 15 },
  { nodes: 95, from: 1, want: 15 },
  { nodes: 89, from: 1, want: 0 },
  { nodes: 5000, from: 0, want: 300 },
];
for (const { nodes, from, want } of cases) {
  test(`${nodes} nodes, coming from step ${from}, keep what they read for ${want} s`, () =>
    assert.equal(secondsOf(stepFor(nodes, from)), want));
}
