/** Descriptions of what makes pods: deployments, replica sets, daemon sets, stateful sets, jobs, cron jobs. */

import type { KubeObject } from "../../api/object.ts";
import { formatLabels } from "../../api/printing/columns.ts";
import { humanDuration } from "../../api/printing/default-printer.ts";
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  Pod,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from "../../client/kinds.ts";
import { labelSelectorFrom } from "../pods/selector-text.ts";
import { newAndOld, type Sets } from "../rollout/replica-sets.ts";
import type { Describer, Surroundings } from "./describer.ts";
import { describeEvents } from "./events.ts";
import { type Page, rfc1123, truth } from "./page.ts";
import { controlledBy, describeTemplate, type Template } from "./pod.ts";

const setOr = (value: unknown, unit = ""): string =>
  value === undefined || value === null ? "<unset>" : `${value}${unit}`;

function conditions(
  page: Page,
  list:
    | readonly { readonly type: string; readonly status: string; readonly reason?: string | undefined }[]
    | null
    | undefined,
): void {
  if (!list?.length) return;
  page.line(0, "Conditions:");
  page.line(1, "Type\tStatus\tReason");
  page.line(1, "----\t------\t------");
  for (const { type, status, reason } of list) page.line(1, `${type} \t${status}\t${reason ?? ""}`);
}

/** How many of the pods that the object controls are in which phase. */
async function podStatus(around: Surroundings, { metadata }: KubeObject, selector: string): Promise<string> {
  const pods = (await around.list("pods", metadata.namespace, selector)) as unknown as readonly Pod[];
  const own = pods.filter((pod) =>
    pod.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === metadata.uid),
  );
  const count = (phase: string): number => own.filter(({ status }) => status.phase === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

export const describeDeployment: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as Deployment;
  page.head(metadata);
  page.field("CreationTimestamp", rfc1123(metadata.creationTimestamp));
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  const selector = labelSelectorFrom(spec.selector);
  page.field("Selector", selector);
  page.field(
    "Replicas",
    `${spec.replicas ?? 1} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
  );
  page.field("StrategyType", spec.strategy?.type ?? "");
  page.field("MinReadySeconds", spec.minReadySeconds ?? 0);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling)
    page.field("RollingUpdateStrategy", `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  describeTemplate(page, spec.template);
  conditions(page, status?.conditions);
  const sets: Sets = newAndOld(object, await around.list("replicasets.apps", metadata.namespace, selector));
  if (sets.current || sets.old.length) {
    page.field("OldReplicaSets", setTexts(sets.old));
    page.field("NewReplicaSet", setTexts(sets.current ? [sets.current] : []));
  }
  await describeEvents(page, object, around);
};

const setTexts = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      ({ metadata, spec, status }) =>
        `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`,
    )
    .join(", ") || "<none>";

export const describeReplicaSet: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as ReplicaSet;
  const selector = labelSelectorFrom(spec.selector);
  page.head(metadata);
  page.field("Selector", selector);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  controlledBy(page, object);
  page.field("Replicas", `${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  page.field("Pods Status", await podStatus(around, object, selector));
  describeTemplate(page, spec.template as Template);
  conditions(page, status?.conditions);
  await describeEvents(page, object, around);
};

export const describeReplicationController: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as ReplicationController;
  const selector = formatLabels(spec?.selector);
  page.head(metadata);
  page.field("Selector", selector);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("Replicas", `${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
  page.field("Pods Status", await podStatus(around, object, selector));
  describeTemplate(page, spec?.template as Template);
  conditions(page, status?.conditions);
  await describeEvents(page, object, around);
};

export const describeDaemonSet: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as DaemonSet;
  const selector = labelSelectorFrom(spec.selector);
  page.head(metadata);
  page.field("Selector", selector);
  page.field("Node-Selector", formatLabels(spec.template.spec?.nodeSelector));
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  page.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  page.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  page.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  page.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  page.field("Pods Status", await podStatus(around, object, selector));
  describeTemplate(page, spec.template);
  await describeEvents(page, object, around);
};

