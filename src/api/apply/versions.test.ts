import assert from "node:assert/strict";
import { test } from "node:test";
import { horizontalPodAutoscaler } from "../autoscaling/horizontal-pod-autoscaler.ts";
import { horizontalPodAutoscalerV1 } from "../autoscaling/horizontal-pod-autoscaler-v1.ts";
import { event as coreEvent } from "../core/event.ts";
import { groupVersionOf, type Kind } from "../kind.ts";
import type { KubeObject, ManagedFieldsEntry } from "../object.ts";
import { decode, type JsonObject } from "../schema/decode.ts";
import { applyObject } from "./apply.ts";
import { recordUpdate, type WriteByManager } from "./field-manager.ts";
import { conversionOf } from "./versions.ts";

const v2 = horizontalPodAutoscaler;
const write = (kind: Kind, manager: string): WriteByManager => ({
  schema: kind.schema,
  apiVersion: groupVersionOf(kind),
  manager,
  subresource: "",
  time: "2026-01-01T00:00:00Z",
  writable: (set) => set,
  convert: conversionOf(kind),
});
const applier = (fieldsV1: object): ManagedFieldsEntry => ({
  manager: "new",
  operation: "Apply",
  apiVersion: groupVersionOf(horizontalPodAutoscalerV1),
  fieldsType: "FieldsV1",
  fieldsV1,
});
/** In v2; v1 has a field for the share of the processor. */
const metrics = (averageUtilization: number): object[] => [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } },
];
const scaler = (percent: number, managedFields: ManagedFieldsEntry[]): KubeObject => {
  const scaleTargetRef = { kind: "Deployment", name: "d" };
  const fields = { metadata: { name: "s" }, spec: { scaleTargetRef, maxReplicas: 5, metrics: metrics(percent) } };
  const made = decode(v2.schema, fields) as unknown as KubeObject;
  return { ...made, apiVersion: "autoscaling/v2", kind: v2.kind, metadata: { ...made.metadata, managedFields } };
};
const percentAndMost = applier({ "f:spec": { "f:targetCPUUtilizationPercentage": {}, "f:maxReplicas": {} } });
const wanted = (spec: object): JsonObject => ({
  ...{ apiVersion: "autoscaling/v2", kind: v2.kind, metadata: { name: "s" } },
  spec: { scaleTargetRef: { kind: "Deployment", name: "d" }, ...spec },
});

test("versions: a change made in one version takes the field from who owns it in another", () => {
  const live = scaler(50, [percentAndMost]);
  const after = recordUpdate(live, scaler(60, [percentAndMost]), write(v2, "old"));
  const shown = after?.map(({ manager, apiVersion, fieldsV1 }) => [manager, apiVersion, fieldsV1]);
  assert.deepEqual(shown, [
    ["new", "autoscaling/v1", { "f:spec": { "f:maxReplicas": {} } }],
    ["old", "autoscaling/v2", { "f:spec": { "f:metrics": {} } }],
  ]);
});

test("versions: a conflict is told in the version of the owner", () => {
  const apply = (): unknown =>
    applyObject(scaler(50, [percentAndMost]), wanted({ maxReplicas: 5, metrics: metrics(60) }), {
      ...write(v2, "old"),
      force: false,
    });
  assert.throws(apply, {
    message: 'Apply failed with 1 conflict: conflict with "new": .spec.targetCPUUtilizationPercentage',
  });
});

test("versions: what was applied in another version and is left out now goes", () => {
  const live = scaler(50, [applier({ "f:spec": { "f:targetCPUUtilizationPercentage": {} } })]);
  const { object } = applyObject(live, wanted({ minReplicas: 2 }), { ...write(v2, "new"), force: false });
  const { metrics: left, minReplicas } = object.spec as JsonObject;
  assert.equal(left, undefined);
  assert.equal(minReplicas, 2);
});

test("versions: there is nothing to convert to for a version that is no more", () =>
  assert.equal(conversionOf(v2)({}, "autoscaling/v2", "autoscaling/v2beta2"), undefined));

test("versions: of two groups that serve one kind each knows only its own managers, as upstream has it", () => {
  assert.equal(conversionOf(coreEvent)({}, "v1", "events.k8s.io/v1"), undefined);
  const event = decode(coreEvent.schema, { metadata: { name: "e" }, involvedObject: { name: "p" }, message: "a" });
  const note = { ...applier({ "f:note": {}, "f:type": {} }), apiVersion: "events.k8s.io/v1" };
  const live = (message: string): KubeObject =>
    ({ ...event, message, metadata: { name: "e", managedFields: [note] } }) as unknown as KubeObject;
  const after = recordUpdate(live("a"), live("b"), write(coreEvent, "old"));
  assert.deepEqual(
    after?.map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
    [["old", { "f:message": {} }]],
  );
});
