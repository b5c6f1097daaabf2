import type { TypeText } from "../schema/sources.ts";

/** The types of batch/v1, in the notation that schema/notation.ts reads. */
export const batchTypes = {
  groupVersion: "batch/v1",
  text: `
CronJob kind
  metadata 1 ObjectMeta
  spec 2 CronJobSpec required
  status 3 CronJobStatus
CronJobSpec
  schedule 1 string always required
  timeZone 8 *string
  startingDeadlineSeconds 2 *int64
  concurrencyPolicy 3 string enum(Allow,Forbid,Replace)
  suspend 4 *bool
  jobTemplate 5 JobTemplateSpec always required
  successfulJobsHistoryLimit 6 *int32
  failedJobsHistoryLimit 7 *int32
CronJobStatus
  active 1 []core/v1.ObjectReference atomic
  lastScheduleTime 4 *Time
  lastSuccessfulTime 5 *Time
Job kind
  metadata 1 ObjectMeta
  spec 2 JobSpec
  status 3 JobStatus
JobCondition
  type 1 string always required
  status 2 string always required
  lastProbeTime 3 Time
  lastTransitionTime 4 Time
  reason 5 string
  message 6 string
JobSpec
  parallelism 1 *int32
  completions 2 *int32
  activeDeadlineSeconds 3 *int64
  podFailurePolicy 11 *PodFailurePolicy
  successPolicy 16 *SuccessPolicy
  backoffLimit 7 *int32
  backoffLimitPerIndex 12 *int32
  maxFailedIndexes 13 *int32
  selector 4 *LabelSelector
  manualSelector 5 *bool
  template 6 core/v1.PodTemplateSpec always required
  ttlSecondsAfterFinished 8 *int32
  completionMode 9 *string enum(Indexed,NonIndexed)
  suspend 10 *bool
  podReplacementPolicy 14 *string enum(Failed,TerminatingOrFailed)
  managedBy 15 *string
JobStatus
  conditions 1 []JobCondition atomic merge(type)
  startTime 2 *Time
  completionTime 3 *Time
  active 4 int32
  succeeded 5 int32
  failed 6 int32
  terminating 11 *int32
  completedIndexes 7 string
  failedIndexes 10 *string
  uncountedTerminatedPods 8 *UncountedTerminatedPods
  ready 9 *int32
JobTemplateSpec
  metadata 1 ObjectMeta
  spec 2 JobSpec
PodFailurePolicy
  rules 1 []PodFailurePolicyRule always atomic required
PodFailurePolicyOnExitCodesRequirement
  containerName 1 *string
  operator 2 string always enum(In,NotIn) required
  values 3 []int32 always set required
PodFailurePolicyOnPodConditionsPattern
  type 1 string always required
  status 2 string always
PodFailurePolicyRule
  action 1 string always enum(Count,FailIndex,FailJob,Ignore) required
  onExitCodes 2 *PodFailurePolicyOnExitCodesRequirement
  onPodConditions 3 []PodFailurePolicyOnPodConditionsPattern atomic
SuccessPolicy
  rules 1 []SuccessPolicyRule always atomic required
SuccessPolicyRule
  succeededIndexes 1 *string
  succeededCount 2 *int32
UncountedTerminatedPods
  succeeded 1 []string set
  failed 2 []string set
`,
};

/** What is known of the group, and not served. */
export const batchUnserved: readonly TypeText[] = [
  {
    groupVersion: "batch/v1beta1",
    text: `
CronJob like batch/v1
CronJobSpec like batch/v1
CronJobStatus like batch/v1
JobTemplateSpec like batch/v1
  spec 2 batch/v1.JobSpec
`,
  },
];
