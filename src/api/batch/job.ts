import { warningsForPodNames } from "../core/warnings/pod-warnings.ts";
import type { Job } from "../generated/batch-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text, wide } from "../printing/columns.ts";
import { age, ageColumn, humanDuration, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { formatLabelSelector } from "../selectors.ts";
import { Path } from "../validation/field-error.ts";
import { defaultJob } from "./job-defaults.ts";
import { prepareJobForCreate, prepareJobForUpdate } from "./job-prepare.ts";
import { warningsForJobSpec } from "./job-warnings.ts";
import { validateJob } from "./validation/job.ts";
import { validateJobStatus } from "./validation/job-status.ts";

const asJob = (object: Draft | KubeObject): Job => object as unknown as Job;

const warnings = (object: KubeObject, old?: KubeObject): string[] => [
  ...(old ? [] : warningsForPodNames(object.metadata)),
  ...(object.metadata.generation === old?.metadata.generation
    ? []
    : warningsForJobSpec(asJob(object).spec, new Path("spec"))),
];

function statusWord({ metadata, status }: Job): string {
  const is = (type: string): boolean => status.conditions?.find((c) => c.type === type)?.status === "True";
  if (is("Complete")) return "Complete";
  if (is("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(is) ?? "Running";
}

function completions({ spec, status }: Job): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function duration({ status: { startTime, completionTime } }: Job, now: number): string {
  if (!startTime) return "";
  return humanDuration((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime));
}

const printer: Printer = {
  columns: [
    nameColumn,
    text("Status", "Status of the job."),
    text(
      "Completions",
      "The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.",
    ),
    text("Duration", "Time required to complete the job."),
    ageColumn,
    ...templateColumns,
    wide(
      "Selector",
      "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
  ],
  cells(object, now) {
    const job = asJob(object);
    const { metadata, spec } = job;
    return [
      metadata.name ?? "",
      statusWord(job),
      completions(job),
      duration(job, now),
      age(metadata.creationTimestamp, now),
      ...templateCells(spec.template),
      formatLabelSelector(spec.selector),
    ];
  },
};

export const job = defineKind({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  categories: ["all"],
  namespaced: true,
  type: "batch/v1.Job",
  strategy: {
    defaults: (object) => defaultJob(asJob(object)),
    prepareForCreate: prepareJobForCreate,
    prepareForUpdate: prepareJobForUpdate,
    validate: (object) => validateJob(asJob(object)),
    validateUpdate: (object, old) => validateJob(asJob(object), asJob(old)),
    warnings,
    generation: true,
    // as clients of old times expect
    defaultPropagation: "orphan",
    propagationWarning:
      "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  },
  selectableFields: { "status.successful": (object) => String(asJob(object).status.succeeded ?? 0) },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateJobStatus(asJob(object), asJob(old)),
  },
  printer,
});
