/** The same seed and the same steps give the same log, byte for byte. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seeded } from "../base/random.ts";
import { Cluster } from "./cluster.ts";

const workload = (kind: string, name: string, spec: object): object => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "c", image: "busybox:1.36", command: ["sleep", "100000"] }] },
    },
    ...spec,
  },
});
const cronJob = {
  ...{ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "tick" } },
  spec: {
    schedule: "* * * * *",
    jobTemplate: {
      spec: {
        template: {
          spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36", command: ["false"] }] },
        },
      },
    },
  },
};

/** One step of somebody who does this and that. */
async function step(cluster: Cluster, random: Random): Promise<void> {
  const pods = await cluster.list("pods", { namespace: "default" });
  const pod = pods[Math.floor(random.next() * pods.length)];
  const steps: (() => Promise<unknown>)[] = [
    () => cluster.apply(workload("Deployment", "web", { replicas: Math.floor(random.next() * 6) })),
    () => cluster.apply(workload("StatefulSet", "db", { replicas: Math.floor(random.next() * 3), serviceName: "db" })),
    () => cluster.apply(workload("DaemonSet", "agent", {})),
    () => cluster.apply(cronJob),
    async () => pod && cluster.delete(`pod/${pod.metadata.name}`),
    () => cluster.stopNode("worker2"),
    () => cluster.startNode("worker2"),
  ];
  await steps[Math.floor(random.next() * steps.length)]?.();
  await cluster.clock.advance(Math.floor(random.next() * 60_000));
}

async function logOf(seed: number): Promise<string[]> {
  await using cluster = await Cluster.start({ workers: 3, clock: "virtual", seed });
  const random = seeded(seed + 1);
  const lines: string[] = [];
  let told = 0;
  for (let i = 0; i < 25; i++) {
    await step(cluster, random);
    const news = (await cluster.log()).filter(({ revision }) => revision > told);
    for (const change of news) lines.push(JSON.stringify(change));
    told = news.at(-1)?.revision ?? told;
  }
  return lines;
}

for (const seed of [1, 2, 3])
  test(`seed ${seed} gives the same log twice`, async () => {
    const [first, second] = [await logOf(seed), await logOf(seed)];
    const differs = first.findIndex((line, i) => line !== second[i]);
    assert.equal(differs < 0 ? undefined : `${first[differs]}\n${second[differs]}`, undefined);
    assert.equal(second.length, first.length);
    assert.ok(first.length > 1000, `${first.length} changes`);
  });

test("another seed gives another", async () => {
  const [first, second] = await Promise.all([logOf(4), logOf(5)]);
  assert.notDeepEqual(first.slice(0, 300), second.slice(0, 300));
});
