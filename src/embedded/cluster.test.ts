import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Cluster, NotMet } from "../index.ts";

const deployment = (replicas: number, image = "nginx:1.27.2"): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - { name: web, image: "${image}" }
`;
const cron = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "*/10 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: tick, image: "busybox:1.36", command: [echo, tick] }]
`;

describe("a cluster inside a test", { concurrency: true }, () => {
  for (const clock of ["machine", "virtual"] as const)
    test(`runs what is applied, on the ${clock} clock`, async () => {
      await using cluster = await Cluster.start({ workers: 3, clock });
      await cluster.apply(deployment(3));
      const web = await cluster.waitFor("deployment/web", ({ status }) => status.readyReplicas === 3);
      assert.equal(web.status.availableReplicas, 3);
      const pods = await cluster.list("pods", { namespace: "default", labelSelector: "app=web" });
      assert.equal(pods.length, 3);
      assert.ok(pods.every(({ status }) => status.phase === "Running"));
      await cluster.delete("deployment/web");
      await cluster.waitForGone(`pod/${pods[0]?.metadata.name}`);
    });

  test("lives through a day in which a CronJob runs every ten minutes", async () => {
    await using cluster = await Cluster.start({ clock: "virtual", seed: 7 });
    const began = cluster.clock.now().getTime();
    await cluster.apply(cron);
    await cluster.clock.advance("24h5m");
    assert.ok(cluster.clock.now().getTime() - began >= 86_400_000);
    const events = await cluster.list("events", { namespace: "default" });
    const jobs = await cluster.list("jobs", { namespace: "default" });
    assert.equal(jobs.length, 3, "as many are kept as the history's limit says");
    const { status } = await cluster.get("cronjob/tick");
    assert.equal(status.lastSuccessfulTime?.slice(0, 10), "2026-01-02");
    assert.ok(events.length > 0);
  });

  test("says what it knows when what is waited for does not come", async () => {
    await using cluster = await Cluster.start({ clock: "virtual" });
    await cluster.apply(deployment(1, "example.com/not-there:1"));
    const waiting = cluster.waitFor("deployment/web", (web) => web.status.readyReplicas === 1, { timeout: "1m" });
    const error = await waiting.then(
      () => assert.fail("it came"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof NotMet);
    assert.match(
      error.message,
      /deployment\/web in namespace default did not become .* within 60 s: .*readyReplicas\s*===\s*1/,
    );
    assert.match(error.message, /Warning Failed pod\/web-\S+: /);
    assert.match(error.message, /pods\/default\/web-\S+ changed by system:node:worker/);
  });

  test("takes definitions, and objects of them, from one text", async () => {
    await using cluster = await Cluster.start({ workers: 0, clock: "virtual" });
    await cluster.apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gears.x.io }
spec:
  group: x.io
  scope: Namespaced
  names: { plural: gears, singular: gear, kind: Gear, shortNames: [gr] }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer } } } } }
---
apiVersion: x.io/v1
kind: Gear
metadata: { name: g, namespace: default }
spec: { size: 3 }
`);
    assert.deepEqual((await cluster.get("gear/g")).spec, { size: 3 });
    assert.equal((await cluster.list("gr")).length, 1);
    await assert.rejects(cluster.get("cog/g"), /there is no kind "cog": .*; definitions have made gears/);
  });

  test("a namespace can be used as soon as it is applied", async () => {
    await using cluster = await Cluster.start();
    await cluster.apply([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      {
        ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "shop" } },
        spec: { containers: [{ name: "c", image: "busybox:1.36", command: ["sleep", "1000"] }] },
      },
    ]);
    await cluster.waitFor("pod/p", ({ status }) => status.phase === "Running", { namespace: "shop" });
  });

  test("its clients outside of the process reach it where it says, once they ask", async () => {
    await using cluster = await Cluster.start();
    const kubeconfig = await cluster.kubeconfig;
    assert.ok(kubeconfig.includes(await cluster.url));
    assert.match(await cluster.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  });

  test("controllers that are switched off do nothing, and those that are not there are told", async () => {
    await using cluster = await Cluster.start({ clock: "virtual", without: ["deployment-controller"] });
    await cluster.apply(deployment(1));
    await cluster.clock.advance("1m");
    assert.equal((await cluster.list("replicasets")).length, 0);
    await assert.rejects(
      Cluster.start({ without: ["no-such"] }),
      /there is no controller no-such; there are .*cronjob-controller/,
    );
  });

  test("a node that loses its power is noticed, as in the world", async () => {
    await using cluster = await Cluster.start({ workers: 2, clock: "virtual" });
    await cluster.apply(deployment(2));
    await cluster.waitFor("deployment/web", ({ status }) => status.readyReplicas === 2);
    await cluster.stopNode("worker2");
    const isUnknown = ({
      status,
    }: {
      status: { conditions?: readonly { type: string; status: string }[] | undefined };
    }) => (status.conditions ?? []).some((one) => one.type === "Ready" && one.status === "Unknown");
    await cluster.waitFor("node/worker2", isUnknown);
    await cluster.startNode("worker2");
    await cluster.waitFor("node/worker2", (node) => !isUnknown(node));
  });

  test("time that is the machine's cannot be moved", async () => {
    await using cluster = await Cluster.start({ workers: 0 });
    await assert.rejects(cluster.clock.advance("1h"), /start it with \{ clock: 'virtual' \}/);
  });
});
