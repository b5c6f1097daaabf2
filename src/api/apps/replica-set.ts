import { dropGatedFields } from "../core/gated-fields.ts";
import { defaultTemplate } from "../core/pod-defaults.ts";
import { warningsForPodNames, warningsForTemplate } from "../core/warnings/pod-warnings.ts";
import type { ReplicaSet } from "../generated/apps-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { integer, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { formatLabelSelector } from "../selectors.ts";
import { Path } from "../validation/field-error.ts";
import { scaleOfReplicas } from "./scale.ts";
import { validateReplicaCounts, validateReplicaSet } from "./validation/replica-set.ts";

const asReplicaSet = (object: Draft | KubeObject): ReplicaSet => object as unknown as ReplicaSet;

const warnings = (object: KubeObject, old?: KubeObject): string[] => [
  ...(old ? [] : warningsForPodNames(object.metadata)),
  ...(object.metadata.generation === old?.metadata.generation
    ? []
    : warningsForTemplate(asReplicaSet(object).spec.template, new Path("spec").child("template"))),
];

const printer: Printer = {
  columns: [
    nameColumn,
    integer(
      "Desired",
      "Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
    ),
    integer(
      "Current",
      "Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
    ),
    integer("Ready", "The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition."),
    ageColumn,
    ...templateColumns,
    wide(
      "Selector",
      "Selector is a label query over pods that should match the replica count. Label keys and values that must match in order to be controlled by this replica set. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
  ],
  cells(object, now) {
    const { metadata, spec, status } = asReplicaSet(object);
    return [
      metadata.name ?? "",
      spec.replicas ?? 0,
      status.replicas,
      status.readyReplicas ?? 0,
      age(metadata.creationTimestamp, now),
      ...templateCells(spec.template),
      formatLabelSelector(spec.selector),
    ];
  },
};

export const replicaSet = defineKind({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.ReplicaSet",
  strategy: {
    defaults(object) {
      const { spec } = asReplicaSet(object);
      defaultTemplate(spec.template);
      spec.replicas ??= 1;
    },
    prepareForCreate: (object) => dropGatedFields(asReplicaSet(object).spec.template?.spec),
    prepareForUpdate: (object) => dropGatedFields(asReplicaSet(object).spec.template?.spec),
    validate: (object) => validateReplicaSet(asReplicaSet(object)),
    validateUpdate: (object, old) => validateReplicaSet(asReplicaSet(object), asReplicaSet(old)),
    warnings,
    generation: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object) => validateReplicaCounts(asReplicaSet(object).status),
  },
  scale: scaleOfReplicas,
  printer,
});
