import assert from "node:assert/strict";
import { test } from "node:test";
import { below, seeded } from "../base/random.ts";
import { endOfPrefix, justAfter, OrderedKeys } from "./ordered-keys.ts";

test("OrderedKeys is a sorted set, whatever the order of adding and deleting", () => {
  const random = seeded(5);
  const keys = new OrderedKeys();
  const model = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const key = `/${below(random, 3000).toString(36)}`;
    const step = below(random, 3) > 0 ? "add" : "delete";
    keys[step](key);
    model[step](key);
    if (i % 500) continue;
    const sorted = [...model].sort();
    assert.equal(keys.size, model.size);
    assert.deepEqual(keys.range("", undefined).keys, sorted);
    const under = sorted.filter((k) => k.startsWith("/a"));
    assert.deepEqual(keys.range("/a", endOfPrefix("/a"), 5), {
      keys: under.slice(0, 5),
      remaining: Math.max(0, under.length - 5),
    });
  }
});

const ends: { prefix: string; end: string | undefined }[] = [
  { prefix: "", end: undefined },
  { prefix: "/a/", end: "/a0" },
  { prefix: "a\uffff", end: "b" },
  { prefix: "\uffff", end: undefined },
];
for (const { prefix, end } of ends) {
  test(`what starts with ${JSON.stringify(prefix)} ends before ${JSON.stringify(end)}`, () =>
    assert.equal(endOfPrefix(prefix), end));
}

test("a range that starts behind its end is empty", () => {
  const keys = new OrderedKeys();
  for (const key of ["a", "b", "c"]) keys.add(key);
  assert.deepEqual(keys.range(justAfter("c"), "b"), { keys: [], remaining: 0 });
});
