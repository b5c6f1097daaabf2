import assert from "node:assert/strict";
import test from "node:test";
import type { Pod, PodDisruptionBudget } from "../../client/kinds.ts";
import { disruptedOf, expectedOf, selectorText, statusOf } from "./plan.ts";

const now = Date.parse("2030-01-01T00:10:00Z");
const budget = (spec: object, disruptedPods?: Record<string, string>) =>
  ({ metadata: { generation: 1 }, spec, status: { disruptedPods } }) as unknown as PodDisruptionBudget;
const pod = (name: string, more: { ready?: boolean; ending?: true } = {}) =>
  ({
    metadata: { name, ...(more.ending && { deletionTimestamp: "2030-01-01T00:10:00Z" }) },
    status: { conditions: [{ type: "Ready", status: more.ready === false ? "False" : "True" }] },
  }) as unknown as Pod;

const cases = [
  { name: "a number that must be there", spec: { minAvailable: 2 }, pods: 3, scale: 0, want: [3, 2] },
  { name: "a share that must be there, rounded up", spec: { minAvailable: "50%" }, pods: 3, scale: 3, want: [3, 2] },
  { name: "a number that may be missing", spec: { maxUnavailable: 1 }, pods: 3, scale: 4, want: [4, 3] },
  { name: "a share that may be missing, rounded up", spec: { maxUnavailable: "34%" }, pods: 3, scale: 3, want: [3, 1] },
  { name: "more than there are", spec: { maxUnavailable: 5 }, pods: 3, scale: 3, want: [3, 0] },
  { name: "nothing said", spec: {}, pods: 3, scale: 3, want: [0, 0] },
];
for (const { name, spec, pods, scale, want } of cases) {
  test(`a budget expects ${name}`, () => {
    const { expectedPods, desiredHealthy } = expectedOf(budget(spec), pods, scale);
    assert.deepEqual([expectedPods, desiredHealthy], want);
  });
}

test("a pod that was evicted counts no more, until it is overdue", () => {
  const times = { a: "2030-01-01T00:09:30Z", b: "2030-01-01T00:07:00Z", c: "2030-01-01T00:09:30Z" };
  const given = budget({ minAvailable: 1 }, times);
  const pods = [pod("a"), pod("b"), pod("c", { ending: true }), pod("d"), pod("e", { ready: false })];
  const disrupted = disruptedOf(given, pods, now);
  assert.deepEqual(Object.keys(disrupted.awaited), ["a"]);
  assert.deepEqual(
    disrupted.overdue.map(({ metadata }) => metadata.name),
    ["b"],
  );
  assert.equal(disrupted.recheckAtMs, Date.parse("2030-01-01T00:11:30Z"));
  const { currentHealthy, disruptionsAllowed, conditions } = statusOf(
    given,
    pods,
    { expectedPods: 5, desiredHealthy: 1 },
    disrupted,
    now,
  );
  assert.deepEqual([currentHealthy, disruptionsAllowed, conditions?.[0]?.reason], [2, 1, "SufficientPods"]);
});

test("a selector is told as upstream tells it", () => {
  const selector = {
    matchLabels: { b: "2", a: "1" },
    matchExpressions: [{ key: "k", operator: "In", values: ["x", "y"] }],
  };
  assert.equal(
    selectorText(selector),
    "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}",
  );
});
