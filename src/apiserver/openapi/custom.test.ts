import assert from "node:assert/strict";
import { test } from "node:test";
import { convertByName, customKinds } from "../../api/apiextensions/custom-kind.ts";
import type { Definition } from "../../api/apiextensions/definition/versions.ts";
import type { JsonSchema } from "../../api/apiextensions/schema/json-schema.ts";
import { Catalog } from "../../api/catalog.ts";
import type { Kind } from "../../api/kind.ts";
import { Ending } from "../../base/ending.ts";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { requestInfo } from "../request-info.ts";
import { type CustomKind, customSchema } from "./custom-schema.ts";
import { OpenApi } from "./openapi.ts";

const names = { plural: "gears", singular: "gear", kind: "Gear", listKind: "GearList" };

function gears(schema: JsonSchema, versions: readonly string[] = ["v1"], more: object = {}): readonly Kind[] {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gears.stable.example.com" },
    spec: {
      group: "stable.example.com",
      scope: "Namespaced",
      names,
      versions: versions.map((name, i) => ({
        ...{ name, served: true, storage: i === 0, schema: { openAPIV3Schema: schema }, ...more },
      })),
    },
  } as unknown as Definition;
  return customKinds(definition, names, convertByName, new Ending());
}

type Json = { readonly [key: string]: Json };
const catalog = new Catalog();
const openapi = new OpenApi(catalog, new VirtualClock(0));
async function get(path: string): Promise<Json> {
  const query = new URLSearchParams();
  const request = { method: "GET", path, query, headers: {}, body: async () => new Uint8Array() };
  const answer = await openapi.handle(
    { ...request, signal: new AbortController().signal },
    requestInfo("GET", path, query),
  );
  assert.ok(answer && typeof answer.body !== "function");
  const [bytes] = answer.body;
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as Json) : {};
}

const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({
  type: "object",
  properties,
  ...more,
});
const free = "x-kubernetes-preserve-unknown-fields";

