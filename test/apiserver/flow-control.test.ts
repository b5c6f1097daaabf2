/** Flow schemas and priority levels, as they act on requests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../../src/apiserver/configuration/configuration.ts";
import { parse } from "../../src/apiserver/configuration/reader.ts";
import { start, type TestServer, type Who } from "./server.ts";

const group = "/apis/flowcontrol.apiserver.k8s.io/v1";
const amy: Who = { user: "amy", groups: ["system:authenticated"] };
const text = (requests: string) => `apiVersion: coxswain/v1alpha1\nkind: ApiServerConfiguration\nrequests: ${requests}`;
const configured = (requests: string) => readConfiguration(parse(text(requests)), () => "");

const schemaFor = (user: string, level: string) => ({
  metadata: { name: `of-${user}` },
  spec: {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence: 50,
    rules: [
      {
        subjects: [{ kind: "User", user: { name: user } }],
        resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true }],
      },
    ],
  },
});
const jail = {
  metadata: { name: "jail" },
  spec: {
    type: "Limited",
    limited: { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: { type: "Reject" } },
  },
};

const condition = async ({ ask }: TestServer, name: string): Promise<string> => {
  const { body } = await ask(`GET ${group}/flowschemas/${name}`);
  const { conditions = [] } = (
    body as { status: { conditions?: { type: string; status: string; reason: string; message: string }[] } }
  ).status;
  return conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`).join();
};

test("a request bears the marks of its schema and level", async () => {
  const { ask } = await start();
  const { body } = await ask(`GET ${group}/flowschemas/exempt`);
  const { headers } = await ask("GET /api/v1/namespaces");
  assert.equal(headers["x-kubernetes-pf-flowschema-uid"], (body.metadata as { uid: string }).uid);
  const { headers: others } = await ask("GET /api/v1/namespaces", undefined, amy);
  const level = await ask(`GET ${group}/prioritylevelconfigurations/global-default`);
  assert.equal(others["x-kubernetes-pf-prioritylevel-uid"], (level.body.metadata as { uid: string }).uid);
});

test("a level without seats refuses in upstream's words, and others go on", async () => {
  const server = await start();
  const { ask, clock } = server;
  await ask(`POST ${group}/prioritylevelconfigurations`, jail);
  await ask(`POST ${group}/flowschemas`, schemaFor("amy", "jail"));
  await clock.advance(0);
  const { status, text: said, headers } = await ask("GET /api/v1/namespaces", undefined, amy);
  assert.deepEqual([status, said, headers["retry-after"]], [429, "Too many requests, please try again later.\n", "1"]);
  assert.equal((await ask("GET /api/v1/namespaces", undefined, { user: "bob" })).status, 403);
  assert.equal((await ask("GET /api/v1/namespaces")).status, 200);
  const dump = await ask("GET /debug/api_priority_and_fairness/dump_priority_levels");
  assert.match(dump.text, /^jail, +0, +true, +false, +0, +0, +0, +1, /m);
});

test("a schema says whether its level is there, and without it counts for nothing", async () => {
  const server = await start();
  const { ask, clock } = server;
  await ask(`POST ${group}/flowschemas`, schemaFor("amy", "jail"));
  await clock.advance(0);
  assert.equal(
    await condition(server, "of-amy"),
    'Dangling=True NotFound: This FlowSchema references the PriorityLevelConfiguration object named "jail" but there is no such object',
  );
  assert.equal((await ask("GET /api/v1/namespaces", undefined, amy)).status, 403);
  await ask(`POST ${group}/prioritylevelconfigurations`, jail);
  await clock.advance(0);
  assert.match(await condition(server, "of-amy"), /^Dangling=False Found: .* and it exists$/);
  assert.match(await condition(server, "global-default"), /^Dangling=False Found/);
  assert.equal((await ask("GET /api/v1/namespaces", undefined, amy)).status, 429);
});

test("without priority and fairness two limits hold, and administrators come in", async () => {
  const { ask } = await start({ configuration: configured("{ priorityAndFairness: false, maxInFlight: 1 }") });
  const all = await Promise.all([amy, amy, undefined].map((who) => ask("GET /api/v1/namespaces", undefined, who)));
  assert.deepEqual(
    all.map(({ status }) => status),
    [403, 429, 200],
  );
  assert.equal((await ask("GET /debug/api_priority_and_fairness/dump_queues")).status, 404);
});

test("a request ends in its time", async () => {
  const { ask, clock, plane } = await start();
  const { registry } = plane.server;
  const list = registry.store.list.bind(registry.store);
  registry.store.list = () => new Promise(() => {});
  const asked = ask("GET /api/v1/namespaces?timeout=5s");
  await clock.advance(5_000);
  registry.store.list = list;
  const { status, text: said } = await asked;
  assert.deepEqual([status, said], [504, "Timeout: request did not complete within the allotted timeout"]);
  assert.equal((await ask("GET /api/v1/namespaces?timeout=soon")).text, "invalid timeout specified in the request URL");
});
