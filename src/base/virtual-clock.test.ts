import assert from "node:assert/strict";
import { test } from "node:test";
import { during, nextTurn, sleep } from "./clock.ts";
import { VirtualClock } from "./virtual-clock.ts";

test("virtual clock: timers fire in order of their due time, then of their making, each at its own instant", async () => {
  const clock = new VirtualClock(1000);
  const fired: string[] = [];
  const at = (ms: number, name: string) => clock.after(ms, () => fired.push(`${name} ${clock.now()}`));
  at(20, "b");
  at(10, "a");
  at(20, "c");
  at(-5, "now");
  await clock.advance(15);
  assert.deepEqual(fired, ["now 1000", "a 1010"]);
  assert.equal(clock.now(), 1015);
  await clock.advance(5);
  assert.deepEqual(fired.slice(2), ["b 1020", "c 1020"]);
});

test("virtual clock: what a timer brings about is done before time moves on", async () => {
  const clock = new VirtualClock(0);
  const seen: number[] = [];
  const chain = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await sleep(clock, 1000);
      seen.push(clock.now());
    }
  };
  void chain();
  await clock.advance(3500);
  assert.deepEqual(seen, [1000, 2000, 3000]);
});

test("virtual clock: no time passes while the machine works beside", async () => {
  const clock = new VirtualClock(0);
  const order: string[] = [];
  const slow = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await nextTurn();
    order.push("work");
  };
  clock.after(10, () => void during(clock, slow()));
  clock.after(20, () => order.push("time"));
  await clock.advance(100);
  assert.deepEqual(order, ["work", "time"]);
});

test("virtual clock: work that fails holds nothing up", async () => {
  const clock = new VirtualClock(0);
  await assert.rejects(during(clock, Promise.reject(new Error("no"))), { message: "no" });
  await clock.advance(10);
  assert.equal(clock.now(), 10);
});

test("virtual clock: a timer that is cancelled does not fire, however many there are", async () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  const timers = Array.from({ length: 1000 }, (_, i) => clock.after(1000 - i, () => fired.push(i)));
  for (const [i, timer] of timers.entries()) if (i % 10) timer.cancel();
  timers[1]?.cancel();
  assert.equal(clock.next, 10);
  await clock.advance(2000);
  assert.deepEqual(
    fired,
    Array.from({ length: 100 }, (_, i) => 990 - 10 * i),
  );
  timers[0]?.cancel();
  assert.equal(clock.next, undefined);
});

test("virtual clock: a step goes to the next timer and no further", async () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  for (const ms of [5, 7]) clock.after(ms, () => fired.push(ms));
  assert.equal(await clock.step(4), false);
  assert.equal(await clock.step(), true);
  assert.deepEqual([fired, clock.now()], [[5], 5]);
  assert.equal(await clock.step(), true);
  assert.equal(await clock.step(), false);
});
