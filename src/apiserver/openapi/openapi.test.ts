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
  const { definitions: same } = jsonOf(await get("/openapi/v2"));
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
