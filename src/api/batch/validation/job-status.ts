/** Changes of a Job's status. Most is looked at only where it has changed, so that odd ones of old can be mended. */
import type { Job, JobStatus } from "../../generated/batch-v1.ts";
import { deepEqual } from "../../object.ts";
import { checkNonNegative } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { immutableText } from "../../validation/object-meta.ts";
import { firstOverlap, parseIndexes } from "./indexes.ts";
import { invalidOmitted } from "./policies.ts";

const path = new Path("status");
const conditions = path.child("conditions");

const is = ({ status }: Job, type: string): boolean =>
  status.conditions?.some((c) => c.type === type && c.status === "True") ?? false;
const isFinished = (job: Job): boolean => is(job, "Complete") || is(job, "Failed");

export function validateJobStatus(job: Job, old: Job): FieldError[] {
  const errors: FieldError[] = [];
  const changed = (...fields: (keyof JobStatus)[]): boolean =>
    fields.some((field) => !deepEqual(job.status[field] ?? null, old.status[field] ?? null));
  const turned = (type: string): boolean => is(job, type) !== is(old, type);
  for (const field of ["active", "succeeded", "failed", "ready", "terminating"] as const)
    checkNonNegative(errors, path.child(field), job.status[field]);
  checkUncounted(errors, job.status);
  checkConditions(errors, job, changed, turned);
  checkFinished(errors, job, isFinished(job) !== isFinished(old), changed);
  checkIndexes(errors, job, changed);
  if ((job.status.ready ?? 0) > (job.status.active ?? 0) && changed("ready", "active"))
    errors.push(path.child("ready").invalid(job.status.ready, "cannot set more ready pods than active"));
  checkCriteria(errors, job);
  checkTransition(errors, job, old);
  return errors;
}

type Changed = (...fields: (keyof JobStatus)[]) => boolean;

function checkUncounted(errors: FieldError[], { uncountedTerminatedPods: pods }: JobStatus): void {
  const seen = new Set<string>();
  for (const list of ["succeeded", "failed"] as const) {
    for (const [i, uid] of (pods?.[list] ?? []).entries()) {
      const at = path.child("uncountedTerminatedPods", list).index(i);
      if (uid === "") errors.push(at.invalid(uid, "must not be empty"));
      else if (seen.has(uid)) errors.push(at.duplicate(uid));
      seen.add(uid);
    }
  }
}

function checkConditions(errors: FieldError[], job: Job, changed: Changed, turned: (type: string) => boolean): void {
  const { status } = job;
  const [complete, failed, target] = [is(job, "Complete"), is(job, "Failed"), is(job, "FailureTarget")];
  const at = path.child("completionTime");
  if (complete && failed && (turned("Complete") || turned("Failed")))
    errors.push(invalidOmitted(conditions, "cannot set Complete=True and Failed=true conditions"));
  if (complete && target && (turned("Complete") || turned("FailureTarget")))
    errors.push(invalidOmitted(conditions, "cannot set Complete=True and FailureTarget=true conditions"));
  if (status.completionTime && !complete && (turned("Complete") || changed("completionTime"))) {
    const why = "cannot set completionTime when there is no Complete=True condition";
    errors.push(at.invalid(status.completionTime, why));
  }
  if (!status.completionTime && complete && (turned("Complete") || changed("completionTime")))
    errors.push(at.required("completionTime is required for Complete jobs"));
  if (changed("startTime", "completionTime") && status.startTime && status.completionTime) {
    if (Date.parse(status.completionTime) < Date.parse(status.startTime))
      errors.push(at.invalid(status.completionTime, "must be equal to or after `startTime`"));
  }
  if (failed && !target && (turned("Failed") || changed("failedIndexes"))) {
    const why = "cannot set Failed=True condition without the FailureTarget=true condition";
    errors.push(invalidOmitted(conditions, why));
  }
  if (complete && !is(job, "SuccessCriteriaMet") && (turned("Complete") || turned("SuccessCriteriaMet"))) {
    const why = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition";
    errors.push(invalidOmitted(conditions, why));
  }
}

