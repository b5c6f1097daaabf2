import { dropGatedFields } from "../core/gated-fields.ts";
import { defaultTemplate } from "../core/pod-defaults.ts";
import { warningsForPodNames, warningsForTemplate } from "../core/warnings/pod-warnings.ts";
import type { Deployment } from "../generated/apps-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../object.ts";
import { text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { formatSelector, selectorOf } from "../selectors.ts";
import { Path } from "../validation/field-error.ts";
import { scaleOfReplicas } from "./scale.ts";
import { validateDeployment, validateDeploymentStatus } from "./validation/deployment.ts";

const asDeployment = (object: Draft | KubeObject): Deployment => object as unknown as Deployment;

function defaults(object: Draft): void {
  const { spec } = asDeployment(object);
  defaultTemplate(spec.template);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= "RollingUpdate";
  if (spec.strategy.type === "RollingUpdate") {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= "25%";
    spec.strategy.rollingUpdate.maxSurge ??= "25%";
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}

function prepareForUpdate(object: Draft, old: KubeObject): void {
  dropGatedFields(asDeployment(object).spec.template?.spec);
  // annotations are copied to the replica sets: a change of them is for the controller to see
  if (!deepEqual(object.metadata.annotations ?? {}, old.metadata.annotations ?? {}))
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function prepareStatus(object: Draft, old: KubeObject): void {
  object.spec = old.spec;
  if (old.metadata.labels) object.metadata.labels = old.metadata.labels;
  else delete object.metadata.labels;
}

const warnings = (object: KubeObject, old?: KubeObject): string[] => [
  ...(old ? [] : warningsForPodNames(object.metadata)),
  ...(object.metadata.generation === old?.metadata.generation
    ? []
    : warningsForTemplate(asDeployment(object).spec.template, new Path("spec").child("template"))),
];

const printer: Printer = {
  columns: [
    nameColumn,
    text("Ready", "Number of the pod with ready state"),
    text(
      "Up-to-date",
      "Total number of non-terminating pods targeted by this deployment that have the desired template spec.",
    ),
    text(
      "Available",
      "Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.",
    ),
    ageColumn,
    ...templateColumns,
    wide(
      "Selector",
      "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
    ),
  ],
  cells(object, now) {
    const { metadata, spec, status } = asDeployment(object);
    return [
      metadata.name ?? "",
      `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
      status.updatedReplicas ?? 0,
      status.availableReplicas ?? 0,
      age(metadata.creationTimestamp, now),
      ...templateCells(spec.template),
      formatSelector(selectorOf(spec.selector) ?? []),
    ];
  },
};

export const deployment = defineKind({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.Deployment",
  strategy: {
    defaults,
    prepareForCreate: (object) => dropGatedFields(asDeployment(object).spec.template?.spec),
    prepareForUpdate,
    validate: (object) => validateDeployment(asDeployment(object)),
    validateUpdate: (object, old) => validateDeployment(asDeployment(object), asDeployment(old)),
    warnings,
    generation: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    prepareForUpdate: prepareStatus,
    validateUpdate: (object, old) => validateDeploymentStatus(asDeployment(object), asDeployment(old)),
  },
  scale: scaleOfReplicas,
  printer,
});
