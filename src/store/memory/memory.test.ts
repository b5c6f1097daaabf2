import assert from "node:assert/strict";
import { test } from "node:test";
import { realClock } from "../../base/clock.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { storeContract } from "../contract.ts";
import type { TestValue } from "../test-values.ts";
import { testCodec } from "../test-values.ts";
import { openMemoryStore } from "./memory.ts";

storeContract("memory", () => openMemoryStore<TestValue>({ codec: testCodec, clock: realClock }));

const unbounded = { maxAgeMs: Number.POSITIVE_INFINITY, maxChanges: Number.POSITIVE_INFINITY };

test("the memory store forgets by number of changes", async () => {
  const store = await openMemoryStore<TestValue>({
    codec: testCodec,
    clock: realClock,
    history: { ...unbounded, maxChanges: 10 },
  });
  for (let i = 0; i < 25; i++) await store.write([{ key: "/a", value: { data: `${i}` } }], { actor: "a" });
  assert.equal(store.compacted, store.revision - 10);
  assert.equal((await store.get("/a", store.compacted))?.value.data, "14");
  assert.equal((await store.changes(store.compacted)).length, 10);
});

test("the memory store forgets by age, when the next write comes", async () => {
  const clock = new VirtualClock(1_000_000);
  const store = await openMemoryStore<TestValue>({
    codec: testCodec,
    clock,
    history: { ...unbounded, maxAgeMs: 1000 },
  });
  for (let i = 0; i < 5; i++) {
    await store.write([{ key: "/a", value: { data: `${i}` } }], { actor: "a" });
    await clock.advance(400);
  }
  assert.equal((await store.changes(store.compacted)).length, 3);
});

test("the memory store never encodes", async () => {
  const store = await openMemoryStore<TestValue>({ codec: { stamp: testCodec.stamp }, clock: realClock });
  await store.write([{ key: "/a", value: { data: "unencodable" } }], { actor: "a" });
  assert.equal((await store.get("/a"))?.value.data, "unencodable");
});
