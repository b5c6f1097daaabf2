/**
 * What is spoiled at random: no request is answered with an error of the server, none is without an answer, and what was
 * stored all the same can be read in each form, is the same when it is written back, and can be deleted.
 *
 * COXSWAIN_SEED begins elsewhere, COXSWAIN_CASES says how many cases of each sort there are: with 1, one case is repeated.
 */
import assert from "node:assert/strict";
import { validateHeaderName, validateHeaderValue } from "node:http";
import { before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { groupVersionOf, type Kind } from "../../src/api/kind.ts";
import { builtInKinds } from "../../src/api/kinds.ts";
import type { JsonObject } from "../../src/api/schema/decode.ts";
import { readBody } from "../../src/apiserver/encode/body.ts";
import { mediaTypes } from "../../src/apiserver/encode/negotiate.ts";
import { encodeValue, toYaml } from "../../src/apiserver/encode/objects.ts";
import { type Random, seeded } from "../../src/base/random.ts";
import { requestPem } from "./certificate-request.ts";
import { type Client, clientOf, type Question, type Reply } from "./client.ts";
import { start, type TestServer } from "./server.ts";
import * as spoil from "./spoil.ts";
import { pick } from "./spoil.ts";
import { type ValidObject, validObjects } from "./valid-objects.ts";

const firstSeed = Number(process.env.COXSWAIN_SEED ?? 1);
const cases = Number(process.env.COXSWAIN_CASES ?? 120);
const protobuf = "application/vnd.kubernetes.protobuf";

/** A kind of which objects are sent, and one of them that is good. */
interface Sort {
  readonly kind: Pick<Kind, "group" | "version" | "kind" | "plural">;
  /** Of built-in ones. */
  readonly builtIn?: Kind;
  readonly collection: string;
  readonly object: ValidObject;
}

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "odds.test.io" },
  spec: {
    group: "test.io",
    scope: "Namespaced",
    names: { plural: "odds", kind: "Odd", singular: "odd", listKind: "OddList" },
    versions: [
      {
        ...{ name: "v1", served: true, storage: true },
        subresources: { status: {}, scale: { specReplicasPath: ".spec.n", statusReplicasPath: ".status.n" } },
        additionalPrinterColumns: [
          { name: "N", type: "integer", jsonPath: ".spec.n" },
          { name: "D", type: "date", jsonPath: ".spec.text" },
          { name: "X", type: "string", jsonPath: ".spec.any" },
        ],
        selectableFields: [{ jsonPath: ".spec.text" }],
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                "x-kubernetes-validations": [{ rule: "!has(self.n) || self.n < 100", message: "n is too large" }],
                properties: {
                  n: { type: "integer", minimum: 0, default: 1 },
                  text: { type: "string", maxLength: 500, pattern: "^[^!]*$" },
                  when: { type: "string", format: "date-time" },
                  number: { type: "number", multipleOf: 0.5 },
                  flag: { type: "boolean", nullable: true },
                  either: { "x-kubernetes-int-or-string": true },
                  any: { "x-kubernetes-preserve-unknown-fields": true },
                  inner: {
                    type: "object",
                    "x-kubernetes-embedded-resource": true,
                    "x-kubernetes-preserve-unknown-fields": true,
                  },
                  list: {
                    ...{ type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"] },
                    items: {
                      type: "object",
                      required: ["k"],
                      properties: { k: { type: "string" }, v: { type: "integer" } },
                    },
                  },
                  set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
                  map: { type: "object", additionalProperties: { type: "array", items: { type: "number" } } },
                },
              },
              status: { type: "object", properties: { n: { type: "integer" } } },
            },
          },
        },
      },
    ],
  },
}; // prettier-ignore
const odd = {
  ...{ apiVersion: "test.io/v1", kind: "Odd", metadata: { name: "a", namespace: "default", labels: { a: "b" } } },
  spec: {
    ...{
      n: 3,
      text: "t",
      when: "2020-01-01T00:00:00Z",
      number: 1.5,
      flag: true,
      either: 1,
      any: [{ a: null }],
      set: ["a", "b"],
    },
    inner: { apiVersion: "v1", kind: "X", metadata: { name: "x" } },
    ...{ list: [{ k: "a", v: 1 }, { k: "b" }], map: { a: [1, 2.5] } },
  },
  status: { n: 1 },
}; // prettier-ignore

