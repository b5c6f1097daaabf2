/**
 * Measures, and prints one table: each figure beside its yardstick. It takes a few minutes, root, and a machine that does
 * little else: times differ from run to run, ratios less so.
 *
 *   npm run bench [-- GROUP …]     groups: start, envtest, containers, api
 */
import { apiBenchmark } from "./api.ts";
import { containersBenchmark } from "./containers.ts";
import { envtestBenchmark } from "./envtest.ts";
import { type Benchmark, type Figure, table } from "./figure.ts";
import { startBenchmark } from "./start.ts";

const groups: Readonly<Record<string, Benchmark>> = {
  start: startBenchmark,
  envtest: envtestBenchmark,
  containers: containersBenchmark,
  api: apiBenchmark,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in groups));
if (unknown.length) {
  console.error(`there is no group ${unknown.join(", ")}; there are ${Object.keys(groups).join(", ")}`);
  process.exit(2);
}
const figures: Figure[] = [];
for (const [name, benchmark] of Object.entries(groups)) {
  if (asked.length && !asked.includes(name)) continue;
  console.error(`measuring: ${name}`);
  figures.push(...(await benchmark()));
}
console.log(table(figures));
