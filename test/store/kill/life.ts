/**
 * A process with a few stores side by side, that opens them, writes as fast as it can, closes and opens again, until it
 * is killed. What it says is in the pipe before the next step is done: nothing of it is lost with the process.
 */
import { readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { realClock, sleep } from "../../../src/base/clock.ts";
import type { Random } from "../../../src/base/random.ts";
import { below, seeded, unpredictable } from "../../../src/base/random.ts";
import { openLogStore } from "../../../src/store/log/log.ts";
import { look, someWrites } from "../../../src/store/log/witness.ts";
import type { Codec, Revision, Store } from "../../../src/store/store.ts";
import type { TestValue } from "../../../src/store/test-values.ts";
import type { Line, Task } from "./line.ts";

const told = 0;
const saying = 3;

/** On disk each value is followed by bytes that its text foretells, now and then many: half a value shows itself. */
const codec: Codec<TestValue> = {
  stamp: (value, revision) => ({ ...value, revision }),
  encode({ data }) {
    return Buffer.concat([Buffer.from(`${data}\0`), follow(data)]);
  },
  decode(bytes, revision) {
    const all = Buffer.from(bytes);
    const data = all.toString("utf8", 0, all.indexOf(0));
    if (!all.subarray(data.length + 1).equals(follow(data))) throw new Error(`half a value: ${data}`);
    return { data, revision };
  },
};

function follow(data: string): Buffer {
  const sum = crc32(data);
  return Buffer.alloc(sum % 40 === 0 ? 100_000 + (sum % 9999) : sum % 500, 1 + (sum % 255));
}

function say(line: Line): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(saying, bytes, at);
}

/** Small sizes, so that a short life has all there is: rotation, recycling, snapshots, forgetting. */
const open = (directory: string): Promise<Store<TestValue>> =>
  openLogStore<TestValue>({
    ...{ directory, codec, clock: realClock, random: unpredictable, history: { maxChanges: 60 } },
    ...{ segmentBytes: 16 << 10, reserveBytes: 4 << 10, garbageBytes: 32 << 10 },
  });

let count = 0;

async function keepWriting(store: Store<TestValue>, n: number, random: Random, each: number): Promise<void> {
  for (let i = 0; i < each; i++) {
    if (below(random, 25) === 0) await store.compact(Math.max(1, store.revision - below(random, 20)));
    const name = `${process.pid}-${count++}`;
    const writes = someWrites(random, count++, 60);
    say({ store: n, is: "asked", name, writes });
    const changes = await store.write(writes, { actor: name });
    say({ store: n, is: "acknowledged", name, revision: changes[0]?.revision ?? 0 });
  }
}

async function live(n: number, directory: string, from: Revision, random: Random): Promise<never> {
  for (let since = from; ; ) {
    const store = await open(directory);
    say({ store: n, is: "opened", opened: await look(store) });
    since = Math.max(since, store.compacted);
    await store.watch({ since, onChanges: (changes) => say({ store: n, is: "heard", changes }) });
    const each = 1 + below(random, 40);
    await Promise.all([1, 2, 3].map(() => keepWriting(store, n, random, each)));
    since = store.revision;
    await store.close();
  }
}

// Killed in the middle of a line, nothing is there to say; only what goes wrong before that counts.
const input = Buffer.alloc(64 * 1024);
const task = JSON.parse(input.toString("utf8", 0, readSync(told, input))) as Task;
const random = seeded(task.seed);
task.stores.forEach(({ directory, since }, store) => {
  sleep(realClock, below(random, 6))
    .then(() => live(store, directory, since, random))
    .catch((error: unknown) =>
      say({ store, is: "broken", why: error instanceof Error ? `${error.stack}` : `${error}` }),
    );
});