let server: TestServer;
let client: Client;
let sorts: readonly Sort[];
before(async () => {
  server = await start();
  client = clientOf(server.plane);
  const objects = validObjects(Buffer.from(await requestPem()).toString("base64"));
  const account = objects[0];
  assert.equal(account?.kind, "ServiceAccount");
  for (const [target, object] of [
    ["/api/v1/namespaces/default/serviceaccounts", account], // pods want it
    ["/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition],
  ] as const)
    assert.equal((await client({ method: "POST", target, body: bytesOf(object) })).status, 201);
  // webhooks that were spoiled would refuse others
  sorts = [
    ...objects.filter(({ kind, metadata }) => !/Webhook|ServiceAccount/.test(kind) && metadata).map(builtIn),
    {
      kind: { group: "test.io", version: "v1", kind: "Odd", plural: "odds" },
      collection: collectionOf("test.io/v1", "odds", "default"),
      object: odd,
    },
  ]; // prettier-ignore
  for (
    let turns = 0;
    (await client({ method: "GET", target: sorts.at(-1)?.collection ?? "" })).status !== 200;
    turns++
  ) {
    assert.ok(turns < 1000, "the definition is served");
    await setImmediate();
  }
});

function builtIn(object: ValidObject): Sort {
  const kind = builtInKinds.find((one) => one.kind === object.kind && groupVersionOf(one) === object.apiVersion);
  if (!kind) throw new Error(`there is no ${object.kind}`);
  return {
    kind,
    builtIn: kind,
    object,
    collection: collectionOf(object.apiVersion, kind.plural, object.metadata.namespace),
  };
} // prettier-ignore

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? "");
const collectionOf = (apiVersion: string, plural: string, namespace?: string): string =>
  `/${apiVersion === "v1" ? "api" : "apis"}/${apiVersion}/${namespace ? `namespaces/${namespace}/` : ""}${plural}`;
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** An answer within the time that the server allows itself; who watches goes away after that. */
async function ask(question: Question): Promise<Reply> {
  const leaving = new AbortController();
  const waiting: { reply?: Reply; error?: unknown } = {};
  client({ ...question, signal: leaving.signal }).then(
    (reply) => (waiting.reply = reply),
    (error) => (waiting.error = error),
  );
  const over = (): boolean => waiting.reply !== undefined || waiting.error !== undefined;
  const line = `${question.method} ${question.target}`;
  for (let turns = 0; !over(); turns++) {
    await setImmediate();
    if (turns === 200) await server.clock.advance(61_000);
    if (turns === 400) leaving.abort();
    assert.ok(turns < 5000, `${line} is not answered`);
  }
  if (!waiting.reply) throw waiting.error;
  return checked(line, waiting.reply);
}

function checked(line: string, reply: Reply): Reply {
  const { status, headers, bytes } = reply;
  const type = String(headers["content-type"] ?? "");
  const text = type.includes("protobuf") ? "" : textOf(bytes);
  assert.ok(status < 500 || status === 504, `${line}: ${status} ${text || Buffer.from(bytes).toString("latin1")}`);
  for (const [name, values] of Object.entries(headers)) {
    validateHeaderName(name);
    for (const value of [values].flat()) validateHeaderValue(name, Buffer.from(String(value)).toString("latin1"));
  }
  if (type !== "application/json" || !text.trim().startsWith("{")) return reply;
  for (const one of text.trim().split("\n")) if (!text.startsWith("{\n")) JSON.parse(one);
  return reply;
}

