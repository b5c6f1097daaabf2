/** The promises of store.ts as tests, run over every implementation. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { below, seeded } from "../base/random.ts";
import type { Revision, Store, Write } from "./store.ts";
import { Compacted, Conflict, FutureRevision, Unavailable } from "./store.ts";
import type { Check, TestValue } from "./test-values.ts";
import { after, alice, dataAt, drop, hearing, put, show } from "./test-values.ts";
import { watching } from "./watch-contract.ts";

/** Runs the suite; `open` gives a new, empty store, which the suite closes. */
export function storeContract(name: string, open: () => Promise<Store<TestValue>>): void {
  const check = (sentence: string, run: (store: Store<TestValue>) => Promise<void>): void => {
    test(sentence, async () => {
      const store = await open();
      try {
        await run(store);
      } finally {
        await store.close();
      }
    });
  };
  describe(`${name}: store contract`, () => {
    describe("writing", () => writing(check));
    describe("reading", () => reading(check));
    describe("watching", () => watching(check));
    describe("forgetting and closing", () => ending(check, open));
    for (const seed of [1, 2, 3])
      check(`does as a simple model does (seed ${seed})`, (store) => likeModel(store, seed));
  });
}

function writing(check: Check): void {
  check("creates a key, stamped with the revision that made it", async (store) => {
    const start = store.revision;
    const [change] = await store.write([put("/a", "1")], alice);
    assert.equal(store.revision, start + 1);
    assert.deepEqual(await store.get("/a"), {
      key: "/a",
      value: { data: "1", revision: start + 1 },
      revision: start + 1,
      created: start + 1,
    });
    assert.equal((await store.get("/a"))?.value, change?.after?.value, "the same object, not a copy");
  });

  check("keeps `created` when a key changes, and not when it is made anew", async (store) => {
    const start = await after(store, put("/a", "1"), put("/a", "2"));
    assert.equal((await store.get("/a"))?.created, start - 1);
    await after(store, drop("/a"), put("/a", "3"));
    assert.equal((await store.get("/a"))?.created, start + 2);
  });

  check("deletes a key, and says what was there", async (store) => {
    await after(store, put("/a", "1"));
    const [change] = await store.write([drop("/a")], alice);
    assert.equal(show(change!), "/a: 1 to -");
    assert.ok(!("after" in change!));
    assert.equal(await store.get("/a"), undefined);
  });

  check("takes no revision for a batch that changes nothing", async (store) => {
    const start = store.revision;
    assert.deepEqual(await store.write([], alice), []);
    assert.deepEqual(await store.write([drop("/none"), drop("/neither", 0)], alice), []);
    assert.equal(store.revision, start);
  });

  check("keeps actor, cause and time in the log, not in the value", async (store) => {
    const start = await after(store, put("/a", "1"));
    await store.write([put("/b", "2")], { actor: "bob", cause: { revision: start } });
    await store.write([put("/c", "3")], { actor: "carol", cause: { request: "req-1" } });
    const [b, c] = await store.changes(start);
    assert.deepEqual(
      [b?.actor, b?.cause, c?.actor, c?.cause],
      ["bob", { revision: start }, "carol", { request: "req-1" }],
    );
    assert.ok(Number.isFinite(b?.time) && b!.time > 0);
    assert.deepEqual(Object.keys((await store.get("/b"))!.value).sort(), ["data", "revision"]);
  });

  const conflicts: { when: string; writes: (now: Revision) => Write<TestValue>[] }[] = [
    { when: "a key to be created is there", writes: () => [put("/a", "2", 0)] },
    { when: "a key has changed", writes: (now) => [put("/a", "2", now - 1)] },
    { when: "a key to be changed is missing", writes: (now) => [put("/b", "2", now)] },
    { when: "a key to be deleted has changed", writes: (now) => [drop("/a", now - 1)] },
    { when: "a key to be deleted is missing", writes: (now) => [drop("/b", now)] },
    { when: "one key of a batch has changed", writes: (now) => [put("/c", "2"), put("/a", "2", now - 1), drop("/a2")] },
  ];
  for (const { when, writes } of conflicts) {
    check(`refuses, without a trace, when ${when}`, async (store) => {
      const now = await after(store, put("/a2", "0"), put("/a", "0"), put("/a", "1"));
      await assert.rejects(store.write(writes(now), alice), Conflict);
      assert.equal(store.revision, now);
      assert.deepEqual(await store.changes(now), []);
      assert.deepEqual(
        (await store.list("/")).entries.map((e) => e.key),
        ["/a", "/a2"],
      );
    });
  }

  check("says with a conflict what is there now", async (store) => {
    const now = await after(store, put("/a", "1"));
    const refused = await store.write([put("/a", "2", 0)], alice).catch((error: unknown) => error);
    assert.ok(refused instanceof Conflict);
    assert.equal(refused.key, "/a");
    assert.deepEqual(refused.current, await store.get("/a"));
    assert.equal(refused.current?.revision, now);
  });

  check("carries out a batch at one revision", async (store) => {
    const now = await after(store, put("/a", "1"), put("/b", "1"));
    const changes = await store.write(
      [put("/a", "2", now - 1), drop("/b", now), put("/c", "1", 0), drop("/no")],
      alice,
    );
    assert.deepEqual(changes.map(show), ["/a: 1 to 2", "/b: 1 to -", "/c: - to 1"]);
    assert.deepEqual([...new Set(changes.map((c) => c.revision))], [now + 1]);
    assert.equal(store.revision, now + 1);
  });

  const senseless: { what: string; writes: Write<TestValue>[] }[] = [
    { what: "a batch that writes a key twice", writes: [put("/a", "1"), drop("/a")] },
    { what: "an empty key", writes: [put("", "1")] },
    { what: "a key that is not Unicode", writes: [put("/\ud800", "1")] },
    { what: "a batch with a value that cannot be stamped", writes: [put("/a", "1"), put("/b", "unstampable")] },
  ];
  for (const { what, writes } of senseless) {
    check(`refuses ${what}, without a trace`, async (store) => {
      const start = store.revision;
      await assert.rejects(store.write(writes, alice), (error) => !(error instanceof Conflict));
      assert.equal(await after(store, put("/x", "1")), start + 1);
      assert.deepEqual(
        (await store.list("")).entries.map((e) => e.key),
        ["/x"],
      );
    });
  }

  check("lets one of many win that expect the same", async (store) => {
    await after(store, put("/a", "0"));
    for (let round = 0; round < 5; round++) {
      const { revision } = (await store.get("/a"))!;
      const tries = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) => store.write([put("/a", `${round}.${i}`, revision)], alice)),
      );
      const won = tries.filter((t) => t.status === "fulfilled");
      assert.equal(won.length, 1);
      assert.equal(won[0]!.value[0]!.after!.value.data, await dataAt(store, "/a"));
      const reasons = tries.flatMap((t) => (t.status === "rejected" ? [t.reason as unknown] : []));
      assert.ok(reasons.every((reason) => reason instanceof Conflict && reason.current?.revision === revision + 1));
    }
  });

  check("shows each of many writers its own write, each at its own revision", async (store) => {
    const start = store.revision;
    const writer = async (name: number): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        const [change] = await store.write([put(`/w${name}`, `${i}`)], alice);
        assert.equal(await dataAt(store, `/w${name}`), `${i}`);
        assert.ok(store.revision >= change!.revision);
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(writer));
    const log = await store.changes(start);
    assert.deepEqual(
      log.map((c) => c.revision),
      Array.from({ length: 160 }, (_, i) => start + 1 + i),
    );
  });

  check("lets a writer go on from what another, not yet answered, wrote", async (store) => {
    const start = store.revision;
    const all = await Promise.all([
      store.write([put("/a", "1", 0)], alice),
      store.write([put("/a", "2", start + 1)], alice),
      store.write([drop("/a", start + 2)], alice),
      store.write([drop("/a")], alice),
      store.write([put("/a", "3", 0)], alice),
    ]);
    assert.deepEqual(
      all.map((changes) => changes.map(show).join()),
      ["/a: - to 1", "/a: 1 to 2", "/a: 2 to -", "", "/a: - to 3"],
    );
  });
}

