import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { handOf } from "./hand.ts";
import { QueueSet, type Refusal, type Seat } from "./queue-set.ts";
import { divide } from "./shares.ts";

/** Enters requests by their flow and notes in which order they begin or are refused. */
class Desk {
  readonly clock = new VirtualClock(0);
  readonly log: string[] = [];
  readonly set: QueueSet;
  readonly seats = new Map<string, Seat>();

  constructor(limit: number, settings = { queues: 64, handSize: 6, queueLengthLimit: 3 }) {
    this.set = new QueueSet(this.clock, limit);
    this.set.configure(settings);
  }

  enter(name: string, seats = 1, signal = new AbortController().signal): void {
    const begun = (seat: Seat): void => {
      this.seats.set(name, seat);
      this.log.push(name);
    };
    const refused = (why: Refusal): void => void this.log.push(`${name} ${why}`);
    const found = this.set.enter("schema", name.replace(/\d+$/, ""), seats, 15_000, signal);
    if (typeof found === "string") refused(found);
    else if (found instanceof Promise) found.then(begun, refused);
    else begun(found);
  }

  async leave(name: string): Promise<void> {
    this.set.leave(this.seats.get(name) as Seat);
    await this.clock.advance(0);
  }
}

test("requests begin at once while there are seats, and wait for one after that", async () => {
  const desk = new Desk(2);
  for (const name of ["a1", "a2", "a3"]) desk.enter(name);
  assert.deepEqual(desk.log, ["a1", "a2"]);
  await desk.leave("a1");
  assert.deepEqual(desk.log, ["a1", "a2", "a3"]);
  assert.equal(desk.set.seatsInUse, 2);
});

test("a level without queues refuses what does not fit", () => {
  const desk = new Desk(1, { queues: 0, handSize: 0, queueLengthLimit: 0 });
  desk.enter("a1");
  desk.enter("a2");
  assert.deepEqual(desk.log, ["a1", "a2 concurrency-limit"]);
});

test("a flow that floods fills its own queues and no more", async () => {
  const desk = new Desk(1, { queues: 64, handSize: 2, queueLengthLimit: 3 });
  for (let i = 0; i < 10; i++) desk.enter(`flood${i}`);
  await desk.clock.advance(0);
  assert.equal(desk.log.filter((line) => line.endsWith("queue-full")).length, 10 - 1 - 2 * 3);
  desk.enter("quiet1");
  assert.ok(!desk.log.includes("quiet1 queue-full"));
});

test("flows take turns: one request of a quiet flow does not wait for all of a loud one", async () => {
  const desk = new Desk(1, { queues: 64, handSize: 1, queueLengthLimit: 50 });
  for (let i = 0; i < 8; i++) desk.enter(`loud${i}`);
  desk.enter("quiet0");
  for (let i = 0; i < 4; i++) {
    await desk.clock.advance(10);
    await desk.leave(desk.log.at(-1) as string);
  }
  assert.ok(desk.log.indexOf("quiet0") <= 2, desk.log.join(" "));
});

test("who has waited too long is refused, and who went away waits no more", async () => {
  const desk = new Desk(1);
  const gone = new AbortController();
  desk.enter("a1");
  desk.enter("a2");
  desk.enter("a3", 1, gone.signal);
  gone.abort();
  await desk.clock.advance(15_000);
  assert.deepEqual(desk.log, ["a1", "a3 cancelled", "a2 time-out"]);
  assert.equal(desk.set.waiting, 0);
  await desk.leave("a1");
  assert.ok(desk.set.isIdle);
});

test("a request wider than the level runs alone", async () => {
  const desk = new Desk(2);
  for (const name of ["a1", "b1"]) desk.enter(name);
  desk.enter("wide1", 5);
  await desk.leave("a1");
  assert.deepEqual(desk.log, ["a1", "b1"]);
  await desk.leave("b1");
  assert.deepEqual(desk.log, ["a1", "b1", "wide1"]);
  desk.enter("a2");
  await desk.leave("wide1");
  assert.deepEqual(desk.log, ["a1", "b1", "wide1", "a2"]);
});

test("more seats let in who waits", async () => {
  const desk = new Desk(0);
  desk.enter("a1");
  assert.deepEqual(desk.log, []);
  desk.set.resize(1);
  await desk.clock.advance(0);
  assert.deepEqual(desk.log, ["a1"]);
});

test("a hand has as many different queues as it should, always the same for a flow", () => {
  for (let i = 0; i < 200; i++) {
    const hand = handOf(`flow ${i}`, 64, 6);
    assert.equal(new Set(hand).size, 6);
    assert.ok(hand.every((queue) => queue >= 0 && queue < 64));
    assert.deepEqual(handOf(`flow ${i}`, 64, 6), hand);
  }
  assert.deepEqual([...handOf("x", 2, 5)].sort(), [0, 1]);
});

const divisions = [
  {
    name: "by targets",
    sum: 10,
    all: [
      { target: 3, least: 0, most: 10 },
      { target: 2, least: 0, most: 10 },
    ],
    is: [6, 4],
  },
  {
    name: "alike where nobody wants",
    sum: 10,
    all: [
      { target: 0, least: 0, most: 10 },
      { target: 0, least: 0, most: 10 },
    ],
    is: [5, 5],
  },
  {
    name: "never below what is one's own",
    sum: 10,
    all: [
      { target: 9, least: 0, most: 10 },
      { target: 4, least: 4, most: 10 },
    ],
    is: [6, 4],
  },
  {
    name: "never above what may be borrowed",
    sum: 10,
    all: [
      { target: 9, least: 0, most: 3 },
      { target: 1, least: 0, most: 10 },
    ],
    is: [3, 7],
  },
  {
    name: "all they may have where there is more",
    sum: 100,
    all: [
      { target: 1, least: 0, most: 3 },
      { target: 1, least: 0, most: 4 },
    ],
    is: [3, 4],
  },
];
for (const { name, sum, all, is } of divisions) {
  test(`seats are divided ${name}`, () =>
    assert.deepEqual(
      divide(sum, all).map((n) => Math.round(n * 1000) / 1000),
      is,
    ));
}
