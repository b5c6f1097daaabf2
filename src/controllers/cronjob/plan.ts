/** What a CronJob makes of its jobs: which it knows as active, which of the ended ones it keeps, and what it starts. */

import { utc } from "../../api/batch/time-zone.ts";
import type { CronJob, Job } from "../../client/kinds.ts";
import { cronJobs } from "../../client/kinds.ts";
import { isFinished, trueCondition } from "../job/conditions.ts";
import { ownerReference } from "../ownership/claim.ts";
import { timeIn, zoneOf } from "./schedule.ts";

export type Status = CronJob["status"];
export type Reference = NonNullable<Status["active"]>[number];

export interface Told {
  readonly type: "normal" | "warning";
  readonly reason: string;
  readonly message: string;
}

const scheduledAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

export const withoutActive = (status: Status, uid: string | undefined): Status => {
  const active = (status.active ?? []).filter((reference) => reference.uid !== uid);
  return { ...status, active: active.length ? active : undefined };
};

export const isActive = (status: Status, uid: string | undefined): boolean =>
  status.active?.some((reference) => reference.uid === uid) ?? false;

/** The status once the jobs have been looked at, and what there is to tell of them. */
export function noteJobs(status: Status, jobs: readonly Job[]): { status: Status; told: readonly Told[] } {
  const told: Told[] = [];
  let next = status;
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    if (!isFinished(job)) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      if (!isActive(next, uid)) told.push({ type: "warning", reason: "UnexpectedJob", message });
      continue;
    }
    const succeeded = trueCondition(job.status.conditions, "Complete");
    if (isActive(next, uid)) {
      next = withoutActive(next, uid);
      const message = `Saw completed job: ${name}, condition: ${succeeded ? "Complete" : "Failed"}`;
      told.push({ type: "normal", reason: "SawCompletedJob", message });
    }
    const { completionTime } = job.status;
    const last = next.lastSuccessfulTime;
    const isLater = completionTime && (!last || Date.parse(completionTime) > Date.parse(last));
    if (succeeded && isLater) next = { ...next, lastSuccessfulTime: completionTime };
  }
  const known = new Set(jobs.map(({ metadata }) => metadata.uid));
  for (const { uid, name } of status.active ?? []) {
    if (known.has(uid) || !isActive(next, uid)) continue;
    next = withoutActive(next, uid);
    told.push({ type: "normal", reason: "MissingJob", message: `Active job went missing: ${name}` });
  }
  return { status: next, told };
}

/** Ended jobs that are one too many, oldest first. */
export function excessJobs({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const ended = (type: string): Job[] => jobs.filter(({ status }) => trueCondition(status.conditions, type));
  const excess = (list: readonly Job[], limit: number | undefined): Job[] =>
    limit === undefined ? [] : list.toSorted(byStart).slice(0, Math.max(0, list.length - limit));
  return [
    ...excess(ended("Complete"), spec.successfulJobsHistoryLimit),
    ...excess(ended("Failed"), spec.failedJobsHistoryLimit),
  ];
}

/** Those that never started come last. */
function byStart(a: Job, b: Job): number {
  const [x, y] = [a.status.startTime, b.status.startTime].map((time) => (time ? Date.parse(time) : Infinity));
  if (x !== y) return (x ?? 0) < (y ?? 0) ? -1 : 1;
  return (a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1;
}

/** The same time gives the same name, so that no time can start two jobs. */
export const jobName = ({ metadata }: CronJob, dueMs: number): string =>
  `${metadata.name}-${Math.floor(dueMs / 60_000)}`;

export function jobFor(cronJob: CronJob, dueMs: number): Job {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const scheduled = timeIn(zoneOf(cronJob.spec.timeZone) ?? utc, dueMs);
  return {
    metadata: {
      name: jobName(cronJob, dueMs),
      namespace: cronJob.metadata.namespace,
      labels: metadata?.labels,
      annotations: { ...metadata?.annotations, [scheduledAnnotation]: scheduled },
      ownerReferences: [ownerReference({ kind: cronJobs, object: cronJob })],
    },
    spec,
    status: {},
  };
}
