/** A whole control plane in this process, with one simulated node, `sim`. */
import type { HttpResponse, Sink } from "../../src/apiserver/exchange.ts";
import { realClock } from "../../src/base/clock.ts";
import { seeded } from "../../src/base/random.ts";
import type { Client } from "../../src/client/client.ts";
import { type Parts, startParts } from "../../src/embedded/parts.ts";

export interface SimulatedCluster extends Pick<Parts, "plane" | "nodes" | "stop"> {
  readonly client: Client;
}

export async function startSimulatedCluster(): Promise<SimulatedCluster> {
  const onError = (what: string, error: unknown) => console.error(what, error);
  const { plane, nodes, stop } = await startParts({ clock: realClock, random: seeded(1), onError });
  await nodes.start({ name: "sim", index: 0, labels: {}, taints: [], components: [] });
  return { plane, nodes, client: plane.clientFor("test"), stop };
}

/** All of an answer's body, also of one that is streamed. */
export async function textOf({ body }: HttpResponse): Promise<string> {
  let text = "";
  const write = (bytes: Uint8Array): boolean => {
    text += new TextDecoder().decode(bytes);
    return true;
  };
  const sink: Sink = { write, buffered: 0, drained: async () => {}, end: () => {}, abort: () => {} };
  if (typeof body === "function") await body(sink, new AbortController().signal);
  else body.forEach(write);
  return text;
}
