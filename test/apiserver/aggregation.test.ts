/** Groups of the API that another server serves. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import { after, before, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { utf8ToBase64 } from "../../src/base/base64.ts";
import { realClock, sleep } from "../../src/base/clock.ts";
import { createAuthority, issue } from "../../src/cluster/pki/certificates.ts";
import { issueFrontProxy } from "../../src/cluster/pki/front-proxy.ts";
import { start, type TestServer } from "./server.ts";

const services = "/apis/apiregistration.k8s.io/v1/apiservices";
const now = Date.now();

/** A server of `fruit.example.com/v1`: it says who asked, and serves the older form of discovery. */
class FruitServer {
  readonly seen: string[] = [];
  swagger: object = {
    swagger: "2.0",
    paths: {
      "/apis/fruit.example.com/v1/apples": { get: { schema: { $ref: "#/definitions/com.example.Apple" } } },
      "/version/": { get: {} },
    },
    definitions: { "com.example.Apple": { type: "object", description: "keeps the doctor away" } },
  };
  isBroken = false;
  #server: Server | undefined;
  authority = "";

  async open(proxyCa: string): Promise<void> {
    const own = await createAuthority("fruit", Date.now());
    this.authority = own.certificate;
    const names = ["fruit.default.svc"];
    const { certificate, key } = await issue(own, {
      commonName: "server",
      usage: "server",
      names,
      notBefore: Date.now(),
      days: 1,
    });
    this.#server = createServer(
      { cert: certificate, key, ca: proxyCa, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const socket = request.socket as TLSSocket;
        const who = socket.authorized ? socket.getPeerCertificate().subject.CN : "nobody";
        const { "x-remote-user": user, "x-remote-group": groups, authorization } = request.headers;
        this.seen.push(
          `${request.method} ${request.url} by ${user} of ${groups} through ${who}${authorization ? " with a token" : ""}`,
        );
        if (this.isBroken) return void response.writeHead(500).end("broken");
        response.setHeader("content-type", "application/json");
        if (request.url === "/apis/fruit.example.com/v1") return void response.end(JSON.stringify(resources));
        if (request.url === "/openapi/v3")
          return void response.end(
            JSON.stringify({
              paths: {
                "apis/fruit.example.com/v1": { serverRelativeURL: "/openapi/v3/apis/fruit.example.com/v1?hash=1" },
              },
            }),
          );
        if (request.url === "/openapi/v2") return void response.end(JSON.stringify(this.swagger));
        if (request.url?.startsWith("/apis/fruit.example.com/v1/"))
          return void response.end(JSON.stringify({ kind: "AppleList", items: [] }));
        response.writeHead(404).end("{}");
      },
    );
    this.#server.on("upgrade", (request, socket: Duplex) => {
      this.seen.push(`${request.headers.upgrade} by ${request.headers["x-remote-user"]}`);
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\n\r\n");
      socket.on("data", (bytes: Buffer) => socket.write(String(bytes).toUpperCase()));
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | undefined)?.port ?? 0;
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

const resources = {
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion: "fruit.example.com/v1",
  resources: [
    {
      name: "apples",
      singularName: "apple",
      namespaced: true,
      kind: "Apple",
      verbs: ["get", "list"],
      shortNames: ["ap"],
    },
    { name: "apples/status", singularName: "", namespaced: true, kind: "Apple", verbs: ["get"] },
  ],
};

const fruit = new FruitServer();
let server: TestServer;

before(async () => {
  const authority = await createAuthority("front-proxy-ca", now);
  await fruit.open(authority.certificate);
  server = await start({
    frontProxy: { authority: authority.certificate, client: await issueFrontProxy(authority, now) },
  });
});
after(async () => {
  await server.plane.stop();
  fruit.close();
});

const apiService = (more: object = {}) => ({
  metadata: { name: "v1.fruit.example.com" },
  spec: {
    ...{ group: "fruit.example.com", version: "v1", groupPriorityMinimum: 2000, versionPriority: 10 },
    service: { namespace: "default", name: "fruit", port: fruit.port },
    caBundle: utf8ToBase64(fruit.authority),
    ...more,
  },
});

