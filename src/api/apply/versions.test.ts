import assert from "node:assert/strict";
import { test } from "node:test";
import { event as coreEvent } from "../core/event.ts";
import { eventsEvent } from "../events/event.ts";
import { groupVersionOf, type Kind } from "../kind.ts";
import type { KubeObject, ManagedFieldsEntry } from "../object.ts";
import { decode, type JsonObject } from "../schema/decode.ts";
import { applyObject } from "./apply.ts";
import { recordUpdate, type WriteByManager } from "./field-manager.ts";
import { conversionOf } from "./versions.ts";

const write = (kind: Kind, manager: string): WriteByManager => ({
  schema: kind.schema,
  apiVersion: groupVersionOf(kind),
  manager,
  subresource: "",
  time: "2026-01-01T00:00:00Z",
  writable: (set) => set,
  convert: conversionOf(coreEvent),
});
const applier = (fieldsV1: object): ManagedFieldsEntry => ({
  manager: "new",
  operation: "Apply",
  apiVersion: "events.k8s.io/v1",
  fieldsType: "FieldsV1",
  fieldsV1,
});
const core = (message: string, managedFields: ManagedFieldsEntry[]): KubeObject => {
  const fields = { metadata: { name: "e", namespace: "n" }, involvedObject: { namespace: "n", name: "p" }, message };
  const made = decode(coreEvent.schema, fields) as unknown as KubeObject;
  return { ...made, metadata: { ...made.metadata, managedFields } };
};
const noteAndType = applier({ "f:note": {}, "f:type": {} });

test("versions: a change made in one version takes the field from who owns it in another", () => {
  const live = core("a", [noteAndType]);
  const after = recordUpdate(live, core("b", [noteAndType]), write(coreEvent, "old"));
  const shown = after?.map(({ manager, apiVersion, fieldsV1 }) => [manager, apiVersion, fieldsV1]);
  assert.deepEqual(shown, [
    ["new", "events.k8s.io/v1", { "f:type": {} }],
    ["old", "v1", { "f:message": {} }],
  ]);
});

test("versions: a conflict is told in the version of the owner", () => {
  const live = { apiVersion: "v1", kind: "Event", ...core("a", [noteAndType]) };
  const wanted = { apiVersion: "v1", kind: "Event", metadata: { name: "e" }, message: "b" };
  const apply = (): unknown => applyObject(live, wanted, { ...write(coreEvent, "old"), force: false });
  assert.throws(apply, { message: 'Apply failed with 1 conflict: conflict with "new": .note' });
});

test("versions: what was applied in another version and is left out now goes", () => {
  const live = { apiVersion: "v1", kind: "Event", ...core("a", [applier({ "f:note": {} })]) };
  const wanted: JsonObject = { apiVersion: "v1", kind: "Event", metadata: { name: "e" }, reason: "r" };
  const { object, managedFields } = applyObject(live, wanted, { ...write(coreEvent, "new"), force: false });
  assert.ok(!object.message);
  assert.equal(object.reason, "r");
  assert.deepEqual(
    managedFields.map(({ apiVersion, fieldsV1 }) => [apiVersion, fieldsV1]),
    [["v1", { "f:reason": {} }]],
  );
});

test("versions: there is nothing to convert to for a version that is no more", () =>
  assert.equal(conversionOf(coreEvent)({}, "v1", groupVersionOf({ ...eventsEvent, version: "v1beta1" })), undefined));
