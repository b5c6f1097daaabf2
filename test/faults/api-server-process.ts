/** The program of ServerProcess: says how to reach it, then, when asked, how much memory it uses. */
import { realClock } from "../../src/base/clock.ts";
import { unpredictable } from "../../src/base/random.ts";
import { startApiServer } from "../../src/cluster/api-server-alone.ts";

const [directory] = process.argv.slice(2);
const { access } = await startApiServer({ port: 0, directory, clock: realClock, random: unpredictable });
process.on("message", () => {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
});
process.on("disconnect", () => process.exit());
process.send?.(access);
