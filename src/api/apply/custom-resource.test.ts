import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject, ManagedFieldsEntry } from "../object.ts";
import type { JsonObject } from "../schema/decode.ts";
import type { Field, ListType, StructType, Type } from "../schema/model.ts";
import { anyType } from "../schema/notation.ts";
import { types } from "../schema/types.ts";
import { applyObject } from "./apply.ts";
import { recordUpdate, type WriteByManager } from "./field-manager.ts";

const text: Type = { kind: "scalar", of: "string" };
const field = (name: string, type: Type): Field => ({
  name,
  number: 0,
  type,
  pointer: true,
  always: false,
  inline: false,
  keepEmpty: false,
  wrapped: false,
  required: false,
});
/** A type as a definition makes it at run time: no name, no version. */
const struct = (fields: readonly Field[], more: Partial<StructType> = {}): StructType => ({
  kind: "struct",
  groupVersion: "",
  name: "",
  atomic: false,
  typed: false,
  fields,
  byName: new Map(fields.map((f) => [f.name, f])),
  always: [],
  defaulted: [],
  preserveUnknown: false,
  ...more,
});
const items = (topology: ListType["topology"]): ListType => ({
  kind: "list",
  of: struct([field("id", text), field("value", text)]),
  topology,
  keys: topology === "map" ? ["id"] : [],
});
const gear = (topology: ListType["topology"]): StructType =>
  struct(
    [
      field("metadata", types.struct("meta/v1.ObjectMeta")),
      field(
        "spec",
        struct([
          field("parts", items(topology)),
          field("free", anyType),
          field("open", struct([], { preserveUnknown: true })),
        ]),
      ),
    ],
    { typed: true },
  );

const write = (schema: StructType, manager: string): WriteByManager => ({
  schema,
  apiVersion: "x.io/v1",
  manager,
  subresource: "",
  time: "2026-01-01T00:00:00Z",
  writable: (set) => set,
});
const object = (spec: object): JsonObject => ({ apiVersion: "x.io/v1", kind: "Gear", metadata: { name: "g" }, spec });
const fields = (entries: readonly ManagedFieldsEntry[] | undefined): unknown =>
  entries?.map(({ fieldsV1 }) => fieldsV1);

test("custom resources: lists are applied as their definition says", () => {
  const parts = [{ id: "a", value: "1" }];
  const applied = (topology: ListType["topology"]): unknown =>
    fields(applyObject(undefined, object({ parts }), { ...write(gear(topology), "one"), force: false }).managedFields);
  assert.deepEqual(applied("atomic"), [{ "f:spec": { "f:parts": {} } }]);
  assert.deepEqual(applied("map"), [
    { "f:spec": { "f:parts": { 'k:{"id":"a"}': { ".": {}, "f:id": {}, "f:value": {} } } } },
  ]);
});

test("custom resources: what has no type is deduced", () => {
  const spec = { free: { a: { b: 1 }, list: [{ c: 1 }] }, open: { d: "x" } };
  const { managedFields } = applyObject(undefined, object(spec), { ...write(gear("map"), "one"), force: false });
  assert.deepEqual(fields(managedFields), [
    {
      "f:spec": {
        "f:free": { "f:a": { ".": {}, "f:b": {} }, "f:list": {} },
        "f:open": { "f:d": {} },
      },
    },
  ]);
});

test("custom resources: a list that has become atomic belongs as a whole to whoever had an item of it", () => {
  const schema = gear("map");
  const first = applyObject(undefined, object({ parts: [{ id: "a" }] }), { ...write(schema, "one"), force: false });
  const live = {
    ...first.object,
    metadata: { name: "g", managedFields: first.managedFields },
  } as unknown as KubeObject;
  const next = { ...live, spec: { ...(live.spec as object), free: "x" } };
  assert.deepEqual(fields(recordUpdate(live, next, write(gear("atomic"), "two"))), [
    { "f:spec": { "f:parts": {} } },
    { "f:spec": { "f:free": {} } },
  ]);
});
