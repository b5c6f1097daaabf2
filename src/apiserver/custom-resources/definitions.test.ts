import assert from "node:assert/strict";
import { test } from "node:test";
import { convertByName } from "../../api/apiextensions/custom-kind.ts";
import type { JsonSchema } from "../../api/apiextensions/schema/json-schema.ts";
import { seeded } from "../../base/random.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { openMemoryStore } from "../../store/memory/memory.ts";
import { certificateAuthenticator } from "../authn/authenticator.ts";
import { mastersAuthorizer } from "../authz/authorizer.ts";
import { Discovery } from "../discovery/discovery.ts";
import { objectCodec } from "../registry/stored.ts";
import { ApiServer } from "../server.ts";
import { Definitions } from "./definitions.ts";

interface Answer {
  readonly code: number;
  readonly warnings: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: answers of many kinds are looked at here
  readonly body: any;
}

type Ask = (request: string, body?: object, type?: string) => Promise<Answer>;

/** A server that serves definitions, over a store that outlives it. */
async function served(
  store = openStore(),
): Promise<{ ask: Ask; stop: () => void; store: ReturnType<typeof openStore> }> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const authenticators = [certificateAuthenticator];
  const opened = await store;
  const server: ApiServer = new ApiServer({
    ...{ store: opened, clock, random: seeded(1), authenticators, authorizer: mastersAuthorizer },
  });
  server.paths.push(new Discovery(server.catalog));
  const { registry, catalog } = server;
  const failures: unknown[] = [];
  const onError = (_: string, error: unknown): void => void failures.push(error);
  const definitions = new Definitions({ registry, catalog, clock, conversion: () => convertByName, onError });
  await definitions.start();
  const ask: Ask = async (request, body, type = "application/json") => {
    const [method = "", target = ""] = request.split(" ");
    const [path = "", query = ""] = target.split("?");
    const response = await server.handle({
      method,
      path,
      query: new URLSearchParams(query),
      headers: { "content-type": type, accept: "application/json", "user-agent": "tester/1.0" },
      body: async () => new TextEncoder().encode(JSON.stringify(body ?? {})),
      certificateUser: { name: "admin", groups: ["system:masters"] },
      signal: new AbortController().signal,
    });
    assert.ok(typeof response.body !== "function");
    const text = response.body.map((part) => new TextDecoder().decode(part)).join("");
    await settle();
    assert.deepEqual(failures, []);
    return {
      code: response.status,
      warnings: [response.headers.warning ?? []].flat(),
      body: text.startsWith("{") ? JSON.parse(text) : text,
    };
  };
  return { ask, stop: () => definitions.stop(), store };
}

