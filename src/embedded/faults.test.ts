import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, Cluster } from "../index.ts";

const deployment = (replicas: number): object => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "c", image: "busybox:1.36", command: ["sleep", "100000"] }] },
    },
  },
});

test("controllers get over requests that fail", async () => {
  await using cluster = await Cluster.start({ workers: 2, clock: "virtual", seed: 3 });
  cluster.fault({ verbs: ["create"], kind: "pods", error: "InternalError", times: 4 });
  cluster.fault({ verbs: ["update", "patch"], error: "Conflict", share: 0.3 });
  cluster.fault({ verbs: ["get"], user: /^system:node:/, error: "ServiceUnavailable", share: 0.2 });
  await cluster.apply(deployment(6));
  await cluster.waitFor("deployment/web", ({ status }) => status.readyReplicas === 6, { timeout: "1h" });
  const pods = await cluster.list("pods", { namespace: "default" });
  assert.equal(pods.length, 6);
});

test("a fault meets whom it names, as often as it says, until it is taken back", async () => {
  await using cluster = await Cluster.start({ workers: 0, clock: "virtual" });
  const refused = (error: unknown): boolean => error instanceof ApiError && error.reason === "TooManyRequests";
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" } };
  const back = cluster.fault({ kind: "cm", user: /./, error: "TooManyRequests", times: 2 });
  await assert.rejects(cluster.apply(map), refused);
  await assert.rejects(cluster.list("cm"), refused);
  await cluster.apply(map);
  back();
  const ends = cluster.fault({ kind: "cm", name: "m", user: /./, error: "TooManyRequests" });
  await assert.rejects(cluster.get("cm/m"), refused);
  ends();
  await cluster.get("cm/m");
  assert.throws(() => cluster.fault({ kind: "nothings" }), /there is no kind "nothings"/);
  assert.throws(() => cluster.fault({ delay: "soon" }), /is no duration/);
});

test("slow requests take the cluster's time", async () => {
  await using cluster = await Cluster.start({ workers: 1, clock: "virtual" });
  cluster.fault({ verbs: ["create"], kind: "pods", delay: "20s" });
  const began = cluster.clock.now().getTime();
  await cluster.apply(deployment(1));
  await cluster.waitFor("deployment/web", ({ status }) => status.readyReplicas === 1);
  assert.ok(cluster.clock.now().getTime() - began >= 20_000);
});
