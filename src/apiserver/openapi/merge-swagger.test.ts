import assert from "node:assert/strict";
import { test } from "node:test";
import { mergedSwagger, swaggerBelow } from "./merge-swagger.ts";

const ref = (name: string): object => ({ schema: { $ref: `#/definitions/${name}` } });

test("of a document what is about a group is taken, with all that it leads to", () => {
  const document = {
    paths: { "/apis/fruit.x.io/v1/apples": ref("Apple"), "/apis/other.x.io/v1/pears": ref("Pear"), "/version": {} },
    definitions: {
      Apple: { properties: { core: ref("Core"), next: ref("Apple") } },
      Core: { properties: { seeds: ref("Seed") } },
      Seed: {},
      Pear: {},
    },
  };
  const { paths, definitions } = swaggerBelow(document, "/apis/fruit.x.io/v1/");
  assert.deepEqual(Object.keys(paths ?? {}), ["/apis/fruit.x.io/v1/apples"]);
  assert.deepEqual(Object.keys(definitions ?? {}), ["Apple", "Core", "Seed"]);
});

test("documents stand beside each other; names that mean two things are told apart", () => {
  const own = {
    swagger: "2.0",
    paths: { "/a": ref("Meta") },
    definitions: { Meta: { type: "object" }, Same: { a: 1 } },
  };
  const other = {
    paths: { "/a": ref("Lost"), "/b": ref("Meta"), "/c": ref("Same") },
    definitions: { Meta: { type: "string", of: ref("Meta") }, Same: { a: 1 } },
  };
  const third = { paths: { "/d": ref("Meta") }, definitions: { Meta: { type: "number" } } };
  const merged = mergedSwagger(own, [other, third]);
  assert.equal(merged.swagger, "2.0");
  assert.deepEqual(merged.paths, { "/a": ref("Meta"), "/b": ref("Meta_v2"), "/c": ref("Same"), "/d": ref("Meta_v3") });
  assert.deepEqual(merged.definitions, {
    Meta: { type: "object" },
    Same: { a: 1 },
    Meta_v2: { type: "string", of: ref("Meta_v2") },
    Meta_v3: { type: "number" },
  });
});
