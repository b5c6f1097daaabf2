/** Custom resources whose versions a webhook converts. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { start } from "./server.ts";
import { startWebhooks } from "./webhook-server.ts";

const group = "shop.io";
const gears = (version: string): string => `/apis/${group}/${version}/namespaces/default/gears`;
const text = { type: "string" };
const version = (name: string, properties: object): object => ({
  ...{ name, served: true, storage: name === "v1" },
  schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } },
});

/** v1 says `size: "3x4"`, v2 says `width` and `height`. */
// biome-ignore lint/suspicious/noExplicitAny: objects of both versions
function converted(object: any, apiVersion: string): object {
  const { size, width, height } = object.spec ?? {};
  const [w, h] = (size ?? `${width}x${height}`).split("x");
  const spec = apiVersion.endsWith("v2") ? { width: w, height: h } : { size: `${w}x${h}` };
  return { ...object, apiVersion, spec };
}

test("objects are seen, written, listed, watched and applied in each version, by a webhook's conversion", async () => {
  let broken = false;
  const hooks = await startWebhooks(({ request }) => ({
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "ConversionReview" },
    response: broken
      ? { uid: request.uid, result: { status: "Failure", message: "out of order" } }
      : {
          uid: request.uid,
          result: { status: "Success" },
          convertedObjects: request.objects.map((one: object) => converted(one, request.desiredAPIVersion)),
        },
  }));
  const { ask, plane } = await start();
  after(() => Promise.all([hooks.close(), plane.stop()]));
  const webhook = {
    clientConfig: { url: hooks.url("/convert"), caBundle: hooks.caBundle },
    conversionReviewVersions: ["v1"],
  };
  const made = await ask("POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    metadata: { name: `gears.${group}` },
    spec: {
      ...{ group, scope: "Namespaced", names: { plural: "gears", kind: "Gear" } },
      conversion: { strategy: "Webhook", webhook },
      versions: [version("v1", { size: text }), version("v2", { width: text, height: text })],
    },
  });
  assert.equal(made.status, 201, made.text);
  const gear = (name: string, spec: object, v: string): object => ({
    ...{ apiVersion: `${group}/${v}`, kind: "Gear", metadata: { name }, spec },
  });
  await ask(`POST ${gears("v1")}`, gear("a", { size: "3x4" }, "v1"));
  assert.deepEqual((await ask(`GET ${gears("v2")}/a`)).body.spec, { width: "3", height: "4" });
  const second = await ask(`POST ${gears("v2")}`, gear("b", { width: "5", height: "6" }, "v2"));
  assert.deepEqual(second.body.spec, { width: "5", height: "6" });
  assert.deepEqual((await ask(`GET ${gears("v1")}/b`)).body.spec, { size: "5x6" });
  const list = (await ask(`GET ${gears("v2")}`)).body.items as { spec: object }[];
  assert.deepEqual(
    list.map(({ spec }) => spec),
    [
      { width: "3", height: "4" },
      { width: "5", height: "6" },
    ],
  );
  const apply = "application/apply-patch+yaml";
  const conflict = await ask(
    `PATCH ${gears("v2")}/a?fieldManager=two`,
    gear("a", { width: "7" }, "v2"),
    undefined,
    apply,
  );
  assert.match(conflict.text, /conflict with "tester" using shop\.io\/v1/);
  const forced = await ask(
    `PATCH ${gears("v2")}/a?fieldManager=two&force=true`,
    gear("a", { width: "7" }, "v2"),
    undefined,
    apply,
  );
  assert.deepEqual(forced.body.spec, { width: "7", height: "4" });
  assert.deepEqual((await ask(`GET ${gears("v1")}/a`)).body.spec, { size: "7x4" });
  broken = true;
  // another manager's fields are of the other version: whether they change cannot be told
  const merge = "application/merge-patch+json";
  const failed = await ask(`PATCH ${gears("v1")}/a`, { spec: { size: "1x1" } }, undefined, merge);
  assert.deepEqual(
    [failed.status, failed.text],
    [500, `Internal error occurred: conversion webhook for ${group}/v1, Kind=Gear failed: out of order`],
  );
});
