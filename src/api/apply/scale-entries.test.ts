import assert from "node:assert/strict";
import { test } from "node:test";
import type { ManagedFieldsEntry } from "../object.ts";
import { ScaleEntries } from "./scale-entries.ts";

const replicas = { "f:spec": { "f:replicas": {} } };
const entry = (manager: string, fieldsV1: object, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager,
  operation: "Apply",
  apiVersion: "apps/v1",
  time: "2026-01-01T00:00:00Z",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...more,
});
const parent = [
  entry("one", { "f:spec": { "f:paused": {}, "f:replicas": {} } }),
  entry("two", { "f:spec": { "f:paused": {} } }),
];
const entries = new ScaleEntries(parent, "apps/v1", ["spec", "replicas"]);
const shown = entry("one", replicas, { apiVersion: "autoscaling/v1" });

test("scale shows who manages the replicas, and nothing else", () => assert.deepEqual(entries.toScale(), [shown]));

test("scale: what stays is as it was", () => assert.deepEqual(entries.toParent([shown]), parent));

test("scale: who takes the replicas takes them from the object's managers", () => {
  const by = entry("hpa", replicas, { apiVersion: "autoscaling/v1", subresource: "scale", operation: "Update" });
  const after = entries.toParent([by]);
  const { time: _, ...scaled } = entry("hpa", replicas, { subresource: "scale", operation: "Update" });
  assert.deepEqual(after, [
    entry("one", { "f:spec": { "f:paused": {} } }),
    entry("two", { "f:spec": { "f:paused": {} } }),
    scaled,
  ]);
});
