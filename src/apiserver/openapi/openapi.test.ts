import assert from "node:assert/strict";
import { test } from "node:test";
import protobuf from "protobufjs/minimal.js";
import { Catalog } from "../../api/catalog.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import type { HttpResponse } from "../exchange.ts";
import { requestInfo } from "../request-info.ts";
import type { LoadWords } from "./descriptions.ts";
import { OpenApi } from "./openapi.ts";

const words: LoadWords = async () => ({
  "core/v1.ConfigMap": { "": "Keeps settings.", data: "The settings." },
  "core/v1.PodSpec": { "": "What a pod is to be." },
});
const openapi = new OpenApi(new Catalog(), new VirtualClock(0), words);

async function get(target: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
  const [path = "", search = ""] = target.split("?");
  const query = new URLSearchParams(search);
  const request = { method: "GET", path, query, headers, body: async () => new Uint8Array() };
  const signal = new AbortController().signal;
  const answer = await openapi.handle({ ...request, signal }, requestInfo("GET", path, query));
  return answer ?? { status: 404, headers: {}, body: [] };
}

const bytesOf = ({ body }: HttpResponse): Uint8Array => {
  assert.ok(typeof body !== "function");
  return body[0] as Uint8Array;
};
type Json = { readonly [key: string]: Json };
const jsonOf = (response: HttpResponse): Json => JSON.parse(new TextDecoder().decode(bytesOf(response))) as Json;

