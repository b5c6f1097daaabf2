import assert from "node:assert/strict";
import test from "node:test";
import type { Taint } from "../../api/core/taints.ts";
import type { Node } from "../../client/kinds.ts";
import {
  missingLabels,
  notReadyTaint,
  silentConditions,
  unreachableTaint,
  withNoExecute,
  withNoSchedule,
} from "./conditions.ts";
import { deadlineMs, observe } from "./health.ts";
import { Turns, taintRates } from "./zones.ts";

interface Shape {
  readonly name?: string;
  readonly ready?: string;
  readonly taints?: string[];
  readonly zone?: string;
  readonly heartbeat?: string;
  readonly more?: Record<string, string>;
  readonly unschedulable?: true;
}
const taint = (text: string): Taint => {
  const [key = "", effect = ""] = text.split(":");
  return { key, effect };
};
const node = ({ name = "n", ready, taints = [], zone, heartbeat, more = {}, unschedulable }: Shape): Node =>
  ({
    metadata: {
      name,
      creationTimestamp: "2030-01-01T00:00:00Z",
      labels: zone ? { "topology.kubernetes.io/zone": zone } : {},
    },
    spec: { taints: taints.map(taint), ...(unschedulable && { unschedulable }) },
    status: {
      conditions: Object.entries({ ...(ready && { Ready: ready }), ...more }).map(([type, status]) => ({
        type,
        status,
        lastHeartbeatTime: heartbeat,
      })),
    },
  }) as unknown as Node;
const show = (taints: readonly Taint[] | undefined): string =>
  taints?.map(({ key, effect }) => `${key.split("/").at(-1)}:${effect}`).join(" ") ?? "as it is";

const noSchedule = [
  { name: "nothing for who is ready", node: node({ ready: "True" }), want: "as it is" },
  { name: "for who is not ready", node: node({ ready: "False" }), want: "not-ready:NoSchedule" },
  { name: "for who is not heard of", node: node({ ready: "Unknown" }), want: "unreachable:NoSchedule" },
  { name: "for pressure", node: node({ more: { DiskPressure: "True" } }), want: "disk-pressure:NoSchedule" },
  { name: "for who is cordoned", node: node({ unschedulable: true }), want: "unschedulable:NoSchedule" },
  {
    name: "beside those of others",
    node: node({
      ready: "True",
      taints: ["mine/x:NoSchedule", `${notReadyTaint}:NoSchedule`, `${notReadyTaint}:NoExecute`],
    }),
    want: "x:NoSchedule not-ready:NoExecute",
  },
];
for (const { name, node: given, want } of noSchedule) {
  test(`a node's taints are ${name}`, () => assert.equal(show(withNoSchedule(given, 0)), want));
}

test("of the two taints that evict a node has one at most", () => {
  const tainted = node({ taints: [`${notReadyTaint}:NoExecute`, "mine/x:NoExecute"] });
  assert.equal(show(withNoExecute(tainted, unreachableTaint, 0)), "x:NoExecute unreachable:NoExecute");
  assert.equal(show(withNoExecute(tainted, notReadyTaint, 0)), "as it is");
  assert.equal(show(withNoExecute(tainted, undefined, 0)), "x:NoExecute");
});

test("a silent kubelet's conditions become Unknown, others stay", () => {
  const after = silentConditions(node({ ready: "True", more: { NetworkUnavailable: "False" } }), 0);
  const shown = after.map(({ type, status, reason }) => `${type}=${status} ${reason ?? ""}`.trim());
  assert.deepEqual(shown, [
    "Ready=Unknown NodeStatusUnknown",
    "NetworkUnavailable=False",
    "MemoryPressure=Unknown NodeStatusNeverUpdated",
    "DiskPressure=Unknown NodeStatusNeverUpdated",
    "PIDPressure=Unknown NodeStatusNeverUpdated",
  ]);
});

test("old labels are copied from the new", () => {
  const labels = { "kubernetes.io/os": "linux", "beta.kubernetes.io/os": "other" };
  assert.deepEqual(missingLabels({ ...node({}), metadata: { labels } }), { "beta.kubernetes.io/os": "linux" });
});

test("a node is heard of by its status or its lease, and lost 50 s later", () => {
  const born = Date.parse("2030-01-01T00:00:00Z");
  const lease = (renewTime: string) => ({ metadata: {}, spec: { renewTime } });
  const fresh = observe(undefined, node({}), undefined, born + 10_000);
  assert.equal(deadlineMs(fresh), born + 60_000, "a new one has a minute for its first word");
  const told = observe(fresh, node({ ready: "True", heartbeat: "1" }), undefined, born + 20_000);
  assert.equal(deadlineMs(told), born + 70_000);
  const same = observe(told, node({ ready: "True", heartbeat: "1" }), undefined, born + 30_000);
  assert.equal(deadlineMs(same), born + 70_000, "nothing new");
  const renewed = observe(same, node({ ready: "True", heartbeat: "1" }), lease("1"), born + 40_000);
  assert.equal(deadlineMs(renewed), born + 90_000);
  assert.equal(
    deadlineMs(observe(renewed, node({ ready: "True", heartbeat: "1" }), lease("1"), born + 50_000)),
    born + 90_000,
  );
});

test("nodes are tainted more slowly the more of a zone is lost", () => {
  const nodes = (zone: string, ready: number, lost: number): Node[] => [
    ...Array.from({ length: ready }, () => node({ zone, ready: "True" })),
    ...Array.from({ length: lost }, () => node({ zone, ready: "Unknown" })),
  ];
  const zone = ":\u0000:a";
  assert.equal(taintRates([...nodes("a", 2, 2), ...nodes("b", 1, 0)])?.get(zone), 0.1);
  assert.equal(taintRates([...nodes("a", 2, 3), ...nodes("b", 1, 0)])?.get(zone), 0, "a small zone waits");
  assert.equal(taintRates([...nodes("a", 20, 40), ...nodes("b", 1, 0)])?.get(zone), 0.01);
  assert.equal(
    taintRates([...nodes("a", 0, 3), ...nodes("b", 1, 0)])?.get(zone),
    0.1,
    "a zone that is lost altogether",
  );
  assert.equal(taintRates([...nodes("a", 0, 3), ...nodes("b", 0, 1)]), undefined, "everything is lost");
});

test("turns come at their rate", () => {
  const turns = new Turns();
  assert.deepEqual(
    [turns.take("a", 0.1, 0), turns.take("a", 0.1, 1000), turns.take("b", 0.1, 1000), turns.take("a", 0.1, 10_000)],
    [0, 9000, 0, 0],
  );
});
