import assert from "node:assert/strict";
import { test } from "node:test";
import { Indexes } from "./indexes.ts";

const texts: [indexes: number[], text: string][] = [
  [[], ""],
  [[4], "4"],
  [[0, 1], "0,1"],
  [[2, 0, 1, 7, 9, 8], "0-2,7-9"],
];
for (const [indexes, text] of texts) {
  test(`Indexes: [${indexes}] is written ${JSON.stringify(text)} and read again`, () => {
    assert.equal(Indexes.of(indexes).toString(), text);
    assert.equal(Indexes.parse(text, 100).toString(), text);
    assert.equal(Indexes.parse(text, 100).size, indexes.length);
  });
}

test("Indexes beyond the completions, and what is no index, are left out", () => {
  assert.equal(Indexes.parse("0-9,x,12", 5).toString(), "0-4");
});

test("firstMissing fills the gaps", () => {
  assert.deepEqual(Indexes.of([0, 2, 3]).firstMissing(3, 10), [1, 4, 5]);
  assert.deepEqual(Indexes.of([0, 2, 3]).firstMissing(3, 4), [1]);
});

test("common counts what is in both", () => {
  assert.equal(Indexes.parse("0-5,8", 10).common(Indexes.parse("4-8", 10)), 3);
});
