import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../api/catalog.ts";
import { decode, type JsonObject } from "../../api/schema/decode.ts";
import { listOf } from "../../api/schema/named-types.ts";
import { decodeProtobuf, openEnvelope } from "../../api/schema/protobuf.ts";
import { types } from "../../api/schema/types.ts";
import { requestInfo } from "../request-info.ts";
import { Discovery } from "./discovery.ts";

const discovery = new Discovery(new Catalog());
const wanted = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

async function get(path: string, accept: string): Promise<{ type: unknown; bytes: Uint8Array }> {
  const query = new URLSearchParams();
  const request = { method: "GET", path, query, headers: { accept }, body: async () => new Uint8Array() };
  const { signal } = new AbortController();
  const answer = await discovery.handle({ ...request, signal }, requestInfo("GET", path, query));
  assert.ok(answer && typeof answer.body !== "function");
  return { type: answer.headers["content-type"], bytes: answer.body[0] as Uint8Array };
}

const withoutType = ({ apiVersion: _a, kind: _k, ...rest }: JsonObject): JsonObject => rest;

for (const path of ["/api", "/apis"]) {
  test(`the aggregated document of ${path} says the same in JSON and in protobuf`, async () => {
    const list = listOf(types.struct("apidiscovery/v2.APIGroupDiscovery"));
    const json = await get(path, `application/json;${wanted}`);
    const told = JSON.parse(new TextDecoder().decode(json.bytes)) as JsonObject;
    const unknown: string[] = [];
    const read = decode(list, told, unknown);
    assert.deepEqual(unknown, []);
    const { type, bytes } = await get(path, `application/vnd.kubernetes.protobuf;${wanted},application/json`);
    assert.equal(type, `application/vnd.kubernetes.protobuf;${wanted}`);
    const { apiVersion, kind, raw } = openEnvelope(bytes);
    assert.deepEqual([apiVersion, kind], ["apidiscovery.k8s.io/v2", "APIGroupDiscoveryList"]);
    assert.deepEqual(decodeProtobuf(list, raw), withoutType(read));
  });
}

test("the form before, v2beta1, is not to be had: the groups come as a plain list", async () => {
  const { type } = await get("/apis", `application/json;${wanted.replace("v=v2", "v=v2beta1")},application/json`);
  assert.equal(type, "application/json");
});
