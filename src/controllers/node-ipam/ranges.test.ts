import assert from "node:assert/strict";
import test from "node:test";
import { parseRange, type Range } from "../../api/validation/ip.ts";
import { NodeRanges } from "./ranges.ts";

const ranges = (text: string): NodeRanges => new NodeRanges(parseRange(text) as Range);

test("nodes are given one range after the other, those come free last", () => {
  const set = ranges("10.244.0.0/22");
  set.occupy("10.244.1.0/24");
  assert.deepEqual([set.allocate(), set.allocate()], ["10.244.0.0/24", "10.244.2.0/24"]);
  set.release("10.244.0.0/24");
  assert.deepEqual([set.allocate(), set.allocate(), set.allocate()], ["10.244.3.0/24", "10.244.0.0/24", undefined]);
});

test("ranges of the newer family are 64 bits long", () => {
  const set = ranges("fd00:10:244::/62");
  assert.deepEqual([set.allocate(), set.allocate()], ["fd00:10:244::/64", "fd00:10:244:1::/64"]);
});
