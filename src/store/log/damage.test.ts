/** Files that are damaged, not merely torn by a crash: the store is not opened, and nothing is changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../../base/random.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import type { Store } from "../store.ts";
import { after, dataAt, put, type TestValue, testCodec } from "../test-values.ts";
import { CorruptStore } from "./corrupt.ts";
import { openLogStore } from "./log.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

let opened = 0;

function open(disk: SimulatedDisk): Promise<Store<TestValue>> {
  const self = `owner ${++opened}`;
  return openLogStore<TestValue>({
    ...{ directory: "/data", codec: testCodec, clock: new VirtualClock(1e12), random: seeded(1), files: disk.files() },
    ...{ segmentBytes: 4096, reserveBytes: 512, owners: { self, isAlive: (owner) => owner === self } },
  });
}

/** A disk with a store of a few segments, closed. */
async function written(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seeded(1));
  const store = await open(disk);
  for (let n = 0; n < 60; n++) await after(store, put(`/k/${n}`, `${n}`.padEnd(200, "x")));
  await store.close();
  return disk;
}

const logs = (disk: SimulatedDisk): string[] => disk.names.filter((name) => /log-\d+$/.test(name));
const last = (disk: SimulatedDisk): Buffer => disk.content(logs(disk).at(-1) ?? "");

const damages: readonly { what: string; damage: (disk: SimulatedDisk) => void; why: RegExp }[] = [
  {
    what: "a record with sound ones after it",
    damage: (disk) => last(disk).writeUInt8(1 + last(disk).readUInt8(200), 200),
    why: /^cannot open the store: a record is damaged: sound ones follow it, from byte \d+ on \(.*log-\d+, byte \d+\); restore/,
  },
  {
    what: "a record of an earlier segment",
    damage: (disk) => disk.content(logs(disk)[0] ?? "").fill(0, 200, 300),
    why: /^cannot open the store: the log jumps from revision \d+ to \d+: what is between is damaged or missing/,
  },
  {
    what: "the header of a segment",
    damage: (disk) => last(disk).fill(0, 0, 10),
    why: /^cannot open the store: the file is not a log/,
  },
];
for (const { what, damage, why } of damages)
  test(`damage to ${what} is told, and nothing is changed`, async () => {
    const disk = await written();
    damage(disk);
    const files = (): string[] => logs(disk).map((name) => disk.content(name).toString("hex"));
    const before = files();
    await assert.rejects(open(disk), (error) => error instanceof CorruptStore && why.test(error.message));
    assert.deepEqual(files(), before);
  });

test("the last record, torn, is as if it had not been asked for", async () => {
  const disk = await written();
  const bytes = last(disk);
  const end = bytes.lastIndexOf("xxxx") + 4;
  bytes.fill(0, end - 50, end);
  const store = await open(disk);
  assert.equal(await dataAt(store, "/k/59"), undefined);
  assert.equal((await dataAt(store, "/k/58"))?.length, 200);
  await store.close();
});
