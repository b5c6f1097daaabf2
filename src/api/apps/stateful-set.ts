import { dropGatedFields } from "../core/gated-fields.ts";
import { defaultTemplate } from "../core/pod-defaults.ts";
import { roundResources } from "../core/resource-defaults.ts";
import type { StatefulSet } from "../generated/apps-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { scaleOfReplicas } from "./scale.ts";

const asStatefulSet = (object: Draft | KubeObject): StatefulSet => object as unknown as StatefulSet;

function defaults(object: Draft): void {
  const { spec } = asStatefulSet(object);
  defaultTemplate(spec.template);
  spec.podManagementPolicy ||= "OrderedReady";
  spec.updateStrategy ??= {};
  if (!spec.updateStrategy.type) {
    spec.updateStrategy.type = "RollingUpdate";
    spec.updateStrategy.rollingUpdate ??= {};
  }
  if (spec.updateStrategy.type === "RollingUpdate" && spec.updateStrategy.rollingUpdate)
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= "Retain";
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= "Retain";
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = "v1";
    claim.kind = "PersistentVolumeClaim";
    claim.status ??= {};
    claim.status.phase ||= "Pending";
    claim.spec ??= { resources: {} };
    claim.spec.volumeMode ??= "Filesystem";
    roundResources(claim.spec.resources?.limits);
    roundResources(claim.spec.resources?.requests);
  }
}

/** MaxUnavailableStatefulSet is off by default in v1.36. */
function prepare(object: Draft): void {
  const { spec } = asStatefulSet(object);
  delete spec.updateStrategy?.rollingUpdate?.maxUnavailable;
  dropGatedFields(spec.template?.spec);
}

const printer: Printer = {
  columns: [nameColumn, text("Ready", "Number of the pod with ready state"), ageColumn, ...templateColumns],
  cells(object, now) {
    const { metadata, spec, status } = asStatefulSet(object);
    return [
      metadata.name ?? "",
      `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
      age(metadata.creationTimestamp, now),
      ...templateCells(spec.template),
    ];
  },
};

export const statefulSet = defineKind({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.StatefulSet",
  strategy: { defaults, prepareForCreate: prepare, prepareForUpdate: prepare, generation: true },
  status: true,
  scale: scaleOfReplicas,
  printer,
});
