/** The API server's paths that lead on to pods: asked by HTTP, answered by what runs in the pod. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HttpResponse, Sink } from "../../src/apiserver/exchange.ts";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { realClock, sleep } from "../../src/base/clock.ts";
import { seeded } from "../../src/base/random.ts";
import type { Client } from "../../src/client/client.ts";
import { type Pod, pods, type Service, services } from "../../src/client/kinds.ts";
import { ComponentLogs } from "../../src/cluster/component-logs.ts";
import { ComponentPods } from "../../src/cluster/component-pods.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { SimulatedGround } from "../../src/cluster/ground/simulated-ground.ts";
import { privileged } from "../../src/cluster/identities.ts";
import { LocalNodes } from "../../src/cluster/nodes/local-nodes.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

async function textOf({ body }: HttpResponse): Promise<string> {
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

describe("paths that lead on", () => {
  const clock = realClock;
  const random = seeded(1);
  let client: Client;
  let plane: ControlPlane;
  let stop: () => Promise<void>;

  before(async () => {
    const store = await openMemoryStore({ codec: objectCodec, clock });
    const onError = (what: string, error: unknown) => console.error(what, error);
    const ground = new SimulatedGround();
    let nodes: LocalNodes | undefined;
    plane = await ControlPlane.start({
      ...{ store, clock, random, onError, podRange: ground.ranges.pods, caCertificate: "the authority's" },
      signingKeys: await createSigningKeys(),
      nodes: { to: (name) => nodes?.connection(name) },
    });
    client = plane.clientFor("test");
    const informers = plane.informersFor("node");
    const logs = new ComponentLogs(clock);
    const components = new ComponentPods({ client, clock, informers, logs });
    nodes = new LocalNodes({
      ...{ ground, informers, components, logs, clock, random, clusterDomain: "cluster.local" },
      ...{ clusterDns: ["10.96.0.10"], client, clientFor: (name) => plane.clientForNode(name) },
    });
    await ground.serve({
      ...{ client, informers, clock, random, logs, clusterDomain: "cluster.local", mirrors: {} },
      api: { port: 6443, handle: (request) => plane.server.handle(request) },
    });
    await nodes.start({ name: "sim", index: 0, labels: {}, taints: [], components: [] });
    stop = async () => {
      components.stop();
      await nodes?.stop();
      informers.stop();
      await plane.stop();
      await ground.close();
    };
    const metadata = { namespace: "default", name: "web", labels: { app: "web" } };
    const containers = [{ name: "main", image: "nginx", ports: [{ containerPort: 80 }] }];
    await client.create(pods, { metadata, spec: { containers } } as unknown as Pod);
    const ports = [{ name: "ui", port: 8080, targetPort: 80 }];
    await client.create(services, { metadata, spec: { selector: { app: "web" }, ports } } as unknown as Service);
    for (let tries = 0; tries < 500; tries++) {
      const answer = await ask("services/web:ui/proxy/");
      if (answer.status === 200) return;
      await sleep(clock, 20);
    }
    throw new Error(`the service has no endpoints: ${await textOf(await ask("services/web:ui/proxy/"))}`);
  });
  after(() => stop?.());

  function ask(path: string, query = "", method = "GET"): Promise<HttpResponse> {
    return plane.server.handle({
      ...{ method, path: `/api/v1/namespaces/default/${path}`, query: new URLSearchParams(query) },
      headers: { host: "127.0.0.1:6443" },
      body: async () => new Uint8Array(),
      certificateUser: privileged("test"),
      signal: new AbortController().signal,
    });
  }

  for (const path of ["pods/web/proxy/", "pods/web:80/proxy/", "services/web:ui/proxy/", "services/web:8080/proxy/"])
    test(`${path} shows the page`, async () => {
      const answer = await ask(path);
      assert.equal(answer.status, 200);
      assert.match(await textOf(answer), /nginx/);
    });

  test("without a slash at its end it leads to the path with one", async () => {
    const { status, headers } = await ask("pods/web/proxy", "a=b");
    assert.deepEqual([status, headers.location], [301, "/api/v1/namespaces/default/pods/web/proxy/?a=b"]);
  });

  const refused = [
    { path: "pods/web:81/proxy/", says: /error trying to reach service: .*connection refused/ },
    { path: "services/web:81/proxy/", says: /no service port 81 found for service/ },
    { path: "services/web:other/proxy/", says: /no endpoints available for service/ },
  ];
  for (const { path, says } of refused)
    test(`${path} has nothing to show`, async () => {
      const answer = await ask(path);
      assert.equal(answer.status, 503);
      assert.match(await textOf(answer), says);
    });
});
