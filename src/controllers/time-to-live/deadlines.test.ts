import assert from "node:assert/strict";
import test from "node:test";
import { Deadlines } from "./deadlines.ts";

test("who is written again lives on; who is due is told once", () => {
  const deadlines = new Deadlines(100);
  deadlines.written("a", 0);
  deadlines.written("b", 10);
  deadlines.written("c", 20);
  deadlines.written("a", 30);
  deadlines.gone("b");
  assert.equal(deadlines.next, 120);
  assert.deepEqual(deadlines.take(119), []);
  assert.deepEqual(deadlines.take(130), ["c", "a"]);
  assert.equal(deadlines.next, undefined);
});
