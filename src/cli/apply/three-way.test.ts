import assert from "node:assert/strict";
import { test } from "node:test";
import { strategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import { types } from "../../api/schema/types.ts";
import { mergePatch, strategicPatch, type ThreeVersions } from "./three-way.ts";

const podSpec = types.struct("core/v1.PodSpec");
const deploymentSpec = types.struct("apps/v1.DeploymentSpec");
const named = (...names: readonly string[]): object => ({
  containers: names.map((name) => ({ name, image: `${name}:1` })),
});

const strategic: readonly { name: string; versions: ThreeVersions; want: object }[] = [
  {
    name: "nothing to do is nothing",
    versions: { original: named("a"), modified: named("a"), current: named("a") } as ThreeVersions,
    want: {},
  },
  {
    name: "what others added stays",
    versions: { original: { a: 1 }, modified: { a: 1 }, current: { a: 1, b: 2 } },
    want: {},
  },
  {
    name: "what left the file is taken away",
    versions: { original: { a: 1, b: 2 }, modified: { a: 1 }, current: { a: 1, b: 2 } },
    want: { b: null },
  },
  {
    name: "what others changed is changed back",
    versions: { original: { a: 1 }, modified: { a: 1 }, current: { a: 2 } },
    want: { a: 1 },
  },
  {
    name: "one field of one item",
    versions: {
      original: named("a"),
      modified: { containers: [{ name: "a", image: "a:2" }] },
      current: named("a"),
    } as ThreeVersions,
    want: {
      $setElementOrder: undefined,
      "$setElementOrder/containers": [{ name: "a" }],
      containers: [{ name: "a", image: "a:2" }],
    },
  },
  {
    name: "an item that left the file",
    versions: { original: named("a", "b"), modified: named("a"), current: named("a", "b") } as ThreeVersions,
    want: { "$setElementOrder/containers": [{ name: "a" }], containers: [{ $patch: "delete", name: "b" }] },
  },
  {
    name: "an item that others put in asks for the order alone",
    versions: { original: named("a"), modified: named("a"), current: named("a", "sidecar") } as ThreeVersions,
    want: { "$setElementOrder/containers": [{ name: "a" }] },
  },
];
for (const { name, versions, want } of strategic)
  test(`strategic three-way: ${name}`, () =>
    assert.deepEqual(JSON.parse(JSON.stringify(strategicPatch(versions, podSpec))), JSON.parse(JSON.stringify(want))));

test("strategic three-way: a strategy that changes its type keeps only what the file says", () => {
  const current = { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%" } } };
  const patch = strategicPatch({ original: {}, modified: { strategy: { type: "Recreate" } }, current }, deploymentSpec);
  assert.deepEqual(patch, { strategy: { $retainKeys: ["type"], type: "Recreate" } });
  assert.deepEqual(strategicMergePatch(current, patch, deploymentSpec), { strategy: { type: "Recreate" } });
});

test("strategic three-way: applied to the live object it gives what the file says, and what others added", () => {
  const original = named("a", "b");
  const modified = {
    containers: [
      { name: "c", image: "c:1" },
      { name: "a", image: "a:2" },
    ],
  };
  const current = { ...named("a", "b", "sidecar"), nodeName: "n" };
  const patch = strategicPatch({ original, modified, current } as ThreeVersions, podSpec);
  const { containers, nodeName } = strategicMergePatch(current, patch, podSpec) as {
    containers: { name: string; image: string }[];
    nodeName: string;
  };
  assert.deepEqual(containers.map(({ name, image }) => `${name} ${image}`).sort(), [
    "a a:2",
    "c c:1",
    "sidecar sidecar:1",
  ]);
  assert.equal(nodeName, "n");
});

const merged: readonly { name: string; versions: ThreeVersions; want: object }[] = [
  {
    name: "lists are put in place whole",
    versions: { original: { a: [1] }, modified: { a: [1, 2] }, current: { a: [1] } },
    want: { a: [1, 2] },
  },
  {
    name: "what left the file is taken away, deep down",
    versions: { original: { a: { b: 1, c: 2 } }, modified: { a: { b: 1 } }, current: { a: { b: 1, c: 2, d: 3 } } },
    want: { a: { c: null } },
  },
];
for (const { name, versions, want } of merged)
  test(`merge three-way: ${name}`, () => assert.deepEqual(mergePatch(versions), want));
