/** Pods on real containers, images present: how soon they are there, what a rollout costs, what an idle cluster takes. */
import { readFileSync } from "node:fs";
import { realClock, sleep } from "../src/base/clock.ts";
import { BenchCluster, seconds } from "./cluster.ts";
import { type Benchmark, type Figure, median, percentile, upstream } from "./figure.ts";

const [first, second] = ["nginx:1.27.2", "nginx:1.27.3"];
const idleSeconds = 30;
/** Of `/proc/<pid>/stat`, by what Linux always has. */
const ticksPerSecond = 100;

const residentMegabytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Processor time, in seconds. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

async function idle(cluster: BenchCluster): Promise<Figure[]> {
  const pid = await cluster.pid();
  await sleep(realClock, 5_000);
  const before = processorSeconds(pid);
  await sleep(realClock, idleSeconds * 1000);
  const share = ((processorSeconds(pid) - before) / idleSeconds) * 100;
  const of = `${upstream}: control plane`;
  return [
    {
      ...{ name: "idle: control plane and four kubelets, resident", value: residentMegabytes(pid), unit: "MB" },
      ...{ yardstick: 502 + 4 * 115, of: `${of} and four kubelets` },
    },
    { name: "idle: processor, of one core", value: share, unit: "%", yardstick: 2.9, of: `${of} alone` },
  ];
}

async function podStart(cluster: BenchCluster): Promise<Figure> {
  const taken: number[] = [];
  for (let run = 0; run < 5; run++) {
    const name = `one${run}`;
    taken.push(
      await seconds(async () => {
        await cluster.kubectl(`run ${name} --image=${first}`);
        await cluster.podReady(name);
      }),
    );
    await cluster.kubectl(`delete pod ${name} --now`);
  }
  const of = `${upstream} with a real kubelet`;
  return { name: "kubectl run until Ready", value: median(taken), unit: "s", yardstick: 0.55, of };
}

async function rollouts(cluster: BenchCluster, replicas: number): Promise<{ available: number; updated: number }> {
  const available = await seconds(async () => {
    await cluster.kubectl(`create deploy web --image=${first} --replicas=${replicas}`);
    await cluster.rolledOut("web", replicas);
  });
  const updated = await seconds(async () => {
    await cluster.kubectl(`set image deploy/web nginx=${second}`);
    await cluster.rolledOut("web", replicas);
  });
  await cluster.kubectl("delete deploy web --wait=false");
  await cluster.kubectl("wait --for=delete pod -l app=web --timeout=120s");
  return { available, updated };
}

/** How long the API takes for a read while fifty pods are made and replaced, in milliseconds. */
async function latencies(cluster: BenchCluster): Promise<number[]> {
  const taken: number[] = [];
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      taken.push(1000 * (await seconds(() => cluster.get("/apis/apps/v1/namespaces/default/deployments"))));
      await sleep(realClock, 10);
    }
  })();
  await rollouts(cluster, 50);
  over.abort();
  await asking;
  return taken;
}

export const containersBenchmark: Benchmark = async () => {
  const cluster = new BenchCluster(`benchc${process.pid}`);
  try {
    await cluster.up("containerd");
    await cluster.nodesReady(4);
    const resting = await idle(cluster);
    // the images are on every node from here on
    await rollouts(cluster, 12);
    const started = await podStart(cluster);
    const { available, updated } = await rollouts(cluster, 30);
    const slow = percentile(await latencies(cluster), 99);
    const of = `${upstream} with a real kubelet`;
    return [
      ...resting,
      started,
      { name: "30 replicas available", value: available, unit: "s", yardstick: 4.1, of },
      { name: "rolling update of 30 replicas", value: updated, unit: "s", yardstick: 7.2, of },
      { name: "50-replica rollout: a read, p99", value: slow, unit: "ms", yardstick: 100, of: "the goal" },
    ];
  } finally {
    await cluster.down();
  }
};