test("a custom kind bears its group's name, reversed; its operations are those of custom kinds", async () => {
  const scale = { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" };
  const kinds = gears(object({ spec: object({ size: { type: "integer", default: 3 } }) }), ["v1"], {
    subresources: { status: {}, scale },
    selectableFields: [{ jsonPath: ".spec.size" }],
  });
  catalog.replace([], kinds);
  const { info, components, paths } = await get("/openapi/v3/apis/stable.example.com/v1");
  assert.equal(info?.title, "Kubernetes CRD Swagger");
  const schemas = components?.schemas as Json;
  const gear = schemas["com.example.stable.v1.Gear"];
  assert.deepEqual(gear?.["x-kubernetes-group-version-kind"], [
    { group: "stable.example.com", kind: "Gear", version: "v1" },
  ]);
  assert.deepEqual(gear?.["x-kubernetes-selectable-fields"], [{ fieldPath: "spec.size" }]);
  assert.deepEqual(Object.keys(gear?.properties ?? {}), ["spec", "apiVersion", "kind", "metadata"]);
  assert.deepEqual(gear?.properties?.spec?.properties?.size, { type: "integer", default: 3 });
  assert.deepEqual(schemas["com.example.stable.v1.GearList"]?.properties?.items?.items, {
    $ref: "#/components/schemas/com.example.stable.v1.Gear",
  });
  const root = "/apis/stable.example.com/v1";
  const one = `${root}/namespaces/{namespace}/gears/{name}`;
  assert.deepEqual(Object.keys(paths ?? {}), [
    ...[`${root}/gears`, `${root}/namespaces/{namespace}/gears`, one, `${one}/scale`, `${one}/status`],
  ]);
  assert.deepEqual(Object.keys(paths?.[one] ?? {}), ["get", "put", "delete", "patch", "parameters"]);
  const patch = paths?.[one]?.patch;
  assert.equal(patch?.description, "partially update the specified Gear");
  assert.equal(patch?.operationId, "patchStableExampleComV1NamespacedGear");
  assert.deepEqual(Object.keys(patch?.requestBody?.content ?? {}), [
    ...["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"],
  ]);
  const v2 = await get("/openapi/v2");
  assert.deepEqual(v2.definitions?.["com.example.stable.v1.Gear"]?.properties?.spec?.properties?.size, {
    type: "integer",
  });
  assert.equal(v2.paths?.[one]?.patch?.operationId, patch?.operationId);
  catalog.replace(kinds, []);
});

test("versions appear and go at once, in the index and in both forms; other documents stay as they are", async () => {
  const [both, one] = [gears(object({}), ["v1", "v2"]), gears(object({}), ["v2"])];
  const before = (await get("/openapi/v3")).paths as Json;
  catalog.replace([], both);
  const during = (await get("/openapi/v3")).paths as Json;
  assert.ok(during["apis/stable.example.com/v1"] && during["apis/stable.example.com/v2"]);
  assert.equal(during["apis/stable.example.com"], undefined);
  assert.deepEqual(during["apis/apps/v1"], before["apis/apps/v1"]);
  assert.ok((await get("/openapi/v2")).definitions?.["com.example.stable.v1.Gear"]);
  catalog.replace(both, one);
  assert.equal((await get("/openapi/v3")).paths?.["apis/stable.example.com/v1"], undefined);
  assert.deepEqual(await get("/openapi/v3/apis/stable.example.com/v1"), {});
  assert.equal((await get("/openapi/v2")).definitions?.["com.example.stable.v1.Gear"], undefined);
  assert.ok((await get("/openapi/v2")).definitions?.["com.example.stable.v2.Gear"]);
  catalog.replace(one, []);
});

const spec = (schema: JsonSchema, form: "v2" | "v3"): unknown => {
  const [kind] = gears(object({ spec: schema }));
  const published = customSchema(kind as CustomKind, form);
  return (published.properties as Json | undefined)?.spec;
};

const forms: readonly { name: string; schema: JsonSchema; v3?: object; v2: object }[] = [
  {
    name: "v2 has no choices",
    schema: {
      type: "string",
      minLength: 1,
      anyOf: [{ minLength: 2 }],
      oneOf: [{ maxLength: 3 }],
      not: { pattern: "x" },
    },
    v2: { type: "string", minLength: 1 },
  },
  {
    name: "what may be null has no type in v2, and need not be there",
    schema: object({ a: { type: "string", nullable: true }, b: { type: "string" } }, { required: ["a", "b"] }),
    v2: { type: "object", properties: { a: {}, b: { type: "string" } }, required: ["b"] },
  },
  {
    name: "nor are the values of a map required that may be null",
    schema: { type: "object", additionalProperties: { type: "string", nullable: true }, required: ["a"] },
    v2: { type: "object", additionalProperties: {} },
  },
  {
    name: "a list that may be null has no items in v2",
    schema: { type: "array", items: { type: "string" }, nullable: true },
    v2: {},
  },
  {
    name: "what is free has neither type nor fields in v2",
    schema: object({ a: { type: "string" } }, { [free]: true }),
    v2: { [free]: true },
  },
  {
    name: "int-or-string is one of two types",
    schema: { "x-kubernetes-int-or-string": true },
    v3: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
    v2: { "x-kubernetes-int-or-string": true },
  },
  {
    name: "int-or-string that says so itself is left as it is",
    schema: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
    v2: { "x-kubernetes-int-or-string": true },
  },
  {
    name: "rules and list types stay",
    schema: {
      type: "array",
      items: object({ k: { type: "string" } }),
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      "x-kubernetes-validations": [{ rule: "true" }],
    },
    v2: {
      type: "array",
      items: { type: "object", properties: { k: { type: "string" } } },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      "x-kubernetes-validations": [{ rule: "true" }],
    },
  },
];

for (const { name, schema, v3, v2 } of forms) {
  test(`schemas of custom kinds: ${name}`, () => {
    assert.deepEqual(spec(schema, "v3"), v3 ?? schema);
    assert.deepEqual(spec(schema, "v2"), v2);
  });
}

test("an embedded resource has what all objects have, but in v2 not if it is free", () => {
  const embedded = object({ spec: { type: "object" } }, { "x-kubernetes-embedded-resource": true });
  for (const form of ["v3", "v2"] as const) {
    const published = spec(embedded, form) as Json;
    assert.deepEqual(Object.keys(published.properties ?? {}), ["spec", "apiVersion", "kind", "metadata"]);
    assert.deepEqual(published.required, ["kind", "apiVersion"]);
  }
  assert.deepEqual(spec({ ...embedded, [free]: true }, "v2"), { "x-kubernetes-embedded-resource": true, [free]: true });
});

test("a kind that is free as a whole is a bare object in v2, and keeps its fields in v3", () => {
  const [kind] = gears(object({ spec: { type: "object" } }, { [free]: true, description: "Anything." }));
  const mark = [{ group: "stable.example.com", kind: "Gear", version: "v1" }];
  assert.deepEqual(customSchema(kind as CustomKind, "v2"), { type: "object", "x-kubernetes-group-version-kind": mark });
  const v3 = customSchema(kind as CustomKind, "v3");
  assert.equal(v3.description, "Anything.");
  assert.deepEqual(Object.keys(v3.properties as Json), ["spec", "apiVersion", "kind", "metadata"]);
});
