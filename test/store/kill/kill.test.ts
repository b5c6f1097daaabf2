/**
 * Processes with stores in them are killed (SIGKILL) at moments of all sorts, thousands of times: while they open, write,
 * take a snapshot, close. The next process opens the same stores. What was acknowledged or told to a watch must be there,
 * what was under way is there whole or not at all, revisions rise one by one, and watches go on where they were.
 *
 * COXSWAIN_KILLS: how many processes are to be killed; default 2,000.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { realClock, sleep } from "../../../src/base/clock.ts";
import type { Random } from "../../../src/base/random.ts";
import { below, seeded } from "../../../src/base/random.ts";
import { emptyRevision } from "../../../src/store/history.ts";
import { Witness } from "../../../src/store/log/witness.ts";
import type { Revision } from "../../../src/store/store.ts";
import type { Line, Task } from "./line.ts";

const wanted = Number(process.env.COXSWAIN_KILLS ?? 2000);
const storesEach = 3;
const lanes = 2;

/** What is known of one store, over all the processes that had it. */
class Known {
  readonly directory: string;
  readonly witness = new Witness(emptyRevision);
  /** The last revision that a watch was told. */
  told: Revision = emptyRevision;
  acknowledged = 0;
  isOpen = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  take(line: Line): void {
    switch (line.is) {
      case "opened":
        this.witness.judge(line.opened);
        // what was forgotten cannot be told any more
        this.told = Math.max(this.told, line.opened.compacted);
        this.isOpen = true;
        return;
      case "asked":
        this.witness.asked(line.name, line.writes);
        return;
      case "heard":
        assert.equal(line.changes[0]?.revision, this.told + 1, "a watch is told every revision, once");
        this.witness.heard(line.changes);
        this.told++;
        return;
      case "acknowledged":
        assert.ok(line.revision <= this.told, "a watch is told before the writer");
        this.witness.happened(line.name, []);
        this.acknowledged++;
        return;
      case "broken":
        throw new Error(line.why);
    }
  }
}

let place: string;
let program: string;
before(async () => {
  place = mkdtempSync(path.join(os.tmpdir(), "coxswain-kill-"));
  program = path.join(place, "life.cjs");
  const entryPoints = [path.join(import.meta.dirname, "life.ts")];
  await build({ entryPoints, bundle: true, platform: "node", format: "cjs", outfile: program });
});
const living = new Set<ChildProcess>();
after(() => {
  for (const child of living) child.kill("SIGKILL");
  rmSync(place, { recursive: true, force: true });
});

/** A process that has loaded its program and waits to be told. */
function prepare(): ChildProcess {
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "ignore", "inherit", "pipe"], env: {} });
  living.add(child);
  child.once("close", () => living.delete(child));
  return child;
}

/** Kills it when it has said `lines` lines, or after `withinMs` if none; resolves to all it had said. */
async function killedAfter(child: ChildProcess, task: Task, lines: number, withinMs: number): Promise<Line[]> {
  const said: string[] = [];
  let rest = "";
  const kill = (): boolean => child.kill("SIGKILL");
  const pipe = child.stdio[3] as Readable;
  pipe.setEncoding("utf8");
  pipe.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    said.push(...parts);
    if (lines > 0 && said.length >= lines) kill();
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin?.on("error", () => {});
  child.stdin?.write(`${JSON.stringify(task)}\n`);
  if (lines === 0) void sleep(realClock, withinMs).then(kill);
  await ended;
  assert.equal(child.signalCode, "SIGKILL", "the process ended by itself");
  return said.map((line) => JSON.parse(line) as Line);
}

interface Deaths {
  /** Of processes. */
  all: number;
  /** Of stores that were being opened, or about to be. */
  opening: number;
  /** Of stores that had a file not yet whole. */
  amidFile: number;
}

async function lane(n: number, random: Random, deaths: Deaths): Promise<Known[]> {
  const known = Array.from({ length: storesEach }, (_, i) => new Known(path.join(place, `store-${n}-${i}`)));
  let next = prepare();
  while (deaths.all < wanted) {
    const child = next;
    next = prepare();
    const seed = below(random, 2 ** 31);
    const stores = known.map(({ directory, told }) => ({ directory, since: told }));
    for (const one of known) one.isOpen = false;
    const lines = below(random, 4) ? 1 + below(random, 150) : 0;
    const said = await killedAfter(child, { seed, stores }, lines, below(random, 15));
    try {
      for (const line of said) known[line.store]?.take(line);
    } catch (error) {
      throw new Error(`seed ${seed}, store-${n}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
    deaths.all++;
    deaths.opening += known.filter(({ isOpen }) => !isOpen).length;
    deaths.amidFile += known.filter(({ directory }) => isAmidFile(directory)).length;
  }
  return known;
}

function isAmidFile(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => name.endsWith(".tmp"));
  } catch {
    return false; // it had not been made
  }
}

test(`${wanted} processes are killed, and nothing is lost that was acknowledged`, async (t) => {
  const deaths: Deaths = { all: 0, opening: 0, amidFile: 0 };
  const known = (await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n, seeded(n + 1), deaths)))).flat();
  const acknowledged = known.reduce((sum, one) => sum + one.acknowledged, 0);
  t.diagnostic(`${JSON.stringify(deaths)}, ${acknowledged} writes acknowledged`);
  assert.ok(deaths.opening > wanted / 100, `${deaths.opening} while opening`);
  assert.ok(deaths.amidFile > wanted / 1000, `${deaths.amidFile} amid a file`);
  assert.ok(acknowledged > wanted, `${acknowledged} acknowledged`);
});
