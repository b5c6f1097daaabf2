import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../client/kinds.ts";
import { claimsInUse, isDue } from "./reconcile.ts";

const pod = (nodeName: string | undefined, ...volumes: object[]): Pod =>
  ({ metadata: { name: "p", namespace: "n" }, spec: { nodeName, volumes } }) as unknown as Pod;
const claim = { name: "v", persistentVolumeClaim: { claimName: "c" } };

const cases = [
  { name: "on a node uses its claims", pod: pod("a", claim, { name: "x", emptyDir: {} }), uses: ["n/c"] },
  { name: "uses those that were made for it", pod: pod("a", { name: "own", ephemeral: {} }), uses: ["n/p-own"] },
  { name: "that is nowhere uses none", pod: pod(undefined, claim), uses: [] },
];
for (const { name, pod: one, uses } of cases) test(`a pod ${name}`, () => assert.deepEqual(claimsInUse(one), uses));

test("only what is deleted and held is due", () => {
  const deletionTimestamp = "2030-01-01T00:00:00Z";
  assert.equal(isDue({ metadata: { finalizers: ["f"] } }, "f"), false);
  assert.equal(isDue({ metadata: { finalizers: ["f"], deletionTimestamp } }, "f"), true);
  assert.equal(isDue({ metadata: { finalizers: ["g"], deletionTimestamp } }, "f"), false);
});
