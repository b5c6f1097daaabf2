import assert from "node:assert/strict";
import { test } from "node:test";
import type { ManagedFieldsEntry } from "../object.ts";
import { capped, compareEntries, isReset, readEntries } from "./managed-entries.ts";

const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
const updater = (i: number, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager: `m${i}`,
  operation: "Update",
  apiVersion: "v1",
  time: at(i),
  fieldsType: "FieldsV1",
  fieldsV1: { "f:data": { [`f:${i}`]: {} } },
  ...more,
});
const many = (count: number): ManagedFieldsEntry[] => Array.from({ length: count }, (_, i) => updater(i));
const names = (entries: readonly ManagedFieldsEntry[]): string[] => entries.map(({ manager = "" }) => manager);

test("ten updaters are kept apart", () => assert.deepEqual(capped(many(10)), many(10)));

test("the oldest beyond ten share one entry, with the time of the youngest of them", () => {
  const kept = [...capped(many(12))].sort(compareEntries);
  assert.deepEqual(names(kept), ["ancient-changes", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11"]);
  assert.deepEqual(kept[0], {
    manager: "ancient-changes",
    operation: "Update",
    apiVersion: "v1",
    time: at(2),
    fieldsType: "FieldsV1",
    fieldsV1: { "f:data": { "f:0": {}, "f:1": {}, "f:2": {} } },
  });
});

test("appliers do not count, and versions do not mix", () => {
  const applier = updater(20, { operation: "Apply" });
  const other = updater(0, { manager: "old", apiVersion: "v2" });
  const kept = names(capped([other, applier, ...many(11)]));
  assert.ok(kept.includes("old") && kept.includes("m20"));
  assert.equal(kept.length, 11);
});

test("appliers come first, then time, manager, version and subresource decide", () => {
  const entries = [
    updater(2),
    updater(1, { subresource: "status" }),
    updater(1),
    updater(9, { operation: "Apply" }),
    updater(1, { manager: "a" }),
  ];
  const shown = entries.sort(compareEntries).map(({ manager, subresource = "" }) => manager + subresource);
  assert.deepEqual(shown, ["m9", "a", "m1", "m1status", "m2"]);
});

const resets: readonly { given: ManagedFieldsEntry[] | undefined; want: boolean }[] = [
  { given: [], want: true },
  { given: [{}], want: true },
  { given: [{}, {}], want: false },
  { given: [updater(1)], want: false },
  { given: undefined, want: false },
];
for (const { given, want } of resets) {
  test(`managedFields ${JSON.stringify(given)?.slice(0, 20)} ${want ? "ends" : "does not end"} the tracking`, () =>
    assert.equal(isReset(given), want));
}

const invalid: readonly { name: string; more: Partial<ManagedFieldsEntry> }[] = [
  { name: "an operation that does not exist", more: { operation: "Grab" } },
  { name: "no version", more: { apiVersion: "" } },
  { name: "a type of fields that does not exist", more: { fieldsType: "FieldsV2" } },
  { name: "fields that are none", more: { fieldsV1: { wrong: {} } } },
];
for (const { name, more } of invalid) {
  test(`managedFields from a client are not valid with ${name}`, () =>
    assert.equal(readEntries([updater(0), updater(1, more)]), undefined));
}
