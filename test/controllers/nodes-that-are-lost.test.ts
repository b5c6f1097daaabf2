/** What becomes of nodes that fall silent, and of what was on them. */
import assert from "node:assert/strict";
import test from "node:test";
import { nodes, type Pod } from "../../src/client/kinds.ts";
import { Cluster } from "./cluster.ts";

const condition = (pod: Pod | undefined, type: string): string =>
  pod?.status?.conditions?.filter((c) => c.type === type).map((c) => `${c.status} ${c.reason ?? ""}`.trim())[0] ??
  "none";

test("a node that falls silent is told so, its pods are not ready and, in time, evicted", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  for (const name of ["lost", "kept"]) await cluster.addNode(name);
  await cluster.addPod("p", "lost");
  await cluster.pass(40, "kept");
  assert.deepEqual(await cluster.node("lost"), { ready: "True", taints: [] });

  await cluster.pass(20, "kept");
  const taint = "node.kubernetes.io/unreachable";
  assert.deepEqual(await cluster.node("lost"), {
    ready: "Unknown",
    taints: [`${taint}:NoExecute`, `${taint}:NoSchedule`],
  });
  assert.deepEqual(await cluster.node("kept"), { ready: "True", taints: [] });
  assert.equal(condition(await cluster.pod("p"), "Ready"), "False");
  assert.deepEqual(await cluster.reasons("lost"), ["RegisteredNode", "NodeNotReady"]);

  await cluster.pass(280, "kept");
  assert.equal((await cluster.pod("p"))?.metadata.deletionTimestamp, undefined, "it may stay for five minutes");
  await cluster.pass(20, "kept");
  const evicted = await cluster.pod("p");
  assert.equal(condition(evicted, "DisruptionTarget"), "True DeletionByTaintManager");
  assert.notEqual(evicted?.metadata.deletionTimestamp, undefined);
  assert.deepEqual(await cluster.reasons("p"), ["NodeNotReady", "TaintManagerEviction"]);
});

test("where every node falls silent nothing is evicted; who comes back is free of taints", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  await cluster.addNode("only");
  await cluster.addPod("p", "only");
  await cluster.pass(600);
  assert.deepEqual(await cluster.node("only"), {
    ready: "Unknown",
    taints: ["node.kubernetes.io/unreachable:NoSchedule"],
  });
  assert.equal((await cluster.pod("p"))?.metadata.deletionTimestamp, undefined);

  const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: "2030-01-01T01:00:00Z" };
  await cluster.client.patch(nodes, { name: "only" }, { status: { conditions: [ready] } }, { subresource: "status" });
  await cluster.pass(10, "only");
  assert.deepEqual(await cluster.node("only"), { ready: "True", taints: [] });
});

test("pods of a node that is gone are removed after a while, and its range of addresses is free", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  await cluster.addNode("gone");
  assert.equal((await cluster.client.get(nodes, { name: "gone" })).spec?.podCIDR, "10.244.0.0/24");
  await cluster.addPod("p", "gone");
  await cluster.client.delete(nodes, { name: "gone" });
  await cluster.pass(30);
  assert.notEqual(await cluster.pod("p"), undefined, "it may come back");
  await cluster.pass(20);
  assert.equal(await cluster.pod("p"), undefined);
});

test("events live for an hour", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  await cluster.addNode("n");
  assert.deepEqual(await cluster.reasons("n"), ["RegisteredNode"]);
  await cluster.pass(3590, "n");
  assert.deepEqual(await cluster.reasons("n"), ["RegisteredNode"]);
  await cluster.pass(20, "n");
  assert.deepEqual(await cluster.reasons("n"), []);
});