export const describeStatefulSet: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as StatefulSet;
  const selector = labelSelectorFrom(spec.selector);
  page.head(metadata);
  page.field("CreationTimestamp", rfc1123(metadata.creationTimestamp));
  page.field("Selector", selector);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("Replicas", `${spec.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
  page.field("Update Strategy", spec.updateStrategy?.type ?? "");
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) {
    page.field("Partition", rolling.partition, 1);
    if (rolling.maxUnavailable !== undefined) page.field("MaxUnavailable", rolling.maxUnavailable, 1);
  }
  page.field("Pods Status", await podStatus(around, object, selector));
  describeTemplate(page, spec.template);
  claims(page, spec.volumeClaimTemplates);
  await describeEvents(page, object, around);
};

function claims(page: Page, templates: StatefulSet["spec"]["volumeClaimTemplates"]): void {
  if (!templates?.length) {
    page.line(0, "Volume Claims:\t<none>");
    return;
  }
  page.line(0, "Volume Claims:");
  for (const { metadata, spec } of templates) {
    page.field("Name", metadata.name, 1);
    page.field("StorageClass", spec.storageClassName ?? "", 1);
    page.labels("Labels", metadata.labels, "  ");
    page.labels("Annotations", metadata.annotations, "  ");
    page.field("Capacity", spec.resources?.requests?.storage ?? "<default>", 1);
    page.field("Access Modes", `[${(spec.accessModes ?? []).join(" ")}]`, 1);
  }
}

export const describeJob: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as Job;
  page.head(metadata);
  page.field("Selector", labelSelectorFrom(spec.selector));
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  controlledBy(page, object);
  if (spec.parallelism !== undefined) page.field("Parallelism", spec.parallelism);
  page.field("Completions", setOr(spec.completions));
  if (spec.completionMode) page.field("Completion Mode", spec.completionMode);
  if (spec.suspend !== undefined) page.field("Suspend", spec.suspend);
  if (spec.backoffLimit !== undefined) page.field("Backoff Limit", spec.backoffLimit);
  if (spec.ttlSecondsAfterFinished !== undefined)
    page.field("TTL Seconds After Finished", spec.ttlSecondsAfterFinished);
  const { startTime, completionTime } = status ?? {};
  if (startTime) page.field("Start Time", rfc1123(startTime));
  if (completionTime) page.field("Completed At", rfc1123(completionTime));
  if (startTime && completionTime)
    page.field("Duration", humanDuration(Date.parse(completionTime) - Date.parse(startTime)));
  if (spec.activeDeadlineSeconds !== undefined) page.field("Active Deadline Seconds", `${spec.activeDeadlineSeconds}s`);
  const ready = status?.ready === undefined ? "" : ` (${status.ready} Ready)`;
  page.field(
    "Pods Statuses",
    `${status?.active ?? 0} Active${ready} / ${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`,
  );
  if (spec.completionMode === "Indexed") page.field("Completed Indexes", indexes(status?.completedIndexes ?? ""));
  describeTemplate(page, spec.template);
  await describeEvents(page, object, around);
};

/** A long list ends at the first comma behind its fiftieth letter. */
function indexes(text: string): string {
  if (!text) return "<none>";
  const end = text.indexOf(",", 50);
  return end < 0 ? text : `${text.slice(0, end + 1)}...`;
}

export const describeCronJob: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as CronJob;
  page.head(metadata);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("Schedule", spec.schedule);
  page.field("Concurrency Policy", spec.concurrencyPolicy ?? "");
  page.field("Suspend", truth(spec.suspend));
  page.field("Time Zone", setOr(spec.timeZone));
  page.field("Successful Job History Limit", setOr(spec.successfulJobsHistoryLimit));
  page.field("Failed Job History Limit", setOr(spec.failedJobsHistoryLimit));
  page.field("Starting Deadline Seconds", setOr(spec.startingDeadlineSeconds, "s"));
  const job = spec.jobTemplate.spec;
  page.field("Selector", job?.selector ? labelSelectorFrom(job.selector) : "<unset>");
  page.field("Parallelism", setOr(job?.parallelism));
  page.field("Completions", setOr(job?.completions));
  if (job?.activeDeadlineSeconds !== undefined) page.field("Active Deadline Seconds", `${job.activeDeadlineSeconds}s`);
  describeTemplate(page, job?.template);
  page.field("Last Schedule Time", status?.lastScheduleTime ? rfc1123(status.lastScheduleTime) : "<unset>");
  page.field("Active Jobs", (status?.active ?? []).map(({ name }) => name).join(", ") || "<none>");
  await describeEvents(page, object, around);
};
