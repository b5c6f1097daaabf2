import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../client/kinds.ts";
import { epoch, pod, replicaSet } from "../test-objects.ts";
import { planReplicas, statusOf } from "./plan.ts";

const plans: { name: string; replicas: number; pods: Pod[]; want: string }[] = [
  { name: "creates what is missing", replicas: 3, pods: [pod("a")], want: "create 2" },
  { name: "does nothing where all is there", replicas: 1, pods: [pod("a")], want: "create 0" },
  {
    name: "removes the pod not yet ready",
    replicas: 1,
    pods: [pod("a"), pod("b", { ready: false })],
    want: "remove b",
  },
  { name: "creates no more than 500 at once", replicas: 1000, pods: [], want: "create 500" },
];
for (const { name, replicas, pods, want } of plans) {
  test(`planReplicas ${name}`, () => {
    const { create, remove } = planReplicas(replicaSet("r", { replicas }), pods, pods, epoch);
    const got = remove.length ? `remove ${remove.map(({ metadata }) => metadata.name).join()}` : `create ${create}`;
    assert.equal(got, want);
  });
}

test("statusOf counts, leaving out what is none", () => {
  const labelled = pod("a", { labels: { app: "web" } });
  const status = statusOf(replicaSet("r"), { active: [labelled, pod("b", { ready: false })], terminating: [] }, epoch);
  assert.deepEqual(JSON.parse(JSON.stringify(status)), {
    replicas: 2,
    fullyLabeledReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    terminatingReplicas: 0,
    observedGeneration: 1,
  });
});

test("statusOf tells once why pods cannot be made, and forgets it when they can", () => {
  const set = replicaSet("r", { replicas: 1 });
  const failing = statusOf(set, { active: [], failure: "no room" }, epoch);
  const [condition] = failing.conditions ?? [];
  assert.deepEqual(
    [condition?.type, condition?.reason, condition?.message],
    ["ReplicaFailure", "FailedCreate", "no room"],
  );
  const again = statusOf({ ...set, status: failing }, { active: [], failure: "still no room" }, epoch + 5000);
  assert.equal(again.conditions, failing.conditions);
  assert.equal(statusOf({ ...set, status: failing }, { active: [pod("a")] }, epoch).conditions, undefined);
});
