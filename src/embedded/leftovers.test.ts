/** What a cluster leaves behind: nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { realClock, sleep } from "../base/clock.ts";
import { Cluster } from "../index.ts";

/** Timers, sockets, files and the like that would keep this process. */
const held = (): string => process.getActiveResourcesInfo().toSorted().join();
const before = held();

const uses: Record<string, () => Promise<unknown>> = {
  "a cluster on the machine's clock": async () => (await Cluster.start({ workers: 2 })).stop(),
  "one that is stopped twice": async () => {
    await using cluster = await Cluster.start();
    await Promise.all([cluster.stop(), cluster.stop()]);
  },
  "one on a virtual clock": async () => {
    await using cluster = await Cluster.start({ workers: 2, clock: "virtual" });
    await cluster.clock.advance("5m");
  },
  "one that was open to others": async () => {
    await using cluster = await Cluster.start();
    await fetch(`${await cluster.url}/version`).catch(() => {}); // whose certificate nobody knows
  },
  "one that did not start": () => assert.rejects(Cluster.start({ without: ["no-such-controller"] })),
  "a wait that was in vain": async () => {
    await using cluster = await Cluster.start();
    await assert.rejects(cluster.waitFor("pod/none", () => true, { timeout: "50ms" }));
  },
};

for (const [what, use] of Object.entries(uses))
  test(`${what} leaves no timer and no handle`, async () => {
    await use();
    for (let tries = 0; held() !== before && tries < 400; tries++) await sleep(realClock, 10); // a socket closes by and by
    assert.equal(held(), before);
  });
