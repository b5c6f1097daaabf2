import assert from "node:assert/strict";
import { test } from "node:test";
import type { ManagedFieldsEntry } from "../../api/object.ts";
import { seeded } from "../../base/random.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { openMemoryStore } from "../../store/memory/memory.ts";
import { certificateAuthenticator } from "../authn/authenticator.ts";
import { mastersAuthorizer } from "../authz/authorizer.ts";
import { objectCodec } from "../registry/stored.ts";
import { ApiServer } from "../server.ts";

/** What the tests look for in the objects and Statuses that come back. */
interface Body {
  readonly message: string;
  readonly metadata: { readonly managedFields: readonly ManagedFieldsEntry[]; readonly generation?: number };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: { readonly replicas: number };
  readonly status: { readonly observedGeneration?: number };
}

interface Answer {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly body: Body;
}

const media = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

/** A server with a clock that stands still, and a client that says what it sends. */
async function served(): Promise<
  (method: string, path: string, body?: object | string, type?: string) => Promise<Answer>
> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const store = await openMemoryStore({ codec: objectCodec, clock });
  const authenticators = [certificateAuthenticator];
  const server = new ApiServer({ store, clock, random: seeded(1), authenticators, authorizer: mastersAuthorizer });
  return async (method, target, body, type = "application/json") => {
    const [path = "", query = ""] = target.split("?");
    const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
    const response = await server.handle({
      method,
      path,
      query: new URLSearchParams(query),
      headers: { "content-type": type, accept: "application/json", "user-agent": "tester/1.0" },
      body: async () => new TextEncoder().encode(text),
      certificateUser: { name: "admin", groups: ["system:masters"] },
      signal: new AbortController().signal,
    });
    assert.ok(typeof response.body !== "function");
    const answer = response.body.map((part) => new TextDecoder().decode(part)).join("");
    const warnings = [response.headers.warning ?? []].flat();
    return { code: response.status, warnings, body: JSON.parse(answer) as Body };
  };
}

const maps = "/api/v1/namespaces/default/configmaps";
const map = (data: object, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "m", ...metadata },
  data,
});

const kinds: readonly { type: keyof typeof media; patch: object }[] = [
  { type: "json", patch: [{ op: "add", path: "/data/b", value: "2" }] },
  { type: "merge", patch: { data: { b: "2" } } },
  { type: "strategic", patch: { data: { b: "2" } } },
  { type: "apply", patch: map({ b: "2" }) },
];

for (const { type, patch } of kinds) {
  test(`PATCH: ${type} changes, and changes nothing a second time`, async () => {
    const ask = await served();
    await ask("POST", maps, map({ a: "1" }));
    const target = `${maps}/m?fieldManager=me`;
    const first = await ask("PATCH", target, patch, media[type]);
    assert.deepEqual([first.code, first.body.data], [200, { a: "1", b: "2" }]);
    assert.equal(first.body.metadata.managedFields.length, 2);
    const second = await ask("PATCH", target, patch, media[type]);
    assert.deepEqual(second.body, first.body);
  });

  test(`PATCH: ${type} as a dry run stores nothing`, async () => {
    const ask = await served();
    const { body: before } = await ask("POST", maps, map({ a: "1" }));
    const tried = await ask("PATCH", `${maps}/m?fieldManager=me&dryRun=All`, patch, media[type]);
    assert.deepEqual(tried.body.data, { a: "1", b: "2" });
    assert.deepEqual((await ask("GET", `${maps}/m`)).body, before);
  });

  test(`PATCH: ${type} of what is not there ${type === "apply" ? "creates it" : "is refused"}`, async () => {
    const ask = await served();
    assert.equal(
      (await ask("PATCH", `${maps}/m?fieldManager=me`, patch, media[type])).code,
      type === "apply" ? 201 : 404,
    );
  });
}

test("PATCH: writes that come at once all take effect", async () => {
  const ask = await served();
  await ask("POST", maps, map({}));
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  const patches = keys.map((key) => ask("PATCH", `${maps}/m`, { data: { [key]: "x" } }, media.merge));
  assert.ok((await Promise.all(patches)).every(({ code }) => code === 200));
  assert.deepEqual(Object.keys((await ask("GET", `${maps}/m`)).body.data).sort(), keys.sort());
});

test("PATCH: applies that come at once create one object", async () => {
  const ask = await served();
  const applies = ["a", "b", "c"].map((key) =>
    ask("PATCH", `${maps}/m?fieldManager=${key}`, map({ [key]: "x" }), media.apply),
  );
  const codes = (await Promise.all(applies)).map(({ code }) => code).sort();
  assert.deepEqual(codes, [200, 200, 201]);
  assert.deepEqual((await ask("GET", `${maps}/m`)).body.data, { a: "x", b: "x", c: "x" });
});

test("PUT: of an old version is refused, without a version it is not", async () => {
  const ask = await served();
  const { body } = await ask("POST", maps, map({ a: "1" }));
  await ask("PATCH", `${maps}/m`, { data: { a: "2" } }, media.merge);
  assert.equal((await ask("PUT", `${maps}/m`, body)).code, 409);
  assert.equal((await ask("PUT", `${maps}/m`, map({ a: "3" }))).code, 200);
});

