import assert from "node:assert/strict";
import test from "node:test";
import { deployment } from "../../api/apps/deployment.ts";
import { configMap } from "../../api/core/config-map.ts";
import { conditionsAfter, type Remaining, unexpected } from "./conditions.ts";

const left = (kind: Remaining["kind"], count: number, finalizers: Record<string, number> = {}): Remaining => ({
  kind,
  count,
  finalizers: new Map(Object.entries(finalizers)),
  estimateSeconds: 15,
});

test("a namespace tells what is left in it", () => {
  const remaining = [left(deployment, 2), left(configMap, 1, { "a.com/x": 1, "a.com/y": 1 })];
  const told = conditionsAfter([], { remaining, failures: ["no"] }, 0) ?? [];
  assert.deepEqual(
    told.filter(({ status }) => status === "True").map(({ message }) => message),
    [
      "Failed to delete all resource types, 1 remaining: no",
      "Some resources are remaining: configmaps. has 1 resource instances, deployments.apps has 2 resource instances",
      "Some content in the namespace has finalizers remaining: a.com/x in 1 resource instances, a.com/y in 1 resource instances",
    ],
  );
  assert.equal(conditionsAfter(told, { remaining, failures: ["no"] }, 1000), undefined, "but once");
});

test("what ought to be gone is named by its version and resource", () => {
  const text = "unexpected items still remain in namespace: n for gvr: apps/v1, Resource=deployments";
  assert.equal(unexpected("n", deployment), text);
});
