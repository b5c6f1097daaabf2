import { dropGatedFields } from "../core/gated-fields.ts";
import { defaultTemplate } from "../core/pod-defaults.ts";
import { warningsForTemplate } from "../core/warnings/pod-warnings.ts";
import type { DaemonSet } from "../generated/apps-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../object.ts";
import { formatLabels, integer, text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { formatLabelSelector } from "../selectors.ts";
import { Path } from "../validation/field-error.ts";
import { validateDaemonSet, validateDaemonSetStatus } from "./validation/daemon-set.ts";

const asDaemonSet = (object: Draft | KubeObject): DaemonSet => object as unknown as DaemonSet;
/** Counts the changes of the template; what is left of a field that apps/v1 no longer has. */
const templateGeneration = "deprecated.daemonset.template.generation";

function defaults(object: Draft): void {
  const { spec, metadata } = asDaemonSet(object);
  // whoever writes the rest is seen to write this too
  if (metadata.annotations?.[templateGeneration] === undefined) setTemplateGeneration(object, 0);
  defaultTemplate(spec.template);
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= "RollingUpdate";
  if (spec.updateStrategy.type === "RollingUpdate") {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  } else if (spec.updateStrategy.rollingUpdate) {
    // not looked at, but never written without its numbers
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 0;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function prepareForCreate(object: Draft): void {
  dropGatedFields(asDaemonSet(object).spec.template?.spec);
  const asked = Number(object.metadata.annotations?.[templateGeneration] ?? 0);
  setTemplateGeneration(object, Math.max(asked || 0, 1));
}

function prepareForUpdate(object: Draft, old: KubeObject): void {
  const [set, before] = [asDaemonSet(object), asDaemonSet(old)];
  dropGatedFields(set.spec.template?.spec);
  const last = Number(old.metadata.annotations?.[templateGeneration] ?? 0);
  setTemplateGeneration(object, last + (deepEqual(set.spec.template, before.spec.template) ? 0 : 1));
}

function setTemplateGeneration({ metadata }: Draft, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(generation) };
}

const warnings = (object: KubeObject, old?: KubeObject): string[] =>
  object.metadata.generation === old?.metadata.generation
    ? []
    : warningsForTemplate(asDaemonSet(object).spec.template, new Path("spec").child("template"));

const printer: Printer = {
  columns: [
    nameColumn,
    integer(
      "Desired",
      "The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    ),
    integer(
      "Current",
      "The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    ),
    integer(
      "Ready",
      "numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.",
    ),
    integer("Up-to-date", "The total number of nodes that are running updated daemon pod"),
    integer(
      "Available",
      "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)",
    ),
    text(
      "Node Selector",
      "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
    ),
    ageColumn,
    ...templateColumns,
    wide(
      "Selector",
      "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
  ],
  cells(object, now) {
    const { metadata, spec, status } = asDaemonSet(object);
    return [
      metadata.name ?? "",
      status.desiredNumberScheduled,
      status.currentNumberScheduled,
      status.numberReady,
      status.updatedNumberScheduled ?? 0,
      status.numberAvailable ?? 0,
      formatLabels(spec.template?.spec?.nodeSelector),
      age(metadata.creationTimestamp, now),
      ...templateCells(spec.template),
      formatLabelSelector(spec.selector),
    ];
  },
};

export const daemonSet = defineKind({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.DaemonSet",
  strategy: {
    defaults,
    prepareForCreate,
    prepareForUpdate,
    validate: (object) => validateDaemonSet(asDaemonSet(object)),
    validateUpdate: (object, old) => validateDaemonSet(asDaemonSet(object), asDaemonSet(old)),
    warnings,
    generation: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateDaemonSetStatus(asDaemonSet(object), asDaemonSet(old)),
  },
  printer,
});
