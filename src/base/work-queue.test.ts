import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "./virtual-clock.ts";
import { WorkQueue } from "./work-queue.ts";

const start = Date.UTC(2026, 10, 23);

test("a key added twice while it waits is done once, with the last reason", async () => {
  const clock = new VirtualClock(start);
  const done: string[] = [];
  const queue = new WorkQueue<number>({ clock, work: async (key, because) => void done.push(`${key}:${because}`) });
  queue.pause();
  queue.add("a", 1);
  queue.add("b", 2);
  queue.add("a", 3);
  queue.add("a");
  queue.resume();
  await clock.advance(0);
  assert.deepEqual(done, ["a:3", "b:2"]);
});

test("a key added while it is worked on is done again afterwards, never twice at once", async () => {
  const clock = new VirtualClock(start);
  let running = 0;
  let most = 0;
  let times = 0;
  const queue = new WorkQueue({
    clock,
    workers: 4,
    work: async (key) => {
      most = Math.max(most, ++running);
      if (times++ === 0) queue.add(key);
      await new Promise<void>((resolve) => clock.after(10, resolve));
      running--;
    },
  });
  queue.add("a");
  await clock.advance(100);
  assert.deepEqual([times, most], [2, 1]);
});

test("what fails comes back after waits that double, and starts afresh after a success", async () => {
  const clock = new VirtualClock(start);
  const at: number[] = [];
  const queue = new WorkQueue({
    clock,
    work: async () => {
      at.push(clock.now() - start);
      if (at.length !== 4) throw new Error("no");
    },
  });
  queue.add("a");
  await clock.advance(1000);
  queue.add("a");
  await clock.advance(6);
  await queue.stop();
  assert.deepEqual(at, [0, 5, 15, 35, 1000, 1005]);
});

test("addAfter keeps the earlier of two times, and stop forgets what waits", async () => {
  const clock = new VirtualClock(start);
  const at: number[] = [];
  const queue = new WorkQueue({ clock, work: async () => void at.push(clock.now() - start) });
  queue.addAfter("a", 50);
  queue.addAfter("a", 20);
  queue.addAfter("a", 90);
  await clock.advance(100);
  queue.addAfter("a", 10);
  await queue.stop();
  await clock.advance(100);
  assert.deepEqual(at, [20]);
});
