import assert from "node:assert/strict";
import { test } from "node:test";
import { type Done, faultsOf, type Version, type WriteDone } from "./history.ts";

const span = (asked: number, answered: number) => ({ asked, answered });
const write = (
  id: string,
  verb: WriteDone["verb"],
  revision: number,
  at: [number, number],
  expected?: number,
): Done => ({
  ...{ is: "write", key: "k", id, verb, revision, outcome: "done", ...span(...at) },
  ...(expected !== undefined && { expected }),
}); // prettier-ignore
const read = (revision: number | undefined, by: string | undefined, at: [number, number]): Done => ({
  ...{ is: "read", key: "k", revision, data: by === undefined ? undefined : { by }, ...span(...at) },
});
const refused = (reason: string, verb: WriteDone["verb"], at: [number, number], expected?: number): Done => ({
  ...{ is: "write", key: "k", id: "r.1", verb, outcome: "refused", reason, ...span(...at) },
  ...(expected !== undefined && { expected }),
});
const made: Version = { revision: 1, key: "k", data: { by: "a.1" } };
const changed: Version = { revision: 2, key: "k", data: { by: "b.1" } };
const gone: Version = { revision: 3, key: "k", data: undefined };
const create = write("a.1", "create", 1, [1, 2]);
const update = write("b.1", "update", 2, [5, 6], 1);

const cases: readonly { what: string; log: Version[]; done: Done[]; fault?: RegExp }[] = [
  { what: "one write after another", log: [made, changed], done: [create, update, read(2, "b.1", [7, 8])] },
  { what: "a read amid a write, before", log: [made, changed], done: [create, update, read(1, "a.1", [5, 6])] },
  { what: "a read amid a write, after", log: [made, changed], done: [create, update, read(2, "b.1", [5, 6])] },
  { what: "a conflict", log: [made, changed], done: [create, update, refused("Conflict", "update", [5, 8], 1)] },
  {
    what: "a stale read",
    log: [made, changed],
    done: [create, update, read(1, "a.1", [7, 8])],
    fault: /not there then/,
  },
  {
    what: "a read ahead",
    log: [made, changed],
    done: [create, update, read(2, "b.1", [3, 4])],
    fault: /not there then|before it can/,
  },
  { what: "a lost write", log: [made], done: [create, update], fault: /is lost/ },
  { what: "a write out of nowhere", log: [made, changed], done: [create], fault: /nobody wrote/ },
  { what: "a read of nothing", log: [made], done: [create, read(undefined, undefined, [3, 4])], fault: /saw nothing/ },
  {
    what: "a read of nothing, gone since",
    log: [made, gone],
    done: [create, write("d.1", "delete", 3, [3, 6], 1), read(undefined, undefined, [4, 5])],
  },
  {
    what: "a lost update",
    log: [made, { ...changed, revision: 3 }, { ...changed, revision: 4, data: { by: "c.1" } }],
    done: [create, write("b.1", "update", 3, [5, 6], 1), write("c.1", "update", 4, [7, 8], 1)],
    fault: /wanted 1, and changed 3/,
  },
  {
    what: "a conflict without reason",
    log: [made],
    done: [create, refused("Conflict", "update", [3, 4], 1)],
    fault: /without a reason/,
  },
  {
    what: "reads that go back",
    log: [made, changed],
    done: [create, { ...update, answered: 20 }, read(2, "b.1", [7, 8]), read(1, "a.1", [9, 10])],
    fault: /not there then/,
  },
  {
    what: "a stale list",
    log: [made, changed],
    done: [create, update, { is: "list", revision: 1, items: new Map([["k", 1]]), ...span(7, 8) }],
    fault: /asked for after/,
  },
]; // prettier-ignore
for (const { what, log, done, fault } of cases)
  test(`${what} is ${fault ? "found out" : "in order"}`, () => {
    const faults = faultsOf(log, done);
    if (fault) assert.match(faults.join("\n"), fault);
    else assert.deepEqual(faults, []);
  });
