/** A whole control plane in this process, with one simulated node, `sim`. */
import type { HttpResponse, Sink } from "../../src/apiserver/exchange.ts";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { realClock } from "../../src/base/clock.ts";
import { seeded } from "../../src/base/random.ts";
import type { Client } from "../../src/client/client.ts";
import { ComponentLogs } from "../../src/cluster/component-logs.ts";
import { ComponentPods } from "../../src/cluster/component-pods.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { SimulatedGround } from "../../src/cluster/ground/simulated-ground.ts";
import { LocalNodes } from "../../src/cluster/nodes/local-nodes.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

export interface SimulatedCluster {
  readonly plane: ControlPlane;
  readonly nodes: LocalNodes;
  readonly client: Client;
  stop(): Promise<void>;
}

const clusterDomain = "cluster.local";
const port = 6443;

export async function startSimulatedCluster(): Promise<SimulatedCluster> {
  const clock = realClock;
  const random = seeded(1);
  const store = await openMemoryStore({ codec: objectCodec, clock });
  const onError = (what: string, error: unknown) => console.error(what, error);
  const ground = new SimulatedGround();
  const made: { nodes?: LocalNodes } = {};
  const plane = await ControlPlane.start({
    ...{ store, clock, random, onError, podRange: ground.ranges.pods, caCertificate: "the authority's" },
    signingKeys: await createSigningKeys(),
    publishedAt: { address: ground.address, port },
    nodes: { to: (name) => made.nodes?.connection(name) },
  });
  const client = plane.clientFor("test");
  const informers = plane.informersFor("node");
  const logs = new ComponentLogs(clock);
  const components = new ComponentPods({ client, clock, informers, logs });
  const nodes = new LocalNodes({
    ...{ ground, informers, components, logs, clock, random, clusterDomain },
    ...{ clusterDns: ["10.96.0.10"], client, clientFor: (name) => plane.clientForNode(name) },
  });
  made.nodes = nodes;
  await ground.serve({
    ...{ client, informers, clock, random, logs, clusterDomain, mirrors: {} },
    api: { port, handle: (request) => plane.server.handle(request) },
  });
  await nodes.start({ name: "sim", index: 0, labels: {}, taints: [], components: [] });
  const stop = async (): Promise<void> => {
    components.stop();
    await nodes.stop();
    informers.stop();
    await plane.stop();
    await ground.close();
  };
  return { plane, nodes, client, stop };
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