const openStore = () => openMemoryStore({ codec: objectCodec, clock: new VirtualClock(Date.UTC(2026, 0, 1)) });
/** All that follows from a request without waiting for a timer. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const gears = "/apis/x.io/v1/namespaces/default/gears";
const merge = "application/merge-patch+json";
const spec = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({
  type: "object",
  properties: {
    spec: { type: "object", properties, ...more },
    status: { type: "object", properties: { n: { type: "integer" } } },
  },
});
const size: JsonSchema = { type: "integer", minimum: 1, default: 3 };
const version = (name: string, schema: JsonSchema, more: object = {}): object => ({
  ...{ name, served: true, storage: name === "v1", schema: { openAPIV3Schema: schema } },
  ...more,
});
const definition = (versions: readonly object[], names: object = {}, plural = "gears"): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.x.io` },
  spec: { group: "x.io", scope: "Namespaced", names: { plural, kind: "Gear", ...names }, versions },
});
const gear = (spec: object, more: object = {}, apiVersion = "x.io/v1"): object => ({
  ...{ apiVersion, kind: "Gear", metadata: { name: "g" }, spec },
  ...more,
});
const conditions = ({ body }: Answer): Record<string, string> =>
  Object.fromEntries(body.status.conditions.map((c: { type: string; reason: string }) => [c.type, c.reason]));

test("a definition: objects are pruned, completed, validated and found, as soon as it is established", async () => {
  const { ask, stop } = await served();
  assert.equal((await ask(`GET ${gears}`)).body, "404 page not found\n");
  await ask(`POST ${definitions}`, definition([version("v1", spec({ size }))]));
  const established = await ask(`GET ${definitions}/gears.x.io`);
  assert.deepEqual(conditions(established), { NamesAccepted: "NoConflicts", Established: "InitialNamesAccepted" });
  const made = await ask(`POST ${gears}`, gear({ more: 1 }));
  assert.deepEqual(
    [made.code, made.body.spec, made.warnings],
    [201, { size: 3 }, ['299 - "unknown field \\"spec.more\\""']],
  );
  const refused = await ask(`PATCH ${gears}/g`, { spec: { size: 0 } }, merge);
  assert.equal(
    refused.body.message,
    'Gear.x.io "g" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
  );
  assert.equal((await ask(`GET ${gears}`)).body.kind, "GearList");
  assert.deepEqual(
    (await ask("GET /apis/x.io/v1")).body.resources.map((r: { name: string }) => r.name),
    ["gears"],
  );
  assert.equal(
    (await ask(`POST ${definitions}`, definition([version("v1", { type: "array" })], {}, "cogs"))).code,
    422,
  );
  stop();
});

test("definitions that are stored are served by a server that starts", async () => {
  const first = await served();
  await first.ask(`POST ${definitions}`, definition([version("v1", spec({ size }))]));
  await first.ask(`POST ${gears}`, gear({}));
  first.stop();
  const second = await served(first.store);
  assert.deepEqual((await second.ask(`GET ${gears}/g`)).body.spec, { size: 3 });
  second.stop();
});

test("two definitions that want the same names: the second waits for the first to go", async () => {
  const { ask, stop } = await served();
  const plain = [version("v1", spec({ size }))];
  await ask(`POST ${definitions}`, definition(plain, { shortNames: ["g"] }));
  await ask(`POST ${definitions}`, definition(plain, { shortNames: ["g"] }, "cogs"));
  const second = await ask(`GET ${definitions}/cogs.x.io`);
  assert.deepEqual(conditions(second), { NamesAccepted: "ListKindConflict", Established: "NotAccepted" });
  assert.equal((await ask("GET /apis/x.io/v1/cogs")).code, 404);
  await ask(`DELETE ${definitions}/gears.x.io`);
  assert.deepEqual(conditions(await ask(`GET ${definitions}/cogs.x.io`)), {
    NamesAccepted: "NoConflicts",
    Established: "InitialNamesAccepted",
  });
  assert.equal((await ask("GET /apis/x.io/v1/cogs")).body.kind, "GearList");
  stop();
});

test("versions: objects are stored in one, and seen in each as far as it knows their fields", async () => {
  const { ask, stop, store } = await served();
  const text: JsonSchema = { type: "string" };
  const versions = [
    version("v1", spec({ a: text })),
    version("v2", spec({ a: text, b: { ...text, default: "b" } }), { deprecated: true }),
  ];
  await ask(`POST ${definitions}`, definition(versions));
  await ask(`POST ${gears}`, gear({ a: "1" }));
  const other = gears.replace("/v1/", "/v2/");
  const seen = await ask(`GET ${other}/g`);
  assert.deepEqual([seen.body.apiVersion, seen.body.spec], ["x.io/v2", { a: "1" }]);
  assert.deepEqual(seen.warnings, ['299 - "x.io/v2 Gear is deprecated"']);
  await ask(`POST ${other}`, gear({ a: "2", b: "lost" }, { metadata: { name: "h" } }, "x.io/v2"));
  assert.deepEqual((await ask(`GET ${other}/h`)).body.spec, { a: "2" });
  const stored = async (): Promise<unknown> => (await (await store).get("/gears.x.io/default/g"))?.value.apiVersion;
  assert.equal(await stored(), "x.io/v1");
  const [v1, v2] = versions.map((one) => ({ ...one, storage: (one as { name: string }).name === "v2" }));
  await ask(`PATCH ${definitions}/gears.x.io`, { spec: { versions: [v1, v2] } }, merge);
  assert.deepEqual((await ask(`GET ${definitions}/gears.x.io`)).body.status.storedVersions, ["v1", "v2"]);
  // a write that changes nothing is how objects come into the new version
  await ask(`PATCH ${gears}/g`, {}, merge);
  assert.equal(await stored(), "x.io/v2");
  stop();
});

test("rules: what did not hold before is warned of while it does not change", async () => {
  const { ask, stop } = await served();
  await ask(`POST ${definitions}`, definition([version("v1", spec({ size }))]));
  await ask(`POST ${gears}`, gear({ size: 5 }));
  const small = { ...size, "x-kubernetes-validations": [{ rule: "self < 4", message: "too large" }] };
  await ask(`PATCH ${definitions}/gears.x.io`, { spec: { versions: [version("v1", spec({ size: small }))] } }, merge);
  const kept = await ask(`PATCH ${gears}/g`, { metadata: { labels: { a: "b" } } }, merge);
  assert.deepEqual([kept.code, kept.warnings], [200, ['299 - "spec.size: Invalid value: 5: too large"']]);
  assert.equal((await ask(`PATCH ${gears}/g`, { spec: { size: 6 } }, merge)).code, 422);
  stop();
});

test("subresources: the status apart from the rest, and a scale where the definition says", async () => {
  const { ask, stop } = await served();
  const scale = { specReplicasPath: ".spec.size", statusReplicasPath: ".status.n" };
  await ask(
    `POST ${definitions}`,
    definition([version("v1", spec({ size }), { subresources: { status: {}, scale } })]),
  );
  const made = await ask(`POST ${gears}`, gear({ size: 2 }, { status: { n: 9 } }));
  assert.deepEqual([made.body.status, made.body.metadata.generation], [undefined, 1]);
  const status = await ask(`PATCH ${gears}/g/status`, { spec: { size: 7 }, status: { n: 1 } }, merge);
  assert.deepEqual([status.body.spec, status.body.status, status.body.metadata.generation], [{ size: 2 }, { n: 1 }, 1]);
  const scaled = await ask(`PATCH ${gears}/g/scale`, { spec: { replicas: 5 } }, merge);
  assert.deepEqual([scaled.body.spec, scaled.body.status], [{ replicas: 5 }, { replicas: 1 }]);
  assert.equal((await ask(`GET ${gears}/g`)).body.metadata.generation, 2);
  assert.equal((await ask(`PATCH ${gears}/g/status`, { status: { n: "x" } }, merge)).code, 422);
  stop();
});

test("columns, selectable fields and finalizers with odd names", async () => {
  const { ask, stop } = await served();
  const more = {
    additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
    selectableFields: [{ jsonPath: ".spec.size" }],
  };
  await ask(`POST ${definitions}`, definition([version("v1", spec({ size }), more)]));
  const warned = await ask(`POST ${gears}`, gear({ size: 5 }, { metadata: { name: "g", finalizers: ["x"] } }));
  assert.match(warned.warnings[0] ?? "", /prefer a domain-qualified finalizer name/);
  await ask(`POST ${gears}`, gear({ size: 6 }, { metadata: { name: "h" } }));
  const found = await ask(`GET ${gears}?fieldSelector=spec.size%3D6`);
  assert.deepEqual(
    found.body.items.map((o: { metadata: { name: string } }) => o.metadata.name),
    ["h"],
  );
  assert.equal((await ask(`GET ${gears}?fieldSelector=spec.other%3D6`)).code, 400);
  stop();
});

test("a definition goes with its objects, and waits for those that wait", async () => {
  const { ask, stop } = await served();
  await ask(`POST ${definitions}`, definition([version("v1", spec({ size }))]));
  await ask(`POST ${gears}`, gear({}));
  await ask(`POST ${gears}`, gear({}, { metadata: { name: "stays", finalizers: ["x.io/y"] } }));
  const going = await ask(`DELETE ${definitions}/gears.x.io`);
  assert.deepEqual(going.body.metadata.finalizers, ["customresourcecleanup.apiextensions.k8s.io"]);
  assert.equal(conditions(await ask(`GET ${definitions}/gears.x.io`)).Terminating, "InstanceDeletionInProgress");
  assert.deepEqual(
    (await ask(`GET ${gears}`)).body.items.map((o: { metadata: { name: string } }) => o.metadata.name),
    ["stays"],
  );
  assert.equal((await ask(`POST ${gears}`, gear({}, { metadata: { name: "late" } }))).code, 403);
  await ask(`PATCH ${gears}/stays`, { metadata: { finalizers: null } }, merge);
  assert.equal((await ask(`GET ${definitions}/gears.x.io`)).code, 404);
  assert.equal((await ask(`GET ${gears}`)).code, 404);
  stop();
});
