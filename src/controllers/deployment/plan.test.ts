import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReplicaSet } from "../../client/kinds.ts";
import { deployment, replicaSet } from "../test-objects.ts";
import { planCleanup, planResize, planRolling, type Scale, sizeOfCurrent, sortOut } from "./plan.ts";
import { desiredAnnotation, maxAnnotation } from "./revisions.ts";

const show = (scales: readonly Scale[]): string =>
  scales.map(({ set, replicas }) => `${set.metadata.name} ${replicas}`).join(", ");
const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});
const fresh = (replicas: number, available = replicas) => replicaSet("new", { replicas, available, image: "i:2" });
const old = (replicas: number, available = replicas) => replicaSet("old", { replicas, available });

const steps: { name: string; spec?: object; current: ReplicaSet; old: ReplicaSet; want: string }[] = [
  { name: "first one more", spec: rolling(1, 0), current: fresh(0), old: old(3), want: "new 1" },
  { name: "waits for it", spec: rolling(1, 0), current: fresh(1, 0), old: old(3), want: "" },
  { name: "then one less", spec: rolling(1, 0), current: fresh(1), old: old(3), want: "old 2" },
  { name: "without room first one less", spec: rolling(0, 1), current: fresh(0), old: old(3), want: "old 2" },
  { name: "grows into the room that is made", spec: rolling(0, 1), current: fresh(0), old: old(2), want: "new 1" },
  { name: "broken old pods go first", spec: rolling(1, 0), current: fresh(1, 0), old: old(3, 2), want: "" },
  {
    name: "broken old pods are missed by nobody",
    spec: rolling(1, 1),
    current: fresh(1),
    old: old(3, 2),
    want: "old 2, old 1",
  },
  {
    name: "both limits round to nothing: one goes",
    spec: rolling("0%", "10%"),
    current: fresh(0),
    old: old(3),
    want: "old 2",
  },
  { name: "a set that is too large shrinks", current: fresh(5), old: old(0), want: "new 3" },
  { name: "at the end nothing is left to do", current: fresh(3), old: old(0), want: "" },
];
for (const { name, spec, current, old: before, want } of steps) {
  test(`planRolling: ${name}`, () => assert.equal(show(planRolling(deployment(spec), current, [before])), want));
}

test("a new set of ten begins with the surge, rounded up", () => {
  const sets = { current: undefined, old: [old(10)] };
  assert.equal(sizeOfCurrent(deployment({ replicas: 10 }), sets), 3);
});

test("a set in the middle of a rollout gets its share of a new size", () => {
  const told = { [desiredAnnotation]: "10", [maxAnnotation]: "13" };
  const current = replicaSet("new", { replicas: 5, available: 0, image: "i:2", annotations: told, made: 9 });
  const before = replicaSet("old", { replicas: 8, annotations: told });
  const grown = planResize(deployment({ replicas: 20 }), { current, old: [before] });
  assert.deepEqual([show(grown.scales), grown.always], ["old 15, new 10", true]);
  const told20 = { [desiredAnnotation]: "20", [maxAnnotation]: "25" };
  const shrunk = planResize(deployment({ replicas: 4 }), {
    current: replicaSet("new", { replicas: 10, available: 0, image: "i:2", annotations: told20, made: 9 }),
    old: [replicaSet("old", { replicas: 15, annotations: told20 })],
  });
  assert.equal(show(shrunk.scales), "old 3, new 2");
});

test("alone in use, a set takes the whole new size", () => {
  const sets = { current: undefined, old: [replicaSet("a", { replicas: 0 }), replicaSet("b", { replicas: 2 })] };
  assert.equal(show(planResize(deployment({ replicas: 7 }), sets).scales), "b 7");
});

test("the oldest set with the template is the current one, whatever its hash", () => {
  const labelled = replicaSet("b", { image: "i:2", made: 1 });
  const template = { ...labelled.spec.template, metadata: { labels: { app: "web", "pod-template-hash": "x" } } };
  const sets = [
    replicaSet("c", { image: "i:2", made: 2 }),
    { ...labelled, spec: { ...labelled.spec, template } },
    old(1),
  ];
  assert.equal(sortOut(deployment(), sets).current?.metadata.name, "b");
});

test("only empty sets beyond the history go, the lowest revision first", () => {
  const set = (name: string, revision: number, replicas = 0): ReplicaSet =>
    replicaSet(name, { replicas, annotations: { "deployment.kubernetes.io/revision": String(revision) } });
  const sets = [set("c", 3), set("a", 1, 1), set("b", 2)];
  const names = planCleanup(deployment({ revisionHistoryLimit: 1 }), sets).map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ["b"]);
});
