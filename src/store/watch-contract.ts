/** The part of the store contract that is about watching. */
import assert from "node:assert/strict";
import type { Change } from "./store.ts";
import type { Check, TestValue } from "./test-values.ts";
import { after, alice, dataAt, drop, hearing, put, show } from "./test-values.ts";

export function watching(check: Check): void {
  check(
    "tells what already happened before `watch` resolves, then what happens, one commit at a time",
    async (store) => {
      const since = await after(store, put("/a", "1"));
      await store.write([put("/b", "1"), put("/c", "1")], alice);
      await after(store, put("/a", "2"));
      const heard: string[] = [];
      await store.watch(hearing(heard, { since }));
      assert.deepEqual(heard, ["/b: - to 1; /c: - to 1", "/a: 1 to 2"]);
      await store.write([drop("/a"), put("/b", "2")], alice);
      assert.deepEqual(heard.slice(2), ["/a: 2 to -; /b: 1 to 2"]);
    },
  );

  check("tells the same as the log says", async (store) => {
    const heard: Change<TestValue>[] = [];
    const since = store.revision;
    await store.watch({ since, onChanges: (changes) => heard.push(...changes) });
    await Promise.all([0, 1, 2, 3].map((i) => after(store, put(`/a${i}`, "1"), put("/b", `${i}`), drop(`/a${i}`))));
    assert.deepEqual(heard, await store.changes(since));
  });

  check("tells only what is under the prefix", async (store) => {
    const heard: string[] = [];
    const { revision: since } = store;
    await store.write([put("/a/1", "1"), put("/b/1", "1")], alice);
    await store.watch(hearing(heard, { since, prefix: "/a/" }));
    await after(store, put("/b/1", "2"), put("/a", "x"), put("/a/2", "1"));
    assert.deepEqual(heard, ["/a/1: - to 1", "/a/2: - to 1"]);
  });

  check("tells a listener before the write resolves", async (store) => {
    const order: string[] = [];
    await store.watch({ since: store.revision, onChanges: () => order.push("heard") });
    await store.write([put("/a", "1")], alice).then(() => order.push("resolved"));
    assert.deepEqual(order, ["heard", "resolved"]);
  });

  check("shows a listener the state it is told of", async (store) => {
    let seen: Promise<string | undefined> | undefined;
    await store.watch({ since: store.revision, onChanges: () => (seen = dataAt(store, "/a")) });
    await after(store, put("/a", "1"));
    assert.equal(await seen, "1");
  });

  check("tells nothing after `stop`, also from within the callback", async (store) => {
    const heard: string[] = [];
    const ended: string[] = [];
    const watch = await store.watch(hearing(heard, { since: store.revision, onEnd: () => ended.push("end") }));
    const once = await store.watch({
      since: store.revision,
      onChanges: (changes) => {
        heard.push(`once ${changes.map(show)}`);
        once.stop();
      },
    });
    await after(store, put("/a", "1"));
    watch.stop();
    watch.stop();
    await after(store, put("/a", "2"));
    await store.close();
    assert.deepEqual(heard.toSorted(), ["/a: - to 1", "once /a: - to 1"]);
    assert.deepEqual(ended, []);
  });

  check("tells all listeners in order when one of them writes", async (store) => {
    const first: string[] = [];
    const second: string[] = [];
    const written: Promise<unknown>[] = [];
    await store.watch({
      since: store.revision,
      onChanges: (changes) => {
        first.push(...changes.map(show));
        if (changes[0]!.key === "/a") written.push(store.write([put("/b", "1")], alice));
      },
    });
    await store.watch({ since: store.revision, onChanges: (changes) => second.push(...changes.map(show)) });
    await after(store, put("/a", "1"), put("/c", "1"));
    await Promise.all(written);
    assert.deepEqual(first, second);
    assert.deepEqual(first.toSorted(), ["/a: - to 1", "/b: - to 1", "/c: - to 1"]);
    assert.equal(first[0], "/a: - to 1");
  });

  check("joins without gap or repetition while writes are under way", async (store) => {
    const { revision: since } = store;
    const heards: string[][] = [];
    const writers = [0, 1, 2, 3].map((i) => after(store, ...[1, 2, 3, 4, 5].map((n) => put(`/a${i}`, `${n}`))));
    for (let i = 0; i < 10; i++) {
      const heard: string[] = [];
      heards.push(heard);
      await store.watch(hearing(heard, { since }));
      await new Promise(setImmediate);
    }
    await Promise.all(writers);
    const log = (await store.changes(since)).map(show);
    assert.equal(log.length, 20);
    for (const heard of heards) assert.deepEqual(heard, log);
  });

  check("goes on when a listener throws, and ends its watch", async (store) => {
    const heard: string[] = [];
    const ended: Error[] = [];
    const throws = (): void => {
      throw new Error("broken listener");
    };
    await store.watch({ since: store.revision, onChanges: throws, onEnd: (reason) => ended.push(reason) });
    await store.watch(hearing(heard, { since: store.revision }));
    await after(store, put("/a", "1"), put("/a", "2"));
    assert.deepEqual(heard, ["/a: - to 1", "/a: 1 to 2"]);
    assert.equal(ended.length, 1);
  });
}
