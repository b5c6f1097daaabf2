/** Validation of CronJobs. */
import { shownSelector } from "../../apps/validation/workload.ts";
import type { CronJob } from "../../generated/batch-v1.ts";
import { checkNonNegative, checkOneOf } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { CronError, parseCronSchedule } from "../cron-schedule.ts";
import { timeZone } from "../time-zone.ts";
import { validateJobSpec } from "./job-spec.ts";

const specPath = new Path("spec");
/** The names of Jobs have eleven letters more than that of their CronJob, and at most 63. */
const longestName = 52;

export function validateCronJob({ metadata, spec }: CronJob, old?: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.schedule) errors.push(specPath.child("schedule").required());
  else checkSchedule(errors, spec.schedule, spec.timeZone, old?.spec.schedule);
  checkNonNegative(errors, specPath.child("startingDeadlineSeconds"), spec.startingDeadlineSeconds);
  if (spec.timeZone !== undefined && spec.timeZone !== old?.spec.timeZone) checkTimeZone(errors, spec.timeZone);
  checkOneOf(errors, specPath.child("concurrencyPolicy"), spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]);
  const path = specPath.child("jobTemplate", "spec");
  const job = spec.jobTemplate.spec;
  validateJobSpec(errors, job, path, old?.spec.jobTemplate.spec);
  if (job.selector)
    errors.push(path.child("selector").invalid(shownSelector(job.selector), "`selector` will be auto-generated"));
  if (job.manualSelector) errors.push(path.child("manualSelector").notSupported(true, ["nil", "false"]));
  checkNonNegative(errors, specPath.child("successfulJobsHistoryLimit"), spec.successfulJobsHistoryLimit);
  checkNonNegative(errors, specPath.child("failedJobsHistoryLimit"), spec.failedJobsHistoryLimit);
  if (!old && (metadata.name?.length ?? 0) > longestName) {
    const why = `must be no more than ${longestName} characters`;
    errors.push(new Path("metadata").child("name").invalid(metadata.name, why));
  }
  return errors;
}

/** A zone inside the schedule is of old: only where there was one before may there be one now. */
function checkSchedule(
  errors: FieldError[],
  schedule: string,
  zone: string | undefined,
  old: string | undefined,
): void {
  const path = specPath.child("schedule");
  try {
    parseCronSchedule(schedule);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    errors.push(path.invalid(schedule, error.message));
  }
  if (!schedule.includes("TZ")) return;
  if (!old?.includes("TZ"))
    errors.push(path.invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
  else if (zone !== undefined)
    errors.push(path.invalid(schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"));
}

function checkTimeZone(errors: FieldError[], zone: string): void {
  const path = specPath.child("timeZone");
  const unknown = path.invalid(zone, `unknown time zone ${zone}`);
  const odd = (part: string): boolean =>
    part === "." || part === ".." || part.startsWith("-") || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part);
  if (zone === "") errors.push(path.invalid(zone, "timeZone must be nil or non-empty string"));
  else if (zone.split("/").some(odd)) errors.push(unknown);
  else {
    if (zone.toLowerCase() === "local") {
      const why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
      errors.push(path.invalid(zone, why));
    }
    if (zone !== "Local" && !timeZone(zone)) errors.push(unknown);
  }
}
