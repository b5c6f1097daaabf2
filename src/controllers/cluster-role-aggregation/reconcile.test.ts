import assert from "node:assert/strict";
import test from "node:test";
import type { ClusterRole } from "../../client/kinds.ts";
import { aggregatedRules } from "./reconcile.ts";

const read = (resource: string) => ({ apiGroups: [""], resources: [resource], verbs: ["get"] });
const role = (name: string, labels: Record<string, string>, ...resources: string[]): ClusterRole => ({
  metadata: { name, labels },
  rules: resources.map(read),
});

test("a role is the sum of those it selects, in the order of names, without repetition and without itself", () => {
  const sum: ClusterRole = {
    ...role("sum", { to: "sum" }, "own"),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: "sum" } }, { matchLabels: { to: "more" } }] },
  };
  const all = [
    role("z", { to: "sum" }, "pods", "nodes"),
    sum,
    role("a", { to: "sum" }, "pods"),
    role("b", { to: "more" }, "events"),
  ];
  assert.deepEqual(aggregatedRules(sum, all), ["pods", "nodes", "events"].map(read));
});