function reading(check: Check): void {
  check("gets undefined for a key that is not there", async (store) => {
    assert.equal(await store.get("/a"), undefined);
    assert.deepEqual(await store.list("/"), { entries: [], revision: store.revision, remaining: 0 });
  });

  check("gets a key as it was at any revision", async (store) => {
    const start = store.revision;
    await after(store, put("/a", "1"), put("/b", "x"), put("/a", "2"), drop("/a"), put("/a", "3"));
    const seen = [];
    for (let revision = start; revision <= store.revision; revision++)
      seen.push((await dataAt(store, "/a", revision)) ?? "-");
    assert.deepEqual(seen, ["-", "1", "1", "2", "-", "3"]);
  });

  check("lists keys under a prefix in the order of their UTF-16 units", async (store) => {
    const keys = ["/p/B", "/p/a", "/p/a/b", "/p/a-b", "/p/ab", "/p/é", "/p/\uffff", "/p/😀"];
    await store.write(
      [...keys, "/o", "/p", "/q", "/p0"].map((key) => put(key, key)),
      alice,
    );
    assert.deepEqual(
      (await store.list("/p/")).entries.map((e) => e.key),
      keys.toSorted(),
    );
    assert.equal((await store.list("")).entries.length, keys.length + 4);
    assert.deepEqual(
      (await store.list("/p/\uffff")).entries.map((e) => e.key),
      ["/p/\uffff"],
    );
  });

  check("lists in pages of one revision, whatever is written meanwhile", async (store) => {
    const name = (i: number): string => `/p/${String(i).padStart(4, "0")}`;
    await store.write(
      Array.from({ length: 1200 }, (_, i) => put(name(i), "old")),
      alice,
    );
    await after(store, put("/q", "x"));
    const first = await store.list("/p/", { limit: 500 });
    assert.deepEqual([first.entries.length, first.remaining, first.revision], [500, 700, store.revision]);
    await store.write([drop(name(3)), put(name(600), "new"), drop(name(601)), put(`${name(700)}b`, "new")], alice);
    await store.write([put(name(601), "newer")], alice);
    const { revision } = first;
    const second = await store.list("/p/", { revision, after: first.entries.at(-1)!.key, limit: 500 });
    const third = await store.list("/p/", { revision, after: second.entries.at(-1)!.key, limit: 500 });
    assert.deepEqual([second.entries.length, second.remaining, second.revision], [500, 200, revision]);
    assert.deepEqual([third.entries.length, third.remaining, third.revision], [200, 0, revision]);
    const all = [first, second, third].flatMap((page) => page.entries);
    assert.deepEqual(
      all.map((e) => e.key),
      Array.from({ length: 1200 }, (_, i) => name(i)),
    );
    assert.ok(all.every((e) => e.value.data === "old"));
    assert.equal((await store.list("/p/")).entries.length, 1200);
  });

  check("lists after a key that is before, under, behind or not among the prefix", async (store) => {
    await store.write(
      ["/a", "/p/1", "/p/2", "/p/3", "/z"].map((key) => put(key, "x")),
      alice,
    );
    const cases: [after: string, want: string][] = [
      ["/a", "/p/1 /p/2 /p/3"],
      ["/p/1", "/p/2 /p/3"],
      ["/p/15", "/p/2 /p/3"],
      ["/p/3", ""],
      ["/z", ""],
    ];
    for (const [key, want] of cases) {
      const page = await store.list("/p/", { after: key });
      assert.equal(page.entries.map((e) => e.key).join(" "), want, key);
    }
  });

  check("takes no limit and the limit 0 for all", async (store) => {
    await store.write([put("/a", "1"), put("/b", "1")], alice);
    assert.equal((await store.list("/", { limit: 0 })).entries.length, 2);
    assert.deepEqual((await store.list("/", { limit: 1 })).remaining, 1);
  });

  check("refuses a revision that has not happened yet", async (store) => {
    const future = (await after(store, put("/a", "1"))) + 1;
    await assert.rejects(store.get("/a", future), FutureRevision);
    await assert.rejects(store.list("/", { revision: future }), FutureRevision);
    await assert.rejects(store.watch({ since: future, onChanges: () => {} }), FutureRevision);
    await assert.rejects(store.compact(future), FutureRevision);
    assert.deepEqual(await store.changes(future), []);
  });
}