function checkFinished(errors: FieldError[], job: Job, finishedChanged: boolean, changed: Changed): void {
  const { spec, status } = job;
  if (!isFinished(job)) return;
  const look = (...fields: (keyof JobStatus)[]): boolean => finishedChanged || changed(...fields);
  if ((status.active ?? 0) > 0 && look("active"))
    errors.push(path.child("active").invalid(status.active, "active>0 is invalid for finished job"));
  const neverStarts = spec.suspend === true && spec.completions === 0;
  if (!status.startTime && look("startTime") && !neverStarts)
    errors.push(path.child("startTime").required("startTime is required for finished job"));
  const pods = status.uncountedTerminatedPods;
  if ((pods?.failed?.length || pods?.succeeded?.length) && look("uncountedTerminatedPods")) {
    const shown = { Succeeded: pods.succeeded ?? null, Failed: pods.failed ?? null };
    errors.push(path.child("uncountedTerminatedPods").invalid(shown, "must be empty for finished job"));
  }
  if ((status.terminating ?? 0) > 0 && look("terminating"))
    errors.push(path.child("terminating").invalid(status.terminating, "terminating>0 is invalid for finished job"));
}

function checkIndexes(errors: FieldError[], { spec, status }: Job, changed: Changed): void {
  const { completedIndexes = "", failedIndexes } = status;
  const [completed, failed] = [path.child("completedIndexes"), path.child("failedIndexes")];
  const { completions, backoffLimitPerIndex: perIndex } = spec;
  if (changed("completedIndexes") && completions !== undefined) {
    const read = parseIndexes(completedIndexes, completions);
    if ("error" in read)
      errors.push(completed.invalid(completedIndexes, `error parsing completedIndexes: ${read.error}`));
  }
  if (changed("failedIndexes") && completions !== undefined && perIndex !== undefined && failedIndexes !== undefined) {
    const read = parseIndexes(failedIndexes, completions);
    if ("error" in read) errors.push(failed.invalid(failedIndexes, `error parsing failedIndexes: ${read.error}`));
  }
  if (changed("completedIndexes") && completedIndexes && spec.completionMode !== "Indexed") {
    const why = "cannot set non-empty completedIndexes when non-indexed completion mode";
    errors.push(completed.invalid(completedIndexes, why));
  }
  if (failedIndexes === undefined) return;
  if (changed("failedIndexes") && perIndex === undefined) {
    const why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
    errors.push(failed.invalid(failedIndexes, why));
  }
  if (!changed("failedIndexes", "completedIndexes") || completions === undefined) return;
  const both = firstOverlap(completedIndexes, failedIndexes, completions);
  if (both !== undefined)
    errors.push(failed.invalid(failedIndexes, `failedIndexes and completedIndexes overlap at index: ${both}`));
}

function checkCriteria(errors: FieldError[], job: Job): void {
  const met = is(job, "SuccessCriteriaMet");
  if (met && is(job, "Failed"))
    errors.push(invalidOmitted(conditions, "cannot set SuccessCriteriaMet=True and Failed=true conditions"));
  if (met && is(job, "FailureTarget"))
    errors.push(invalidOmitted(conditions, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"));
  if (job.spec.successPolicy && !met && is(job, "Complete")) {
    const why = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True";
    errors.push(invalidOmitted(conditions, why));
  }
}

/** What has been decided stays decided; counts only rise. */
function checkTransition(errors: FieldError[], job: Job, old: Job): void {
  const [now, before] = [job.status, old.status];
  for (const type of ["Failed", "Complete", "FailureTarget"]) {
    if (is(old, type) && !is(job, type))
      errors.push(invalidOmitted(conditions, `cannot disable the terminal ${type}=True condition`));
  }
  if ((now.failed ?? 0) < (before.failed ?? 0))
    errors.push(path.child("failed").invalid(now.failed ?? 0, "cannot decrease the failed counter"));
  const scales = job.spec.completionMode === "Indexed" && job.spec.completions === job.spec.parallelism;
  if (!scales && (now.succeeded ?? 0) < (before.succeeded ?? 0))
    errors.push(path.child("succeeded").invalid(now.succeeded ?? 0, "cannot decrease the succeeded counter"));
  if (now.completionTime && before.completionTime && now.completionTime !== before.completionTime)
    errors.push(path.child("completionTime").invalid(now.completionTime, immutableText));
  if (before.startTime && now.startTime !== before.startTime && !job.spec.suspend && !isResuming(job, old)) {
    const why = "field is immutable for unsuspended job once set";
    errors.push(path.child("startTime").invalid(now.startTime ?? null, why));
  }
  const [met, wasMet] = [is(job, "SuccessCriteriaMet"), is(old, "SuccessCriteriaMet")];
  if (wasMet && !met) errors.push(invalidOmitted(conditions, "cannot disable the SuccessCriteriaMet=True condition"));
  if (is(old, "Complete") && !wasMet && met) {
    const why = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
    errors.push(invalidOmitted(conditions, why));
  }
}

const isResuming = (job: Job, old: Job): boolean =>
  is(old, "Suspended") && (job.status.conditions?.some((c) => c.type === "Suspended" && c.status === "False") ?? false);
