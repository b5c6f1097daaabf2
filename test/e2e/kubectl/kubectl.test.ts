/**
 * The real kubectl 1.35 and 1.36 with all of their commands: each transcript beside this file is played with both, in a
 * namespace of its own, on one cluster of simulated nodes. `RECORD=1` writes what was seen into the transcripts instead
 * of comparing, for a reviewer to read; `ONLY=name` plays one of them.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { clients } from "../clients.ts";
import { TestCluster } from "../cluster.ts";
import { unused } from "./coverage.ts";
import { commandsOf, globalFlags } from "./help-tree.ts";
import { Player } from "./player.ts";
import { formatOutcome, formatTranscript, type Minor, type Outcome, parseTranscript, type Step } from "./transcript.ts";

const folder = path.join(import.meta.dirname, "transcripts");
const minors: readonly Minor[] = [35, 36];
const { RECORD, ONLY } = process.env;
const transcripts = readdirSync(folder)
  .filter((file) => file.endsWith(".txt") && (!ONLY || file === `${ONLY}.txt`))
  .map((file) => ({ title: path.basename(file, ".txt"), file: path.join(folder, file) }))
  .map((each) => ({ ...each, steps: parseTranscript(readFileSync(each.file, "utf8")) }))
  // the longest first: so that none runs alone at the end
  .sort((a, b) => b.steps.length - a.steps.length);

/** The steps with what was seen; where the versions differ, one step for each. */
function recorded(steps: readonly Step[], seen: ReadonlyMap<Step, Outcome>[]): Step[] {
  const [old, now] = minors.map((minor, i) => ({ minor, of: (step: Step) => seen[i]!.get(step) }));
  return steps.flatMap((step) => {
    const found = [old!, now!].flatMap(({ minor, of }) => {
      const expected = of(step);
      return expected ? [{ ...step, minors: [minor], expected }] : [];
    });
    if (found.length === 2 && formatOutcome(found[0]!.expected) === formatOutcome(found[1]!.expected))
      return [{ ...step, expected: found[0]!.expected }];
    return found.map((each, i) => (i ? { ...each, comment: [] } : each));
  });
}

describe("the transcripts", { concurrency: true }, () => {
  for (const minor of minors) {
    test(`use every command of kubectl 1.${minor}, and every flag that a server sees`, async () => {
      const { kubectl } = clients(minor);
      const played = transcripts.flatMap(({ steps }) => steps).filter(({ minors }) => minors.includes(minor));
      assert.deepEqual(unused(played, await commandsOf(kubectl), await globalFlags(kubectl)), []);
    });
  }
});

describe("kubectl", { concurrency: 6 }, () => {
  const cluster = new TestCluster(`kubectl${process.pid}`);
  let kubeconfig = "";
  before(async () => {
    await cluster.up("simulated", "--workers", "5");
    // nothing comes to these two but what a transcript sends there
    await cluster.ok(`kubectl taint node ${cluster.name}-worker4 ${cluster.name}-worker5 reserved=:NoSchedule`);
    kubeconfig = await cluster.ok("kubectl config view --raw --flatten");
  });
  after(() => cluster.down());

  for (const { title, file, steps } of transcripts) {
    const seen = minors.map(() => new Map<Step, Outcome>());
    let unfinished = minors.length;
    for (const [i, minor] of minors.entries()) {
      test(`${title}, 1.${minor}`, async (t) => {
        const player = new Player(title, minor, { kubeconfig, cluster: cluster.name });
        await player.enter();
        for (const step of steps.filter((each) => each.minors.includes(minor))) {
          const got = await player.play(step);
          seen[i]!.set(step, got);
          const want = step.until ? { code: 0, out: "", err: "" } : step.expected;
          const isSame = step.until ? got.code === 0 : formatOutcome(got) === formatOutcome(want);
          if (RECORD && !step.until) continue;
          await t.test(step.line, () => {
            if (!isSame) assert.equal(formatOutcome(got), formatOutcome(want));
          });
        }
        player.leave();
        if (--unfinished === 0 && RECORD) writeFileSync(file, formatTranscript(recorded(steps, seen)));
      });
    }
  }
});
