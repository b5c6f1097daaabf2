import { dropGatedFields } from "../core/gated-fields.ts";
import { defaultTemplate } from "../core/pod-defaults.ts";
import { roundResources } from "../core/resource-defaults.ts";
import { warningsForFractions } from "../core/warnings/container-warnings.ts";
import { warningsForTemplate } from "../core/warnings/pod-warnings.ts";
import type { StatefulSet } from "../generated/apps-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { Path } from "../validation/field-error.ts";
import { labelName } from "../validation/names.ts";
import { scaleOfReplicas } from "./scale.ts";
import { validateStatefulSet, validateStatefulSetStatus } from "./validation/stateful-set.ts";

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

const warnings = (object: KubeObject, old?: KubeObject): string[] => {
  const { spec } = asStatefulSet(object);
  const path = new Path("spec");
  const claims = spec.volumeClaimTemplates ?? [];
  return [
    ...(object.metadata.generation === old?.metadata.generation
      ? []
      : warningsForTemplate(spec.template, path.child("template"))),
    ...claims.flatMap(({ spec: { resources } }, i) => {
      const at = path
        .child("volumeClaimTemplates")
        .index(i)
        .child(...(old ? ["Spec"] : []), "resources");
      return (["requests", "limits"] as const).flatMap((of) =>
        warningsForFractions(resources?.[of], at.child(of), ["storage"]),
      );
    }),
    ...((spec.revisionHistoryLimit ?? 0) < 0
      ? ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]
      : []),
  ];
};

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
  strategy: {
    nameRule: labelName,
    defaults,
    prepareForCreate: prepare,
    prepareForUpdate: prepare,
    validate: (object) => validateStatefulSet(asStatefulSet(object)),
    validateUpdate: (object, old) => validateStatefulSet(asStatefulSet(object), asStatefulSet(old)),
    warnings,
    generation: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateStatefulSetStatus(asStatefulSet(object), asStatefulSet(old)),
  },
  scale: scaleOfReplicas,
  printer,
});
