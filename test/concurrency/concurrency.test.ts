/**
 * Many clients write, read, list and watch the same few objects of a real server over a durable store, which is killed
 * (SIGKILL) and started again, and forgets old revisions. Afterwards: every write that was acknowledged is in the log,
 * changed what it meant to change and nothing else; every answer fits one order of all changes that agrees with when
 * things were asked and answered; every watch told every change after where it began, in order, or that it is too late.
 *
 * COXSWAIN_SEED: which choices are made. COXSWAIN_LIVES: how many servers are killed.
 */
import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { below, type Random, seeded } from "../../src/base/random.ts";
import { collection, selector, Ticks, type Watched, Worker, watch } from "./clients.ts";
import { type Done, faultsOf, stateAt, type Version } from "./history.ts";
import { Server } from "./server.ts";

const seed = Number(process.env.COXSWAIN_SEED ?? 1);
const lives = Number(process.env.COXSWAIN_LIVES ?? 4);
const workers = Array.from({ length: 8 }, (_, n) => new Worker(`w${n}`));
const keys = ["a", "b", "c", "d", "e"];

let directory: string;
before(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "coxswain-concurrency-"));
});
after(() => rmSync(directory, { recursive: true, force: true }));

interface Listed {
  readonly revision: number;
  readonly items: ReadonlyMap<string, number>;
}

/** All that became known. */
class Knowledge {
  readonly ticks = new Ticks();
  readonly done: Done[] = [];
  /** Every change there was, as the one watch tells it that never stays behind. */
  readonly log: Version[] = [];
  /** Up to where the log is whole. */
  since = 0;
  readonly watched: Watched[] = [];
  readonly listed: Listed[] = [];
  expired = 0;
  probes = 0;
}

async function listed(server: Server): Promise<Listed> {
  const { status, body } = await server.ask("GET", `${collection}?${selector}`);
  assert.equal(status, 200);
  const { metadata, items } = body as unknown as {
    metadata: { resourceVersion: string };
    items: { metadata: { name: string; resourceVersion: string } }[];
  };
  const found = items.map((item) => [item.metadata.name, Number(item.metadata.resourceVersion)] as const);
  return { revision: Number(metadata.resourceVersion), items: new Map(found) };
}

/** Goes on with the log until the connection breaks. */
async function record(known: Knowledge, server: Server, signal: AbortSignal): Promise<void> {
  const { versions, isExpired } = await watch(server, known.since, signal, (version) => {
    known.log.push(version);
    known.since = version.revision;
    return false;
  });
  assert.ok(!isExpired, `${versions.length} changes told, and no more`);
}

/** Reads the log up to what a list shows: nothing is forgotten that it does not have. */
async function catchUp(known: Knowledge, server: Server): Promise<void> {
  const { revision, items } = await listed(server);
  const newest = Math.max(known.since, ...items.values());
  const leaving = new AbortController();
  // a change that none can miss tells that all before it was told
  const key = `probe-${known.probes++}`;
  const id = `${key}.1`;
  const asked = known.ticks.next();
  const made = await server.ask("POST", collection, {
    metadata: { name: key, labels: { of: "the-test" } },
    data: { by: id },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const end = Number((made.body as { metadata: { resourceVersion: string } }).metadata.resourceVersion);
  assert.ok(end > newest && end > revision);
  known.done.push({
    is: "write",
    key,
    id,
    verb: "create",
    outcome: "done",
    revision: end,
    asked,
    answered: known.ticks.next(),
  });
  await watch(server, known.since, leaving.signal, (version) => {
    known.log.push(version);
    known.since = version.revision;
    return version.revision >= end;
  });
  leaving.abort();
  assert.equal(known.since, end);
} // prettier-ignore

/** A watch that often dawdles: it goes on where it was, and lists anew where that is forgotten. */
async function dawdle(known: Knowledge, server: Server, random: Random, signal: AbortSignal): Promise<void> {
  let since = known.since;
  while (!signal.aborted) {
    const most = 1 + below(random, 30);
    const seen = await watch(server, since, signal, (_, count) => count >= most);
    known.watched.push(seen);
    since = seen.until;
    if (random.next() < 0.3) since = Math.max(1, since - below(random, 200));
    if (!seen.isExpired && seen.versions.length < most) return;
    if (!seen.isExpired) continue;
    known.expired++;
    try {
      const list = await listed(server);
      known.listed.push(list);
      since = list.revision;
    } catch {
      return; // killed
    }
  }
}

async function live(known: Knowledge, random: Random): Promise<void> {
  const server = await Server.start(directory);
  if (known.since === 0) known.since = (await listed(server)).revision;
  else await catchUp(known, server);
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const watching = [record(known, server, ending.signal)];
  for (let n = 0; n < 3; n++) watching.push(dawdle(known, server, seeded(below(random, 2 ** 31)), ending.signal));
  let left = 300 + below(random, 200);
  const compactions = new Set([left >> 1, left >> 2]);
  const work = { server, ticks: known.ticks, done: known.done, keys };
  const working = workers.map(async (worker) => {
    const own = { ...work, random: seeded(below(random, 2 ** 31)) };
    while (left-- > 0) {
      if (compactions.delete(left)) await server.compact(known.since);
      if (!(await worker.step(own))) return;
    }
    // amid what the others are doing
    left = Number.NEGATIVE_INFINITY;
    await server.kill();
  });
  await Promise.all(working);
  ending.abort();
  await Promise.all(watching);
}

/** What a watch told is the part of the log that it was about, whole. */
function faultsOfWatch(log: readonly Version[], { since, until, versions }: Watched): string[] {
  const wanted = log.filter(({ revision }) => revision > since && revision <= until);
  const text = (all: readonly Version[]): string =>
    JSON.stringify(all.map(({ revision, key, data }) => [revision, key, data]));
  return text(wanted) === text(versions)
    ? []
    : [`a watch from ${since} to ${until} told ${text(versions)}, not ${text(wanted)}`];
} // prettier-ignore

function judge({ log, done, watched, listed: lists }: Knowledge): void {
  const faults = faultsOf(log, done);
  for (const one of watched) faults.push(...faultsOfWatch(log, one));
  for (const { revision, items } of lists) assert.deepEqual(items, stateAt(log, revision), `a list at ${revision}`);
  if (faults.length) throw new Error(`seed ${seed}: ${faults.length} faults:\n${faults.slice(0, 10).join("\n")}`);
}

test("one order of changes explains all that clients of a server saw that was killed again and again", async (t) => {
  const known = new Knowledge();
  const random = seeded(seed);
  for (let n = 0; n < lives; n++) await live(known, random);
  const server = await Server.start(directory);
  await catchUp(known, server);
  const end = await listed(server);
  await server.kill();
  assert.deepEqual(end.items, stateAt(known.log, end.revision), "what is left is what the log says");
  judge(known);
  const { log, done, watched, expired } = known;
  const unknown = done.filter((one) => one.is === "write" && one.outcome === "unknown").length;
  t.diagnostic(`${lives} lives, ${log.length} changes, ${done.length} requests, ${unknown} not answered`);
  t.diagnostic(`${watched.length} watches, ${expired} came too late`);
  assert.ok(
    watched.some(({ versions }) => versions.length > 0),
    "watches were told something",
  );
}); // prettier-ignore
