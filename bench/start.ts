/** From the command to four nodes that are Ready. */
import type { RuntimeName } from "../src/cluster/files/cluster-directory.ts";
import { BenchCluster, seconds } from "./cluster.ts";
import { type Benchmark, median, upstream } from "./figure.ts";

const runs = 5;

async function start(runtime: RuntimeName): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < runs; run++) {
    const cluster = new BenchCluster(`bench${runtime[0]}${process.pid}`);
    try {
      taken.push(
        await seconds(async () => {
          await cluster.up(runtime);
          await cluster.nodesReady(4);
        }),
      );
    } finally {
      await cluster.down();
    }
  }
  return median(taken);
}

export const startBenchmark: Benchmark = async () => [
  {
    ...{ name: "cox up, simulated: four Ready nodes", value: await start("simulated"), unit: "s" },
    ...{ yardstick: 2.3, of: `${upstream}: kube-apiserver alone until ready` },
  },
  {
    ...{ name: "cox up, real containers: four Ready nodes", value: await start("containerd"), unit: "s" },
    ...{ yardstick: 8, of: "the goal" },
  },
];
