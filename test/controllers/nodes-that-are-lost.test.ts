/** What becomes of nodes that fall silent, and of what was on them: a whole control plane on a clock that is moved by hand. */
import assert from "node:assert/strict";
import test from "node:test";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { rfc3339, rfc3339Micro } from "../../src/base/clock.ts";
import { seeded } from "../../src/base/random.ts";
import { VirtualClock } from "../../src/base/virtual-clock.ts";
import type { Client } from "../../src/client/client.ts";
import { events, leases, type Node, nodes, type Pod, pods } from "../../src/client/kinds.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

const leaseNamespace = "kube-node-lease";

class Cluster {
  readonly #clock: VirtualClock;
  readonly #plane: ControlPlane;
  readonly client: Client;

  private constructor(clock: VirtualClock, plane: ControlPlane) {
    this.#clock = clock;
    this.#plane = plane;
    this.client = plane.clientFor("test");
  }

  static async start(): Promise<Cluster> {
    const clock = new VirtualClock(Date.parse("2030-01-01T00:00:00Z"));
    const store = await openMemoryStore({ codec: objectCodec, clock });
    const plane = await ControlPlane.start({
      store,
      clock,
      random: seeded(1),
      signingKeys: await createSigningKeys(),
      podRange: "10.244.0.0/16",
      onError: (part, error) => console.error(part, error),
    });
    return new Cluster(clock, plane);
  }

  stop(): Promise<void> {
    return this.#plane.stop();
  }

  async addNode(name: string): Promise<void> {
    const now = rfc3339(this.#clock.now());
    const ready = {
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    const made = { metadata: { name }, spec: {}, status: {} } as unknown as Node;
    await this.client.create(nodes, made);
    await this.client.patch(nodes, { name }, { status: { conditions: [ready] } }, { subresource: "status" });
    await this.client.create(leases, { metadata: { namespace: leaseNamespace, name }, spec: this.#renewal() });
    await this.#clock.advance(0);
  }

  async addPod(name: string, nodeName: string): Promise<void> {
    const tolerations = [
      { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
    ];
    const spec = { nodeName, tolerations, containers: [{ name: "c", image: "i", resources: {} }] };
    await this.client.create(pods, { metadata: { namespace: "default", name }, spec } as unknown as Pod);
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    await this.client.patch(pods, { namespace: "default", name }, { status }, { subresource: "status" });
  }

  /** Lets time pass, in which only these nodes are heard of. */
  async pass(seconds: number, ...alive: string[]): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 10) {
      await this.#clock.advance(10_000);
      for (const name of alive) {
        await this.client.patch(leases, { namespace: leaseNamespace, name }, { spec: this.#renewal() });
      }
    }
    await this.#clock.advance(0);
  }

  async node(name: string): Promise<{ ready: string | undefined; taints: string[] }> {
    const { status, spec } = await this.client.get(nodes, { name });
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    return { ready: ready?.status, taints: (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort() };
  }

  async pod(name: string): Promise<Pod | undefined> {
    const { items } = await this.client.list(pods, { namespace: "default" });
    return items.find(({ metadata }) => metadata.name === name);
  }

  async reasons(about: string): Promise<string[]> {
    const { items } = await this.client.list(events, { namespace: "default" });
    return items.filter(({ involvedObject }) => involvedObject.name === about).map(({ reason }) => reason ?? "");
  }

  #renewal(): { renewTime: string; leaseDurationSeconds: number } {
    return { renewTime: rfc3339Micro(this.#clock.now()), leaseDurationSeconds: 40 };
  }
}

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