function ending(check: Check, open: () => Promise<Store<TestValue>>): void {
  check("forgets what was before a revision, and nothing else", async (store) => {
    const start = store.revision;
    await after(store, put("/a", "1"), put("/b", "1"), put("/a", "2"), drop("/b"), put("/c", "1"));
    const heard: string[] = [];
    await store.watch(hearing(heard, { since: start }));
    await store.compact(start + 3);
    assert.equal(store.compacted, start + 3);
    await assert.rejects(store.get("/a", start + 2), Compacted);
    await assert.rejects(store.list("/", { revision: start + 2 }), Compacted);
    await assert.rejects(store.watch({ since: start + 2, onChanges: () => {} }), Compacted);
    await assert.rejects(store.changes(start + 2), Compacted);
    const oldest = await store.list("/", { revision: start + 3 });
    assert.deepEqual(
      oldest.entries.map((e) => `${e.key}=${e.value.data}`),
      ["/a=2", "/b=1"],
    );
    assert.deepEqual((await store.changes(start + 3)).map(show), ["/b: 1 to -", "/c: - to 1"]);
    assert.deepEqual(
      (await store.list("/")).entries.map((e) => e.key),
      ["/a", "/c"],
    );
    await after(store, put("/a", "3"));
    assert.equal(heard.at(-1), "/a: 2 to 3");
    assert.equal(heard.length, 6);
  });

  check("takes a compaction that goes back for none", async (store) => {
    const now = await after(store, put("/a", "1"), put("/a", "2"));
    await store.compact(now);
    await store.compact(now - 1);
    assert.equal(store.compacted, now);
    assert.equal(await dataAt(store, "/a", now), "2");
    assert.deepEqual(await store.changes(now), []);
  });

  test("close waits for writes under way; later calls throw Unavailable", async () => {
    const store = await open();
    const heard: string[] = [];
    const ended: Error[] = [];
    await store.watch(hearing(heard, { since: store.revision, onEnd: (reason) => ended.push(reason) }));
    const writes = [store.write([put("/a", "1")], alice), store.write([put("/b", "1")], alice)];
    await Promise.all([store.close(), store.close()]);
    assert.equal((await Promise.all(writes)).length, 2);
    assert.deepEqual(heard, ["/a: - to 1", "/b: - to 1"]);
    assert.deepEqual(
      ended.map((reason) => reason.name),
      ["Unavailable"],
    );
    const calls = [
      () => store.get("/a"),
      () => store.list("/"),
      () => store.write([], alice),
      () => store.changes(store.revision),
      () => store.watch({ since: store.revision, onChanges: () => {} }),
      () => store.compact(store.revision),
    ];
    for (const call of calls) await assert.rejects(call, Unavailable);
    await store.close();
  });
}

