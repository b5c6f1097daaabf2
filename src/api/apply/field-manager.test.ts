import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind } from "../kind.ts";
import { builtInKinds } from "../kinds.ts";
import type { KubeObject, ManagedFieldsEntry } from "../object.ts";
import { decode } from "../schema/decode.ts";
import { recordUpdate, type WriteByManager } from "./field-manager.ts";
import { writableFields } from "./reset-fields.ts";

const kindOf = (name: string): Kind => builtInKinds.find(({ kind }) => kind === name) as Kind;
const object = (kind: string, fields: object, managedFields?: readonly ManagedFieldsEntry[]): KubeObject => {
  const made = decode(kindOf(kind).schema, fields) as unknown as KubeObject;
  return managedFields ? { ...made, metadata: { ...made.metadata, managedFields: [...managedFields] } } : made;
};
const write = (kind: string, manager: string, second: number, subresource = ""): WriteByManager => ({
  schema: kindOf(kind).schema,
  apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
  manager,
  subresource,
  time: `2026-01-01T00:00:0${second}Z`,
  writable: writableFields(kindOf(kind), subresource),
});
const show = (entries: readonly ManagedFieldsEntry[] | undefined): string[] =>
  (entries ?? []).map(
    ({ manager, operation, subresource = "", time, fieldsV1 }) =>
      `${manager} ${operation}${subresource && `(${subresource})`} :${time?.slice(18, 19)} ${JSON.stringify(fieldsV1).replaceAll('"', "")}`,
  );

const a = object("ConfigMap", { metadata: { name: "m", labels: { l: "1" } }, data: { a: "1" } });
const byOne = recordUpdate(undefined, a, write("ConfigMap", "one", 1));
const live: KubeObject = { ...a, metadata: { ...a.metadata, managedFields: byOne } };

const entry = (manager: string, fieldsV1: object, more: object = {}): ManagedFieldsEntry => ({
  manager,
  operation: "Apply",
  apiVersion: "v1",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...more,
});
const config = (data: object, more: object = {}): KubeObject =>
  object("ConfigMap", { metadata: { name: "m", labels: { l: "1" }, ...more }, data });

const cases: readonly { name: string; next: KubeObject; by?: string; want: readonly string[] }[] = [
  {
    name: "a create owns what it sets, and no name",
    next: live,
    want: ["one Update :1 {f:data:{.:{},f:a:{}},f:metadata:{f:labels:{.:{},f:l:{}}}}"],
  },
  {
    name: "a change moves a field to who made it",
    next: config({ a: "2" }),
    want: ["one Update :1 {f:data:{},f:metadata:{f:labels:{.:{},f:l:{}}}}", "two Update :2 {f:data:{f:a:{}}}"],
  },
  {
    name: "the same manager keeps one entry, with the time of its last change",
    next: config({ a: "1", b: "2" }),
    by: "one",
    want: ["one Update :2 {f:data:{.:{},f:a:{},f:b:{}},f:metadata:{f:labels:{.:{},f:l:{}}}}"],
  },
  {
    name: "what is removed is nobody's, and no new time is told for it",
    next: config({ a: "1" }, { labels: null }),
    want: ["one Update :1 {f:data:{.:{},f:a:{}}}"],
  },
  {
    name: "an empty list ends the tracking",
    next: { ...live, metadata: { ...live.metadata, managedFields: [] } },
    want: [],
  },
  {
    name: "entries from the client count",
    next: { ...live, metadata: { ...live.metadata, managedFields: [entry("me", { "f:data": { "f:a": {} } })] } },
    want: ["me Apply :undefined {f:data:{f:a:{}}}"],
  },
  {
    name: "entries from the client that are not valid do not count",
    next: { ...live, metadata: { ...live.metadata, managedFields: [entry("me", {}, { operation: "Grab" })] } },
    want: ["one Update :1 {f:data:{.:{},f:a:{}},f:metadata:{f:labels:{.:{},f:l:{}}}}"],
  },
  {
    name: "a writer without a name is unknown",
    next: config({ a: "1", b: "2" }),
    by: "",
    want: [
      "one Update :1 {f:data:{.:{},f:a:{}},f:metadata:{f:labels:{.:{},f:l:{}}}}",
      "unknown Update :2 {f:data:{f:b:{}}}",
    ],
  },
];

for (const { name, next, by = "two", want } of cases) {
  test(`recordUpdate: ${name}`, () =>
    assert.deepEqual(show(recordUpdate(live, next, write("ConfigMap", by, 2))), want));
}

test("recordUpdate: a write that changes nothing passes the list on by reference", () => {
  assert.equal(recordUpdate(live, live, write("ConfigMap", "two", 2)), byOne);
  assert.equal(recordUpdate(live, config({ a: "1" }), write("ConfigMap", "two", 2)), byOne);
});

test("recordUpdate: an object that is not tracked stays so", () =>
  assert.equal(recordUpdate(a, config({ a: "2" }), write("ConfigMap", "two", 2)), undefined));

test("recordUpdate: status is owned through its subresource only, spec at the main path only", () => {
  const both = object("Deployment", { spec: { replicas: 2 }, status: { replicas: 2 } });
  const empty = object("Deployment", {});
  const tracked = {
    ...empty,
    metadata: {
      ...empty.metadata,
      managedFields: [entry("x", { "f:spec": { "f:paused": {} } }, { apiVersion: "apps/v1" })],
    },
  };
  const at = (subresource: string): string[] =>
    show(recordUpdate(tracked, { ...both, metadata: tracked.metadata }, write("Deployment", "w", 2, subresource)));
  assert.deepEqual(at("")[1], "w Update :2 {f:spec:{f:replicas:{}}}");
  assert.deepEqual(at("status")[1], "w Update(status) :2 {f:status:{f:replicas:{}}}");
});

test("recordUpdate: a manager of a version that is no more is dropped", () => {
  const old = entry("old", { "f:data": { "f:a": {} } }, { apiVersion: "v0" });
  const tracked = { ...a, metadata: { ...a.metadata, managedFields: [old] } };
  assert.deepEqual(show(recordUpdate(tracked, config({ a: "2" }), write("ConfigMap", "w", 2))), [
    "w Update :2 {f:data:{f:a:{}}}",
  ]);
});
