import assert from "node:assert/strict";
import { test } from "node:test";
import { typeName } from "../../api/schema/named-types.ts";
import { decodeProtobuf, openEnvelope } from "../../api/schema/protobuf.ts";
import { types } from "../../api/schema/types.ts";
import { encodeValue } from "./objects.ts";

const group = { groupVersion: "apps/v1", version: "v1" };

for (const [apiVersion, kind, value] of [
  ["v1", "Status", { status: "Failure", code: 404 }],
  ["v1", "APIGroup", { name: "apps", versions: [group], preferredVersion: group }],
  ["v1", "APIGroupList", { groups: [{ name: "apps", versions: [group], preferredVersion: group }] }],
  [
    "",
    "APIVersions",
    { versions: ["v1"], serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "" }] },
  ],
  [
    "",
    "APIResourceList",
    {
      groupVersion: "v1",
      resources: [{ name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs: ["get"] }],
    },
  ],
] as const) {
  test(`${kind}, which is of no group, goes over the wire in protobuf`, () => {
    const [bytes = new Uint8Array()] = encodeValue(
      { ...(apiVersion && { apiVersion }), kind, ...value },
      { mediaType: "application/vnd.kubernetes.protobuf", pretty: false, stream: false },
    );
    const envelope = openEnvelope(bytes);
    assert.equal(envelope.kind, kind);
    const decoded = decodeProtobuf(types.struct(typeName(apiVersion, kind) ?? ""), envelope.raw);
    const told = Object.fromEntries(Object.keys(value).map((name) => [name, decoded[name]]));
    assert.deepEqual(told, value);
  });
}