/** Reads an object in a form and writes it back; again if the server wrote its status meanwhile. */
async function writeBack(path: string, accept: string): Promise<{ read: Uint8Array; written: JsonObject }> {
  for (let tries = 0; ; tries++) {
    const got = await ask({ method: "GET", target: path, headers: { accept } });
    assert.equal(got.status, 200, `GET ${path}: ${textOf(got.bytes)}`);
    const put = { method: "PUT", target: path, headers: { "content-type": accept }, body: got.bytes };
    const { status, bytes } = await ask(put);
    if (status === 409 && tries < 20) continue;
    assert.ok(status < 300, `PUT of what was read as ${accept}: ${textOf(bytes)}`);
    return { read: got.bytes, written: stable(JSON.parse(textOf(bytes)) as JsonObject) };
  }
}

async function isSound({ builtIn: kind }: Sort, path: string): Promise<void> {
  // what a subresource took away, defaults may bring back at first
  const { written } = await writeBack(path, "application/json");
  for (const accept of kind ? mediaTypes : mediaTypes.slice(0, 2)) {
    const again = await writeBack(path, accept);
    assert.deepEqual(again.written, written, accept);
    if (kind) readBody(again.read, kind, { contentType: accept, fieldValidation: "Strict", warnings: [] });
  }
  const table = { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" };
  assert.equal((await ask({ method: "GET", target: path, headers: table })).status, 200, "as a table");
  await remove(path);
} // prettier-ignore

const noFinalizers = bytesOf([{ op: "add", path: "/metadata/finalizers", value: null }]);
const patchHeaders = (type: string) => ({
  "content-type": `application/${type}+${type === "apply-patch" ? "yaml" : "json"}`,
});

/** Without what the server writes by itself meanwhile, and what protobuf does not carry. */
function stable(object: JsonObject): JsonObject {
  const { status: _, metadata, ...rest } = object;
  const { managedFields: __, resourceVersion: ___, generation: ____, ...kept } = metadata as JsonObject;
  return { ...rest, metadata: kept };
}

/** If the request made or changed an object: it is sound. */
async function after(sort: Sort, { status, bytes }: Reply, question: Question): Promise<void> {
  if (status >= 300 || !bytes.length || /[?&]dryRun=/.test(question.target)) return;
  // as upstream, the status of a definition may name versions that keep it from being written
  if (sort.kind.kind === "CustomResourceDefinition" && question.target.includes("/status")) return;
  const made = JSON.parse(textOf(bytes)) as { kind?: string; metadata?: { name?: string; namespace?: string } };
  if (made.kind !== sort.kind.kind || !made.metadata?.name) return;
  await isSound(sort, `${sort.collection}/${encodeURIComponent(made.metadata.name)}`);
}

/** Whatever holds it. */
async function remove(path: string): Promise<void> {
  await ask({ method: "DELETE", target: path, body: bytesOf({ gracePeriodSeconds: 0 }) });
  const { status, bytes } = await ask({ method: "GET", target: path });
  if (status === 404) return;
  const object = JSON.parse(textOf(bytes)) as JsonObject;
  if (object.kind === "Namespace") {
    await ask({ method: "PUT", target: `${path}/finalize`, body: bytesOf({ ...object, spec: { finalizers: [] } }) });
  }
  await ask({ method: "PATCH", target: path, headers: patchHeaders("json-patch"), body: noFinalizers });
  assert.equal((await ask({ method: "GET", target: path })).status, 404, `${path} is deleted: ${textOf(bytes)}`);
}

const clean = (sort: Sort): Promise<void> => remove(`${sort.collection}/${sort.object.metadata.name}`);

function spoiled(what: string, one: (random: Random, sort: Sort) => Promise<void>): void {
  test(what, async () => {
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const random = seeded(seed);
      const sort = pick(random, sorts);
      try {
        await one(random, sort);
      } catch (cause) {
        const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
        throw new Error(`seed ${seed}, ${sort.kind.kind}: ${why}`, { cause });
      } finally {
        await clean(sort);
      }
    }
  });
}

async function create(sort: Sort, body: Uint8Array, type: string): Promise<void> {
  const question = { method: "POST", target: sort.collection, headers: { "content-type": type }, body };
  await after(sort, await ask(question), question);
}

