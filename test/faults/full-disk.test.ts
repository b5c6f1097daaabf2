/** The embedded store on a disk that is full: what is refused, what goes on, and how it comes back. */
import assert from "node:assert/strict";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { realClock, sleep } from "../../src/base/clock.ts";
import { openLogStore } from "../../src/store/log/log.ts";
import type { Change, Store } from "../../src/store/store.ts";
import { StorageFull } from "../../src/store/store.ts";
import { alice, drop, put, type TestValue, testCodec } from "../../src/store/test-values.ts";
import { SmallDisk } from "./small-disk.ts";

let disk: SmallDisk;
let store: Store<TestValue>;
const open = (): Promise<Store<TestValue>> =>
  openLogStore<TestValue>({
    ...{ directory: path.join(disk.path, "store"), codec: testCodec, clock: realClock, history: { maxChanges: 40 } },
    ...{ segmentBytes: 128 << 10, reserveBytes: 32 << 10, garbageBytes: 128 << 10 },
  });
beforeEach(async () => {
  disk = new SmallDisk(2048);
  store = await open();
});
afterEach(async () => {
  await store.close();
  disk.remove();
});

const kilobytes = "x".repeat(8 << 10);
/** Writes values under new keys until one is refused; resolves to how many were kept. */
async function writeUntilRefused(prefix: string): Promise<number> {
  for (let n = 0; ; n++) {
    try {
      await store.write([put(`${prefix}${n}`, kilobytes)], alice);
    } catch (error) {
      assert.ok(error instanceof StorageFull, String(error));
      assert.match(error.message, /^no room on disk to keep the write: free some where .* is, or delete objects$/);
      return n;
    }
  }
}

/** Tries until a write is kept. */
async function untilKept(key: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await store.write([put(key, kilobytes)], alice);
      return;
    } catch (error) {
      if (!(error instanceof StorageFull) || tries === 600) throw error;
      await sleep(realClock, 50);
    }
  }
}

test("writes are refused while others fill the disk; reads, watches and deletes go on, and writes once there is room", async () => {
  await store.write([put("/first", "1"), put("/second", "2")], alice);
  const heard: Change<TestValue>[] = [];
  await store.watch({ since: store.revision, onChanges: (changes) => heard.push(...changes) });
  disk.fill();
  const kept = await writeUntilRefused("/k/");
  assert.equal((await store.get("/first"))?.value.data, "1");
  assert.equal((await store.list("/k/")).entries.length, kept);
  await store.write([drop("/first")], alice);
  await store.write([{ ...put("/second", "marked"), removal: true }], alice);
  for (let n = 0; n < kept; n++) await store.write([drop(`/k/${n}`)], alice);
  assert.equal(heard.length, kept + 2 + kept, "a watch was told all that happened, and nothing that was refused");
  disk.free();
  await untilKept("/after");
  await store.close();
  store = await open();
  assert.deepEqual(
    (await store.list("")).entries.map(({ key, value }) => [key, value.data.length]),
    [
      ["/after", kilobytes.length],
      ["/second", "marked".length],
    ],
  );
});

test("a disk that the store has filled by itself has room again when objects are deleted", async () => {
  const kept = await writeUntilRefused("/k/");
  assert.ok(kept > 50, `${kept} kept`);
  for (let n = 0; n < kept; n++) await store.write([drop(`/k/${n}`)], alice);
  await untilKept("/after");
  assert.deepEqual(
    (await store.list("")).entries.map(({ key }) => key),
    ["/after"],
  );
});

test("opened on a full disk, it shows all that was kept, and takes deletes", async () => {
  disk.fill();
  const kept = await writeUntilRefused("/k/");
  await store.close();
  disk.fill();
  store = await open();
  assert.equal((await store.list("/k/")).entries.length, kept);
  await writeUntilRefused("/more/");
  await store.write([drop("/k/0")], alice);
  disk.free();
  await untilKept("/after");
});