/** What the condition says, once it says what is expected; else what it says at last. */
async function condition(wanted: RegExp): Promise<string> {
  let text = "";
  for (let i = 0; i < 400 && !wanted.test(text); i++) {
    await server.clock.advance(5);
    await sleep(realClock, 10); // what goes over the network takes its own time
    const { body } = await server.ask(`GET ${services}/v1.fruit.example.com`);
    const { conditions = [] } = (
      body as { status: { conditions?: { status: string; reason: string; message: string }[] } }
    ).status;
    text = conditions.map(({ status, reason, message }) => `${status} ${reason}: ${message}`).join();
  }
  return text;
}

test("a service that is not there serves nothing, and it is told", async () => {
  const { ask } = server;
  const { status } = await ask(`POST ${services}`, apiService());
  assert.equal(status, 201);
  assert.equal(await condition(/^False/), 'False ServiceNotFound: service/fruit in "default" is not present');
  const { status: code, text } = await ask("GET /apis/fruit.example.com/v1/namespaces/default/apples");
  assert.deepEqual([code, text], [503, "service unavailable\n"]);
});

test("a service without endpoints serves nothing either", async () => {
  const { ask } = server;
  const spec = { ports: [{ port: fruit.port }], selector: { app: "fruit" } };
  await ask("POST /api/v1/namespaces/default/services", { metadata: { name: "fruit" }, spec });
  assert.equal(
    await condition(/EndpointsNotFound/),
    'False EndpointsNotFound: cannot find endpointslices for service/fruit in "default"',
  );
});

test("once it answers, requests go there in the name of who asks", async () => {
  const { ask } = server;
  await ask("DELETE /api/v1/namespaces/default/services/fruit");
  const spec = { type: "ExternalName", externalName: "localhost" };
  await ask("POST /api/v1/namespaces/default/services", { metadata: { name: "fruit" }, spec });
  assert.equal(await condition(/^True/), "True Passed: all checks passed");
  const { body } = await ask("GET /apis/fruit.example.com/v1/namespaces/default/apples?limit=5");
  assert.equal(body.kind, "AppleList");
  const asked =
    "GET /apis/fruit.example.com/v1/namespaces/default/apples?limit=5 by admin of system:masters, system:authenticated through front-proxy-client";
  assert.ok(fruit.seen.includes(asked), String(fruit.seen)); // it is asked for its discovery at any time
  const jane = { user: "jane" };
  assert.equal(
    (await ask("GET /apis/fruit.example.com/v1/apples", undefined, jane)).status,
    403,
    "it is authorized here",
  );
});

test("a connection that changes its protocol is passed on, in the name of who asks", async () => {
  const gone = new AbortController();
  const takeover = await server.plane.server.upgrade({
    ...{
      method: "GET",
      path: "/apis/fruit.example.com/v1/namespaces/default/apples/a/eat",
      query: new URLSearchParams(),
    },
    headers: { connection: "Upgrade", upgrade: "websocket", authorization: "Bearer mine" },
    body: async () => new Uint8Array(),
    certificateUser: { name: "admin", groups: ["system:masters"] },
    signal: gone.signal,
  });
  assert.ok(typeof takeover === "function");
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const client = Duplex.from({ readable: toServer, writable: toClient });
  takeover(client, new Uint8Array());
  toServer.write("crunch");
  let heard = "";
  for await (const bytes of toClient) {
    heard += String(bytes);
    if (heard.endsWith("CRUNCH")) break;
  }
  assert.match(heard, /^HTTP\/1.1 101 [\s\S]*\r\n\r\nCRUNCH$/);
  assert.ok(fruit.seen.includes("websocket by admin"), String(fruit.seen));
  client.destroy();
  gone.abort();
});

test("its group stands in all forms of discovery, by its priority", async () => {
  const { ask } = server;
  await server.clock.advance(100);
  const { body: list } = await ask("GET /apis");
  const names = (list as { groups: { name: string }[] }).groups.map(({ name }) => name);
  assert.equal(names.at(-1), "fruit.example.com");
  const { body: group } = await ask("GET /apis/fruit.example.com");
  assert.deepEqual(group.preferredVersion, { groupVersion: "fruit.example.com/v1", version: "v1" });
  assert.deepEqual((await ask("GET /apis/fruit.example.com/v1")).body, resources);
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const { body } = await ask("GET /apis", undefined, {
    user: "admin",
    groups: ["system:masters"],
    headers: { accept },
  });
  const items = (
    body as {
      items: {
        metadata: { name: string };
        versions: { freshness: string; resources: { resource: string; subresources?: object[] }[] }[];
      }[];
    }
  ).items;
  const [version] = items.find(({ metadata }) => metadata.name === "fruit.example.com")?.versions ?? [];
  assert.equal(version?.freshness, "Current");
  assert.deepEqual(
    version?.resources.map(({ resource }) => resource),
    ["apples"],
  );
  assert.equal(version?.resources[0]?.subresources?.length, 1);
  const { body: index } = await ask("GET /openapi/v3");
  assert.ok((index as { paths: Record<string, object> }).paths["apis/fruit.example.com/v1"]);
});