/** A few hundred random writes, compared with a map that is copied at each revision. */
async function likeModel(store: Store<TestValue>, seed: number): Promise<void> {
  const random = seeded(seed);
  const states = new Map([[store.revision, new Map<string, string>()]]);
  for (let i = 0; i < 300; i++) {
    const state = new Map(states.get(store.revision));
    const writes = new Map<string, Write<TestValue>>();
    for (let n = below(random, 3); n >= 0; n--) {
      const key = `/${"abc"[below(random, 3)]}/${below(random, 20)}`;
      writes.set(key, below(random, 3) ? put(key, `${i}`) : drop(key));
    }
    for (const { key, value } of writes.values()) value ? state.set(key, value.data) : state.delete(key);
    await store.write([...writes.values()], alice);
    states.set(store.revision, state);
    if (below(random, 40) === 0) await store.compact(store.revision - below(random, 30));
  }
  for (const [revision, state] of states) {
    if (revision < store.compacted) continue;
    for (const prefix of ["", "/b/", "/c/1"]) {
      const want = [...state].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
      const limit = 1 + below(random, 30);
      const page = await store.list(prefix, { revision, limit });
      assert.deepEqual(
        page.entries.map((e) => [e.key, e.value.data]),
        want.slice(0, limit),
      );
      assert.equal(page.remaining, Math.max(0, want.length - limit));
    }
  }
}
