/** What Jobs and CronJobs are filled with (upstream's `pkg/apis/batch/v1/defaults.go`). */
import { defaultTemplate } from "../core/pod-defaults.ts";
import type { CronJob, Job, JobSpec } from "../generated/batch-v1.ts";

const largestInt32 = 2 ** 31 - 1;

export function defaultJob({ metadata, spec }: Pick<Job, "metadata" | "spec">): void {
  defaultJobSpec(spec);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : largestInt32;
  const labels = spec.template?.metadata?.labels;
  if (labels && !Object.keys(metadata.labels ?? {}).length) metadata.labels = labels;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed";
  spec.manualSelector ??= false;
}

/** The template of a CronJob's Jobs is filled less: the Jobs are, when they are made. */
export function defaultCronJob({ spec }: Pick<CronJob, "spec">): void {
  defaultJobSpec(spec.jobTemplate?.spec);
  spec.concurrencyPolicy ||= "Allow";
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
}

function defaultJobSpec(spec: JobSpec | undefined): void {
  if (!spec) return;
  defaultTemplate(spec.template);
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= "True";
  }
}