async function withObject(sort: Sort, run: (path: string) => Promise<void>): Promise<void> {
  const { status, bytes } = await ask({ method: "POST", target: sort.collection, body: bytesOf(sort.object) });
  assert.equal(status, 201, textOf(bytes));
  await run(`${sort.collection}/${sort.object.metadata.name}`);
}

spoiled("objects with odd values are refused or sound", (random, sort) =>
  create(sort, bytesOf(spoil.spoilValue(random, sort.object)), "application/json"),
);

spoiled("updates with odd values are refused or sound", (random, sort) =>
  withObject(sort, async (path) => {
    const type = pick(random, ["application/json", "application/yaml"]);
    const body = bytesOf(spoil.spoilValue(random, sort.object));
    const target = path + pick(random, ["", "", "/status"]);
    const question = { method: "PUT", target, headers: { "content-type": type }, body };
    await after(sort, await ask(question), question);
  }),
);

spoiled("broken JSON is refused or sound", (random, sort) =>
  create(sort, Buffer.from(spoil.spoilJson(random, sort.object)), "application/json"),
);

spoiled("broken bytes of JSON and YAML are refused or sound", (random, sort) => {
  const text = pick(random, [JSON.stringify, toYaml])(sort.object);
  const type = pick(random, ["application/json", "application/yaml"]);
  return create(sort, spoil.spoilBytes(random, Buffer.from(text ?? "")), type);
});

spoiled("broken bytes of protobuf are refused or sound", (random, sort) => {
  if (!sort.builtIn) return create(sort, spoil.spoilBytes(random, Buffer.from("k8s\0")), protobuf);
  const parts = encodeValue(sort.object, { mediaType: protobuf, pretty: false, stream: false });
  return create(sort, spoil.spoilBytes(random, Buffer.concat(parts)), protobuf);
});

const patches: Readonly<Record<string, (random: Random, object: object) => unknown>> = {
  "json-patch": spoil.oddJsonPatch,
  "merge-patch": spoil.oddMergePatch,
  "strategic-merge-patch": spoil.oddMergePatch,
  "apply-patch": spoil.spoilValue,
};
for (const [type, make] of Object.entries(patches))
  spoiled(`a spoiled ${type} is refused or leaves what is sound`, (random, sort) =>
    withObject(sort, async (path) => {
      const body =
        random.next() < 0.9 ? bytesOf(make(random, sort.object)) : spoil.spoilBytes(random, bytesOf(sort.object));
      const query =
        type === "apply-patch" ? "?fieldManager=me&force=true" : pick(random, ["", "?fieldValidation=Strict"]);
      const question = {
        method: "PATCH",
        target: path + pick(random, ["", "", "/status", "/scale"]) + query,
        headers: patchHeaders(type),
        body,
      };
      await after(sort, await ask(question), question);
    }),
  ); // prettier-ignore

spoiled("odd paths, queries and headers are answered", (random, sort) =>
  withObject(sort, async (path) => {
    const method = pick(random, ["GET", "GET", "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", ""]);
    const place = pick(random, [path, sort.collection, sort.collection.replace(/namespaces\/[^/]+\//, "")]);
    const target = random.next() < 0.5 ? place : spoil.spoilPath(random, place);
    const headers = random.next() < 0.4 ? spoil.oddHeaders(random) : {};
    const body = random.next() < 0.5 ? new Uint8Array() : bytesOf(sort.object);
    const query = random.next() < 0.7 ? `?${spoil.oddQuery(random)}` : "";
    // whoever may delete all deletes all
    if (method === "DELETE" && target !== path) return;
    await ask({ method, target: target + query, headers, body });
  }),
);

test("all that is left can be listed in each form", async () => {
  for (const { builtIn: kind, collection } of sorts)
    for (const accept of kind ? mediaTypes : mediaTypes.slice(0, 2))
      assert.equal((await ask({ method: "GET", target: collection, headers: { accept } })).status, 200, collection);
});
