/** Of several that could work, one does: over one API, on a clock that is moved by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { seeded } from "../../src/base/random.ts";
import { VirtualClock } from "../../src/base/virtual-clock.ts";
import type { Client } from "../../src/client/client.ts";
import { leases } from "../../src/client/kinds.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import type { Running } from "../../src/reconciler/run.ts";
import { runAsLeader } from "../../src/reconciler/run-as-leader.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

const where = { namespace: "kube-system", name: "work" };

async function setUp() {
  const clock = new VirtualClock(Date.parse("2030-01-01T00:00:00Z"));
  const store = await openMemoryStore({ codec: objectCodec, clock });
  const plane = await ControlPlane.start({
    ...{ store, clock, random: seeded(1), signingKeys: await createSigningKeys(), controllers: "none" },
  });
  const said: string[] = [];
  const run = (identity: string, client: Client = plane.clientFor("test")): Promise<Running> =>
    runAsLeader({
      ...{ client, clock, name: where.name, identity },
      start: async () => {
        said.push(`${identity} works`);
        return { stop: async () => void said.push(`${identity} stops`) };
      },
      onError: () => said.push(`${identity} has lost`),
    });
  return { clock, said, run, client: plane.clientFor("test"), stop: () => plane.stop() };
}

test("the second waits until the first stops, and follows it then", async () => {
  const { clock, said, run, client, stop } = await setUp();
  const first = await run("a");
  const second = run("b");
  await clock.advance(60_000);
  assert.deepEqual(said, ["a works"]);
  await first.stop();
  await clock.advance(4_000);
  assert.deepEqual(said, ["a works", "a stops", "b works"]);
  assert.equal((await client.get(leases, where)).spec.holderIdentity, "b");
  await (await second).stop();
  await stop();
});

test("who cannot renew its lease stops before another one may begin", async () => {
  const { clock, said, run, client, stop } = await setUp();
  let reachable = true;
  const cut = new Proxy(client, {
    get: (whole, name: keyof Client) => {
      const method = whole[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (!reachable) throw new Error("the API cannot be reached");
        return method.apply(whole, args);
      };
    },
  });
  const first = await run("a", cut);
  reachable = false;
  await clock.advance(13_000);
  assert.deepEqual(said, ["a works", "a has lost", "a stops"]);
  reachable = true;
  await clock.advance(4_000);
  assert.deepEqual(said.slice(3), ["a works"]);
  await first.stop();
  await stop();
});
