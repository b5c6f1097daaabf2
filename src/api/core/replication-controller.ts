import { validateReplicaCounts } from "../apps/validation/replica-set.ts";
import type { ReplicationController } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { formatLabels, integer, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { formatSelector } from "../selectors.ts";
import { Path } from "../validation/field-error.ts";
import { dropGatedFields } from "./gated-fields.ts";
import { defaultTemplate } from "./pod-defaults.ts";
import { validateReplicationController } from "./validation/replication-controller.ts";
import { warningsForPodNames, warningsForTemplate } from "./warnings/pod-warnings.ts";

const asController = (object: Draft | KubeObject): ReplicationController => object as unknown as ReplicationController;

function defaults(object: Draft): void {
  const { metadata, spec } = asController(object);
  defaultTemplate(spec.template);
  spec.replicas ??= 1;
  if (!spec.minReadySeconds) delete spec.minReadySeconds;
  const labels = spec.template?.metadata?.labels;
  if (!labels) return;
  spec.selector ??= { ...labels };
  if (!Object.keys(metadata.labels ?? {}).length) metadata.labels = { ...labels };
}

function warnings(object: KubeObject, old?: KubeObject): string[] {
  const { spec } = asController(object);
  const changed = object.metadata.generation !== old?.metadata.generation;
  return [
    ...(old ? [] : warningsForPodNames(object.metadata)),
    ...(changed && spec.template ? warningsForTemplate(spec.template, new Path("spec").child("template")) : []),
  ];
}

export const replicationController = defineKind({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  type: "core/v1.ReplicationController",
  strategy: {
    defaults,
    prepareForCreate: (object) => dropGatedFields(asController(object).spec.template?.spec),
    prepareForUpdate: (object) => dropGatedFields(asController(object).spec.template?.spec),
    validate: (object) => validateReplicationController(asController(object)),
    validateUpdate: (object, old) => validateReplicationController(asController(object), asController(old)),
    warnings,
    generation: true,
    defaultPropagation: "orphan",
  },
  selectableFields: { "status.replicas": (object) => String(asController(object).status.replicas) },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object) => validateReplicaCounts(asController(object).status),
  },
  scale: {
    replicas: (object) => asController(object).spec.replicas ?? 0,
    setReplicas(object, replicas) {
      asController(object).spec.replicas = replicas;
    },
    statusReplicas: (object) => asController(object).status.replicas,
    selector: (object) =>
      formatSelector(
        Object.entries(asController(object).spec.selector ?? {}).map(([key, value]) => ({
          key,
          operator: "=",
          values: [value],
        })),
      ),
  },
  printer: {
    columns: [
      nameColumn,
      integer(
        "Desired",
        "Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller",
      ),
      integer(
        "Current",
        "Replicas is the most recently observed number of replicas. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller",
      ),
      integer("Ready", "The number of ready replicas for this replication controller."),
      ageColumn,
      ...templateColumns,
      wide(
        "Selector",
        "Selector is a label query over pods that should match the Replicas count. If Selector is empty, it is defaulted to the labels present on the Pod template. Label keys and values that must match in order to be controlled by this replication controller, if empty defaulted to labels on Pod template. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
      ),
    ],
    cells(object, now) {
      const { metadata, spec, status } = asController(object);
      return [
        metadata.name ?? "",
        spec.replicas ?? 0,
        status.replicas,
        status.readyReplicas ?? 0,
        age(metadata.creationTimestamp, now),
        ...templateCells(spec.template),
        formatLabels(spec.selector),
      ];
    },
  },
});
