/** The program of Server: an API server over a durable store, which forgets old revisions when told to. */
import { realClock } from "../../src/base/clock.ts";
import { unpredictable } from "../../src/base/random.ts";
import { startApiServer } from "../../src/cluster/api-server-alone.ts";

const [directory] = process.argv.slice(2);
const { access, plane } = await startApiServer({ port: 0, directory, clock: realClock, random: unpredictable });
process.on("message", (revision: number) => {
  void plane.server.registry.store.compact(revision).then(() => process.send?.(revision));
});
process.on("disconnect", () => process.exit());
process.send?.(access);