test("a certificate that is not of the bundle is not believed", async () => {
  const { ask } = server;
  const other = await createAuthority("other", Date.now());
  const patch = { spec: { caBundle: utf8ToBase64(other.certificate) } };
  await ask(`PATCH ${services}/v1.fruit.example.com`, patch, undefined, "application/merge-patch+json");
  assert.match(
    await condition(/^False/),
    /^False FailedDiscoveryCheck: failing or missing response from https:\/\/fruit.default.svc:\d+\/apis\/fruit.example.com\/v1: /,
  );
  const insecure = { spec: { caBundle: null, insecureSkipTLSVerify: true } };
  await ask(`PATCH ${services}/v1.fruit.example.com`, insecure, undefined, "application/merge-patch+json");
  assert.match(await condition(/^True/), /^True Passed/);
});

interface Document {
  readonly paths: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, { readonly description?: string }>>;
}

test("what it says of itself in OpenAPI v2 stands in the document of all, as it is now", async () => {
  const { ask } = server;
  const apples = "/apis/fruit.example.com/v1/apples";
  const read = async () => (await ask("GET /openapi/v2")).body as unknown as Document;
  const { paths, definitions: all } = await read();
  assert.ok(paths["/api/v1/pods"] && paths[apples]);
  assert.equal(all["com.example.Apple"]?.description, "keeps the doctor away");
  const { definitions, ...rest } = fruit.swagger as { definitions: object };
  fruit.swagger = { ...rest, definitions: { ...definitions, "com.example.Apple": { description: "is red" } } };
  assert.equal((await read()).definitions["com.example.Apple"]?.description, "is red");
});

test("a server that fails is no more available, and what it said last is stale", async () => {
  fruit.isBroken = true;
  await server.clock.advance(31_000);
  assert.match(
    await condition(/^False/),
    /FailedDiscoveryCheck: .*bad status from https:\/\/fruit.default.svc:\d+\/apis\/fruit.example.com\/v1: 500$/,
  );
  fruit.isBroken = false;
  await server.clock.advance(31_000);
  assert.match(await condition(/^True/), /^True/);
});

test("APIServices are held to upstream's rules", async () => {
  const { ask } = server;
  const faults = async (more: object): Promise<string> =>
    (await ask(`POST ${services}?dryRun=All`, { ...apiService(more), metadata: { name: "v1.fruit.example.com" } }))
      .text;
  assert.match(
    await faults({ insecureSkipTLSVerify: true }),
    /spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present/,
  );
  assert.match(
    await faults({ groupPriorityMinimum: 0 }),
    /spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000/,
  );
  assert.match(
    await faults({ service: { name: "x", port: 70000 } }),
    /spec.service.namespace: Required value, spec.service.port: Invalid value: 70000: port is not valid/,
  );
});

test("other servers learn whom to believe from a config map", async () => {
  const { body } = await server.ask("GET /api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
  const { data } = body as { data: Record<string, string> };
  assert.equal(data["requestheader-allowed-names"], '["front-proxy-client"]');
  assert.match(data["requestheader-client-ca-file"] ?? "", /BEGIN CERTIFICATE/);
});

test("groups of custom resources get an APIService, and lose it with their definition", async () => {
  const { ask, clock } = server;
  const definition = {
    metadata: { name: "plums.trees.example.com" },
    spec: {
      ...{ group: "trees.example.com", scope: "Namespaced", names: { plural: "plums", kind: "Plum" } },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  };
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await ask(`POST ${path}`, definition);
  await clock.advance(6_000);
  const { body } = await ask(`GET ${services}/v1.trees.example.com`);
  assert.equal((body as { spec?: { groupPriorityMinimum: number } }).spec?.groupPriorityMinimum, 1000);
  await ask(`DELETE ${path}/plums.trees.example.com`);
  await clock.advance(6_000);
  assert.equal((await ask(`GET ${services}/v1.trees.example.com`)).status, 404);
});