const strict: readonly { type: keyof typeof media; body: object | string; warning: string; refusal: RegExp }[] = [
  {
    type: "merge",
    body: '{"nope":1,"data":{"a":"1","a":"2"}}',
    warning: 'duplicate field \\"data.a\\"',
    refusal: /strict decoding error: duplicate field "data.a", unknown field "nope"$/,
  },
  {
    type: "strategic",
    body: { nope: 1 },
    warning: 'unknown field \\"nope\\"',
    refusal: /patch: Invalid value: "map\[nope:1\]": strict decoding error: unknown field "nope"$/,
  },
  {
    type: "json",
    body: [{ op: "add", path: "/nope", value: 1, more: 1 }],
    warning: 'json patch unknown field \\"[0].more\\"',
    refusal: /strict decoding error: json patch unknown field "\[0\]\.more", unknown field "nope"$/,
  },
  {
    type: "apply",
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":"1","a":"2"}}',
    warning: 'line 1: key \\"a\\" already set in map',
    refusal: /^error strict decoding YAML: /,
  },
];
for (const { type, body, warning, refusal } of strict) {
  test(`PATCH: ${type} warns of what is not strict, refuses it, or lets it be`, async () => {
    const ask = await served();
    await ask("POST", maps, map({}));
    const tried = (validation: string): Promise<Answer> =>
      ask("PATCH", `${maps}/m?fieldManager=me&dryRun=All&fieldValidation=${validation}`, body, media[type]);
    assert.ok((await tried("Warn")).warnings.includes(`299 - "${warning}"`));
    const refused = await tried("Strict");
    assert.ok(refused.code === 422 || refused.code === 400);
    assert.match(refused.body.message, refusal);
    assert.deepEqual((await tried("Ignore")).warnings, []);
  });
}

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "d" } },
    template: { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "a", image: "i" }] } },
  },
};
const scale = (replicas: number): object => ({
  apiVersion: "autoscaling/v1",
  kind: "Scale",
  metadata: { name: "d" },
  spec: { replicas },
});

test("PATCH: scale conflicts with who applied the replicas, and owns them by force", async () => {
  const ask = await served();
  await ask("PATCH", `${deployments}/d?fieldManager=one`, deployment, media.apply);
  const refused = await ask("PATCH", `${deployments}/d/scale?fieldManager=hpa`, scale(5), media.apply);
  assert.equal(refused.body.message, 'Apply failed with 1 conflict: conflict with "one": .spec.replicas');
  const forced = await ask("PATCH", `${deployments}/d/scale?fieldManager=hpa&force=true`, scale(5), media.apply);
  assert.deepEqual(forced.body.spec, { replicas: 5 });
  const { body } = await ask("GET", `${deployments}/d`);
  const owner = body.metadata.managedFields.find(({ subresource }) => subresource === "scale");
  assert.deepEqual(
    [owner?.manager, owner?.apiVersion, owner?.fieldsV1],
    ["hpa", "apps/v1", { "f:spec": { "f:replicas": {} } }],
  );
});

test("PATCH: status is written at its path alone", async () => {
  const ask = await served();
  await ask("POST", deployments, deployment);
  const patch = { spec: { replicas: 9 }, status: { observedGeneration: 1 } };
  const { body } = await ask("PATCH", `${deployments}/d/status?fieldManager=ctl`, patch, media.merge);
  assert.deepEqual([body.spec.replicas, body.status.observedGeneration, body.metadata.generation], [2, 1, 1]);
  assert.deepEqual(body.metadata.managedFields[0]?.fieldsV1, { "f:status": { "f:observedGeneration": {} } });
});

const refused: readonly {
  name: string;
  query?: string;
  body: object | string;
  type: string;
  code: number;
  message: string;
}[] = [
  {
    name: "a type that is none",
    body: {},
    type: "application/json",
    code: 415,
    message: "415: Unsupported Media Type",
  },
  {
    name: "an apply without a manager",
    body: map({}),
    type: media.apply,
    code: 422,
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  },
  {
    name: "force without apply",
    query: "force=true",
    body: {},
    type: media.merge,
    code: 422,
    message: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  },
  {
    name: "another name",
    body: { metadata: { name: "x" } },
    type: media.merge,
    code: 400,
    message: "the name of the object (x) does not match the name on the URL (m)",
  },
  {
    name: "no name",
    body: [{ op: "remove", path: "/metadata/name" }],
    type: media.json,
    code: 400,
    message: "the name of the object (m based on URL) was undeterminable: name must be provided",
  },
  {
    name: "another namespace",
    body: { metadata: { namespace: "x" } },
    type: media.merge,
    code: 400,
    message: "the namespace of the provided object does not match the namespace sent on the request",
  },
  {
    name: "another kind applied",
    query: "fieldManager=me",
    body: { ...map({}), kind: "Secret" },
    type: media.apply,
    code: 400,
    message: "invalid object type: /v1, Kind=Secret",
  },
  {
    name: "managed fields applied",
    query: "fieldManager=me",
    body: map({}, { managedFields: [] }),
    type: media.apply,
    code: 400,
    message: "metadata.managedFields must be nil",
  },
  {
    name: "an old version",
    body: { metadata: { resourceVersion: "999" } },
    type: media.merge,
    code: 409,
    message:
      'Operation cannot be fulfilled on configmaps "m": the object has been modified; please apply your changes to the latest version and try again',
  },
]; // prettier-ignore
for (const { name, query = "", body, type, code, message } of refused) {
  test(`PATCH refuses ${name}`, async () => {
    const ask = await served();
    await ask("POST", maps, map({ a: "1" }));
    const answer = await ask("PATCH", `${maps}/m?${query}`, body, type);
    assert.deepEqual([answer.code, answer.body.message], [code, message]);
  });
}
