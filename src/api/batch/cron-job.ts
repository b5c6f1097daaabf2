import { dropGatedFields } from "../core/gated-fields.ts";
import { warningsForPodNames } from "../core/warnings/pod-warnings.ts";
import type { CronJob } from "../generated/batch-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { boolean, integer, text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateColumns } from "../printing/template-columns.ts";
import { formatLabelSelector } from "../selectors.ts";
import { Path } from "../validation/field-error.ts";
import { defaultCronJob } from "./job-defaults.ts";
import { warningsForJobSpec } from "./job-warnings.ts";
import { validateCronJob } from "./validation/cron-job.ts";

const asCronJob = (object: Draft | KubeObject): CronJob => object as unknown as CronJob;
const dropGated = (object: Draft): void => dropGatedFields(asCronJob(object).spec.jobTemplate?.spec?.template?.spec);

function warnings(object: KubeObject, old?: KubeObject): string[] {
  const { spec } = asCronJob(object);
  const path = new Path("spec").child("jobTemplate", "spec");
  return [
    ...(old ? [] : warningsForPodNames(object.metadata)),
    ...(object.metadata.generation === old?.metadata.generation ? [] : warningsForJobSpec(spec.jobTemplate.spec, path)),
    ...(old && spec.schedule.includes("TZ")
      ? [
          "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details",
        ]
      : []),
  ];
}

const printer: Printer = {
  columns: [
    nameColumn,
    text("Schedule", "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron."),
    text(
      "Timezone",
      "The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones",
    ),
    boolean(
      "Suspend",
      "This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.",
    ),
    integer("Active", "A list of pointers to currently running jobs."),
    text("Last Schedule", "Information when was the last time the job was successfully scheduled."),
    ageColumn,
    ...templateColumns,
    wide(
      "Selector",
      "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ),
  ],
  cells(object, now) {
    const { metadata, spec, status } = asCronJob(object);
    const { lastScheduleTime, active } = status;
    return [
      metadata.name ?? "",
      spec.schedule,
      spec.timeZone ?? "<none>",
      spec.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False",
      active?.length ?? 0,
      lastScheduleTime ? age(lastScheduleTime, now) : "<none>",
      age(metadata.creationTimestamp, now),
      ...templateCells(spec.jobTemplate?.spec?.template),
      formatLabelSelector(spec.jobTemplate?.spec?.selector),
    ];
  },
};

export const cronJob = defineKind({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  type: "batch/v1.CronJob",
  strategy: {
    defaults: (object) => defaultCronJob(asCronJob(object)),
    prepareForCreate: dropGated,
    prepareForUpdate: dropGated,
    validate: (object) => validateCronJob(asCronJob(object)),
    validateUpdate: (object, old) => validateCronJob(asCronJob(object), asCronJob(old)),
    warnings,
    generation: true,
  },
  status: { verbs: ["get", "patch", "update"], validateUpdate: () => [] },
  printer,
});