test("a schema bears the words of its type and fields; a field without takes those of its type", async () => {
  const { components } = jsonOf(await get("/openapi/v3/api/v1"));
  const schemas = components?.schemas as Json;
  const map = schemas["io.k8s.api.core.v1.ConfigMap"];
  assert.equal(map?.description, "Keeps settings.");
  assert.equal(map?.properties?.data?.description, "The settings.");
  assert.match(String(map?.properties?.metadata?.description), /^Standard object's metadata/);
  assert.equal(schemas["io.k8s.api.core.v1.Pod"]?.properties?.spec?.description, "What a pod is to be.");
});

test("the index leads to documents that may be kept, a wrong hash to the right one", async () => {
  const { paths } = jsonOf(await get("/openapi/v3"));
  const url = String(paths?.["apis/apps/v1"]?.serverRelativeURL);
  const right = await get(url);
  assert.equal(right.status, 200);
  assert.match(String(right.headers["cache-control"]), /immutable/);
  const wrong = await get("/openapi/v3/apis/apps/v1?hash=0");
  assert.equal(wrong.status, 301);
  assert.equal(wrong.headers.location, url);
  assert.equal((await get(url, { "if-none-match": String(right.headers.etag) })).status, 304);
});

test("the client's order decides between forms; one it has is not sent again", async () => {
  const protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
  const older = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  const cases: readonly [accept: string, type: string | undefined][] = [
    ["", "application/json"],
    ["*/*", "application/json"],
    [`${older}, application/json`, protobufType],
    [`application/json;q=0.5, ${protobufType}`, protobufType],
    [`application/json, ${older}`, "application/json"],
    ["text/html", undefined],
  ];
  for (const [accept, type] of cases) {
    const { status, headers } = await get("/openapi/v2", { accept });
    assert.equal(status, type ? 200 : 406, accept);
    assert.equal(headers["content-type"], type, accept);
  }
  assert.equal((await get("/openapi/v3/api/v1", { accept: "text/html" })).status, 406);
  const etag = String((await get("/openapi/v2")).headers.etag);
  for (const known of [etag, `"x", ${etag}`, `W/${etag}`, "*"])
    assert.equal((await get("/openapi/v2", { "if-none-match": known })).status, 304, known);
  assert.equal((await get("/openapi/v2", { "if-none-match": '"x"' })).status, 200);
});

test("the index names groups and what is beside them; what is not there is not found", async () => {
  const paths = Object.keys(jsonOf(await get("/openapi/v3")).paths ?? {});
  for (const name of [".well-known/openid-configuration", "api", "api/v1", "apis", "apis/apps", "openid/v1/jwks"])
    assert.ok(paths.includes(name), name);
  assert.deepEqual(paths, paths.toSorted());
  assert.equal((await get("/openapi/v3/apis/nowhere/v1")).status, 404);
  assert.deepEqual(Object.keys(jsonOf(await get("/openapi/v3/version")).paths ?? {}), ["/version/"]);
});

const operations: readonly [path: string, method: string, operationId: string, action: string | undefined][] = [
  ["/api/v1/", "get", "getCoreV1APIResources", undefined],
  ["/api/v1/pods", "get", "listCoreV1PodForAllNamespaces", "list"],
  ["/api/v1/namespaces/{namespace}/pods", "delete", "deleteCoreV1CollectionNamespacedPod", "deletecollection"],
  ["/api/v1/namespaces/{name}/finalize", "put", "replaceCoreV1NamespaceFinalize", "put"],
  ["/api/v1/namespaces/{namespace}/pods/{name}/exec", "post", "connectCoreV1PostNamespacedPodExec", "connect"],
  ["/api/v1/nodes/{name}/proxy/{path}", "head", "connectCoreV1HeadNodeProxyWithPath", "connect"],
  ["/api/v1/namespaces/{namespace}/pods/{name}/eviction", "post", "createCoreV1NamespacedPodEviction", "post"],
  ["/api/v1/namespaces/{namespace}/pods/{name}/log", "get", "readCoreV1NamespacedPodLog", "get"],
  ["/api/v1/watch/pods", "get", "watchCoreV1PodListForAllNamespaces", "watchlist"],
  ["/api/v1/watch/namespaces/{namespace}/pods/{name}", "get", "watchCoreV1NamespacedPod", "watch"],
];

test("built-in operations bear the names and actions that generated clients know", async () => {
  const v3 = jsonOf(await get("/openapi/v3/api/v1")).paths;
  const v2 = jsonOf(await get("/openapi/v2")).paths;
  for (const [path, method, operationId, action] of operations) {
    for (const operation of [v3?.[path]?.[method], v2?.[path]?.[method]]) {
      assert.equal(operation?.operationId, operationId);
      assert.equal(operation?.["x-kubernetes-action"], action);
    }
  }
  const rbac = jsonOf(await get("/openapi/v3/apis/rbac.authorization.k8s.io/v1")).paths;
  const role = rbac?.["/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}"]?.patch;
  assert.equal(role?.operationId, "patchRbacAuthorizationV1ClusterRole");
  assert.deepEqual(role?.tags, ["rbacAuthorization_v1"]);
});

test("parameters that all operations of a path have stand at the path; v2 names shared ones by a hash", async () => {
  const path = "/api/v1/namespaces/{namespace}/pods/{name}";
  const named = (list: Json | undefined): unknown[] =>
    (list as unknown as Json[]).map(({ name, $ref }) => name ?? $ref);
  const v3 = jsonOf(await get("/openapi/v3/api/v1")).paths?.[path];
  assert.deepEqual(named(v3?.parameters), ["name", "namespace", "pretty"]);
  assert.deepEqual(named(v3?.put?.parameters), ["dryRun", "fieldManager", "fieldValidation"]);
  const document = jsonOf(await get("/openapi/v2"));
  const v2 = document.paths?.[path];
  const namespace = "#/parameters/namespace-vgWSWtn3";
  assert.deepEqual(named(v2?.parameters), ["name", namespace, "#/parameters/pretty-tJGM1-ng"]);
  assert.deepEqual(named(v2?.patch?.parameters).slice(0, 2), ["#/parameters/body-78PwaGsr", "dryRun"]);
  assert.equal(document.parameters?.["namespace-vgWSWtn3"]?.name, "namespace");
});

/** The parts of a message, by their numbers. */
function partsOf(bytes: Uint8Array): Map<number, (Uint8Array | number)[]> {
  const reader = protobuf.Reader.create(bytes);
  const parts = new Map<number, (Uint8Array | number)[]>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const part = (tag & 7) === 2 ? reader.bytes() : reader.uint32();
    parts.set(tag >>> 3, [...(parts.get(tag >>> 3) ?? []), part]);
  }
  return parts;
}
const inside = (bytes: Uint8Array, number: number): Uint8Array => partsOf(bytes).get(number)?.[0] as Uint8Array;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("OpenAPI v2 in protobuf says what it says in JSON", async () => {
  const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  const response = await get("/openapi/v2", { accept });
  assert.equal(response.headers["content-type"], "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  const bytes = bytesOf(response);
  assert.equal(text(inside(bytes, 1)), "2.0");
  const definitions = partsOf(inside(bytes, 9)).get(1) as Uint8Array[];
  const paths = partsOf(inside(bytes, 8)).get(2) as Uint8Array[];
  const { definitions: same, paths: samePaths } = jsonOf(await get("/openapi/v2"));
  assert.deepEqual(
    paths.map((one) => text(inside(one, 1))),
    Object.keys(samePaths ?? {}),
  );
  const pod = paths.find((one) => text(inside(one, 1)) === "/api/v1/namespaces/{namespace}/pods/{name}") as Uint8Array;
  const patch = inside(inside(pod, 2), 8);
  assert.equal(text(inside(patch, 5)), "patchCoreV1NamespacedPod");
  const given = partsOf(patch).get(8) as Uint8Array[];
  const validation = inside(inside(inside(given[3] as Uint8Array, 1), 2), 3);
  assert.equal(text(inside(validation, 4)), "fieldValidation");
  assert.deepEqual(
    definitions.map((one) => text(inside(one, 1))),
    Object.keys(same ?? {}),
  );
  const map = definitions.find((one) => text(inside(one, 1)) === "io.k8s.api.core.v1.ConfigMap") as Uint8Array;
  const schema = inside(map, 2);
  assert.equal(text(inside(schema, 4)), "Keeps settings.");
  const properties = partsOf(inside(schema, 25)).get(1) as Uint8Array[];
  assert.deepEqual(
    properties.map((one) => text(inside(one, 1))),
    ["apiVersion", "binaryData", "data", "immutable", "kind", "metadata"],
  );
});
