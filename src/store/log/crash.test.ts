/** Stops the machine at every single operation on the disk, several times over, and looks at what is left. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Random } from "../../base/random.ts";
import { below, seeded } from "../../base/random.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { emptyRevision } from "../history.ts";
import type { Store } from "../store.ts";
import type { TestValue } from "../test-values.ts";
import { testCodec } from "../test-values.ts";
import { openLogStore } from "./log.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { look, Witness } from "./witness.ts";

let lives = 0;

/** Small sizes, so that a short run has all there is: rotation, recycling, snapshots, the reserve. */
function open(disk: SimulatedDisk, random: Random): Promise<Store<TestValue>> {
  const self = `life ${++lives}`;
  return openLogStore<TestValue>({
    directory: "/data",
    codec: testCodec,
    clock: new VirtualClock(1e12),
    random,
    history: { maxChanges: 15 },
    segmentBytes: 2048,
    reserveBytes: 512,
    garbageBytes: 4096,
    files: disk.files(),
    owners: { self, isAlive: (owner) => owner === self },
  });
}

/** Opens, writes until done or dead. True when the machine stopped on the way. */
async function live(disk: SimulatedDisk, random: Random, witness: Witness): Promise<boolean> {
  let store: Store<TestValue> | undefined;
  try {
    store = await open(disk, random);
    witness.judge(await look(store));
    await witness.keepWriting(store, random, 3, 30);
    await store.close();
  } catch (error) {
    if (!disk.stopped) throw error;
    await store?.close().catch(() => {});
  }
  return disk.stopped;
}

for (const how of ["losePower", "kill"] as const) {
  test(`no acknowledged write is lost when the machine stops at any operation (${how})`, async () => {
    let crashes = 0;
    let acknowledged = 0;
    for (let seed = 1; seed <= 8; seed++) {
      for (let n = 1; ; n++) {
        const random = seeded(seed * 1_000_003 + n);
        const disk = new SimulatedDisk(random);
        const witness = new Witness(emptyRevision);
        disk.stopAt = n;
        const context = `seed ${seed}, operation ${n}`;
        try {
          const stopped = await live(disk, random, witness);
          if (!stopped) {
            break;
          }
          // Twice more, at a random operation, the first of them likely while it opens.
          for (const within of [12, 60]) {
            crashes++;
            disk[how]();
            disk.stopAt = disk.operations + 1 + below(random, within);
            await live(disk, random, witness);
          }
          disk[how]();
          const store = await open(disk, random);
          witness.judge(await look(store));
          await witness.keepWriting(store, random, 2, 5);
          await store.close();
          const again = await open(disk, random);
          witness.judge(await look(again));
          await again.close();
        } catch (error) {
          throw new Error(`${context}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        }
        acknowledged += witness.last - emptyRevision;
      }
    }
    assert.ok(crashes > 500 && acknowledged > 5000, `${crashes} crashes, ${acknowledged} acknowledged writes`);
  });
}
