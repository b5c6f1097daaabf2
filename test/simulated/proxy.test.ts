/** The API server's paths that lead on to pods: asked by HTTP, answered by what runs in the pod. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HttpResponse } from "../../src/apiserver/exchange.ts";
import { realClock, sleep } from "../../src/base/clock.ts";
import { type Pod, pods, type Service, services } from "../../src/client/kinds.ts";
import { privileged } from "../../src/cluster/identities.ts";
import { type SimulatedCluster, startSimulatedCluster, textOf } from "./cluster.ts";

describe("paths that lead on", () => {
  let cluster: SimulatedCluster;

  before(async () => {
    cluster = await startSimulatedCluster();
    const { client } = cluster;
    const metadata = { namespace: "default", name: "web", labels: { app: "web" } };
    const containers = [{ name: "main", image: "nginx", ports: [{ containerPort: 80 }] }];
    await client.create(pods, { metadata, spec: { containers } } as unknown as Pod);
    const ports = [{ name: "ui", port: 8080, targetPort: 80 }];
    await client.create(services, { metadata, spec: { selector: { app: "web" }, ports } } as unknown as Service);
    for (let tries = 0; tries < 500; tries++) {
      const answer = await ask("services/web:ui/proxy/");
      if (answer.status === 200) return;
      await sleep(realClock, 20);
    }
    throw new Error(`the service has no endpoints: ${await textOf(await ask("services/web:ui/proxy/"))}`);
  });
  after(() => cluster?.stop());

  function ask(path: string, query = "", method = "GET"): Promise<HttpResponse> {
    return cluster.plane.server.handle({
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
