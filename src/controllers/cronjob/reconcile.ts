/** The controller of CronJobs. */

import { CronError } from "../../api/batch/cron-schedule.ts";
import { ApiError } from "../../api/errors.ts";
import type * as batch from "../../api/generated/batch-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import { type CronJob, cronJobs, type Job, jobs } from "../../client/kinds.ts";
import {
  againIn,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wakeOwner,
} from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { managerOf } from "../ownership/claim.ts";
import { isEndingNamespace, textOf } from "../pods/pod-control.ts";
import {
  excessJobs,
  isActive,
  jobFor,
  jobName,
  noteJobs,
  type Reference,
  type Status,
  type Told,
  withoutActive,
} from "./plan.ts";
import { dueTime, ScheduleError, untilNext, zoneOf } from "./schedule.ts";

export function cronJobController(): Controller<batch.CronJob> {
  /** By uid, the schedule last seen: a new one counts from its next time on. */
  const schedules = new Map<string, string>();
  return {
    name: "cronjob-controller",
    reconciles: cronJobs,
    wakes: [wakeOwner(jobs, cronJobs.kind)],
    async reconcile(key, context) {
      const cronJob = context.cache(cronJobs).get(key);
      if (!cronJob) {
        schedules.delete(key);
        return done;
      }
      const { uid } = cronJob.metadata;
      const schedule = JSON.stringify([uid, cronJob.spec.schedule, cronJob.spec.timeZone]);
      const before = schedules.get(key);
      schedules.set(key, schedule);
      const isChanged =
        before !== undefined && before !== schedule && before.startsWith(JSON.stringify([uid]).slice(0, -1));
      return isChanged ? waitForNew(cronJob, context) : new Sync(cronJob, context).run();
    },
  };
}

function waitForNew(cronJob: CronJob, { clock, events }: ReconcileContext): Outcome {
  try {
    const wait = untilNext(cronJob, clock.now());
    return wait === undefined ? done : againIn(Math.max(0, wait));
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    const text = `unparseable schedule for cronjob: ${cronJob.spec.schedule}`;
    events.warning(regarding(cronJobs, cronJob), "UnParseableCronJobSchedule", text);
    return done;
  }
}

/** One look at a CronJob. */
class Sync {
  readonly #cronJob: CronJob;
  readonly #context: ReconcileContext;
  #status: Status;

  constructor(cronJob: CronJob, context: ReconcileContext) {
    this.#cronJob = cronJob;
    this.#context = context;
    this.#status = cronJob.status ?? {};
  }

  async run(): Promise<Outcome> {
    const owned = this.#context.cache(jobs).controlledBy(this.#cronJob.metadata.uid ?? "");
    const removed = new Set<Job>();
    for (const job of excessJobs(this.#cronJob, owned)) if (await this.#remove(job)) removed.add(job);
    const { status, told } = noteJobs(
      this.#status,
      owned.filter((job) => !removed.has(job)),
    );
    this.#status = status;
    for (const one of told) this.#tell(one);
    try {
      return await this.#start();
    } finally {
      await this.#write();
    }
  }

  async #start(): Promise<Outcome> {
    const { metadata, spec } = this.#cronJob;
    const { clock } = this.#context;
    if (metadata.deletionTimestamp) return done;
    if (spec.timeZone !== undefined && !zoneOf(spec.timeZone)) {
      const message = `invalid timeZone: ${JSON.stringify(spec.timeZone)}: unknown time zone ${spec.timeZone}`;
      return this.#tell({ type: "warning", reason: "UnknownTimeZone", message });
    }
    if (spec.suspend) return done;
    if (spec.schedule.includes("TZ")) this.#tellOfZone();
    const now = clock.now();
    const due = this.#due(now);
    if (due === undefined) return done;
    if (due.dueMs !== undefined) await this.#startAt(due.dueMs, now);
    const wait = untilNext({ ...this.#cronJob, status: this.#status }, now);
    return wait === undefined ? done : againIn(Math.max(0, wait));
  }

  /** Undefined: the schedule names no times. */
  #due(now: number): { readonly dueMs?: number | undefined } | undefined {
    const { schedule } = this.#cronJob.spec;
    try {
      const { dueMs, isTooMany } = dueTime({ ...this.#cronJob, status: this.#status }, now);
      if (dueMs !== undefined && isTooMany) {
        const message =
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
        this.#tell({ type: "warning", reason: "TooManyMissedTimes", message });
      }
      return { dueMs };
    } catch (error) {
      if (error instanceof CronError) {
        const message = `unparseable schedule: ${JSON.stringify(schedule)} : ${error.message}`;
        this.#tell({ type: "warning", reason: "UnparseableSchedule", message });
      } else if (error instanceof ScheduleError) {
        const message = `invalid schedule: ${schedule} : ${error.message}`;
        this.#tell({ type: "warning", reason: "InvalidSchedule", message });
      } else throw error;
      return undefined;
    }
  }

  async #startAt(dueMs: number, now: number): Promise<void> {
    const { spec } = this.#cronJob;
    const { startingDeadlineSeconds: deadline, concurrencyPolicy } = spec;
    if (deadline !== undefined && dueMs + deadline * 1000 < now) {
      const message = `Missed scheduled time to start a job: ${new Date(dueMs).toUTCString().replace("GMT", "+0000")}`;
      this.#tell({ type: "warning", reason: "MissSchedule", message });
      return;
    }
    const name = jobName(this.#cronJob, dueMs);
    const active = this.#status.active ?? [];
    const isDone = Date.parse(this.#status.lastScheduleTime ?? "") === dueMs;
    if (isDone || active.some((reference) => reference.name === name)) return;
    if (concurrencyPolicy === "Forbid" && active.length) {
      const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
      this.#tell({ type: "normal", reason: "JobAlreadyActive", message });
      return;
    }
    if (concurrencyPolicy === "Replace") for (const reference of active) await this.#replace(reference);
    const job = await this.#create(dueMs);
    if (job) this.#noteStart(job, dueMs);
  }

  /** Undefined: someone has started it before. */
  async #create(dueMs: number): Promise<Job | undefined> {
    const { client } = this.#context;
    const draft = jobFor(this.#cronJob, dueMs);
    try {
      const job = await client.create(jobs, draft);
      this.#tell({ type: "normal", reason: "SuccessfulCreate", message: `Created job ${job.metadata.name}` });
      return job;
    } catch (error) {
      if (isEndingNamespace(error)) throw error;
      if (!(error instanceof ApiError && error.reason === "AlreadyExists")) {
        this.#tell({ type: "warning", reason: "FailedCreate", message: `Error creating job: ${textOf(error)}` });
        throw error;
      }
      const { namespace, name = "" } = draft.metadata;
      const job = await client.get(jobs, { namespace, name });
      const isOurs = managerOf(job)?.uid === this.#cronJob.metadata.uid;
      return isOurs && !isActive(this.#status, job.metadata.uid) ? job : undefined;
    }
  }

  #noteStart({ metadata }: Job, dueMs: number): void {
    const { namespace, name, uid, resourceVersion } = metadata;
    const reference: Reference = { kind: "Job", namespace, name, uid, apiVersion: "batch/v1", resourceVersion };
    const active = [...(this.#status.active ?? []), reference];
    this.#status = { ...this.#status, active, lastScheduleTime: rfc3339(dueMs) };
  }

  async #replace({ namespace, name = "" }: Reference): Promise<void> {
    try {
      const job = await this.#context.client.get(jobs, { namespace, name });
      if (!(await this.#remove(job))) throw new Error(`could not replace job ${namespace}/${name}`);
    } catch (error) {
      if (error instanceof ApiError) {
        this.#tell({ type: "warning", reason: "FailedGet", message: `Get job: ${textOf(error)}` });
      }
      throw error;
    }
  }

  async #remove({ metadata }: Job): Promise<boolean> {
    const { namespace, name = "", uid } = metadata;
    try {
      await this.#context.client.delete(jobs, { namespace, name }, { propagationPolicy: "Background" });
    } catch (error) {
      this.#tell({ type: "warning", reason: "FailedDelete", message: `Deleted job: ${textOf(error)}` });
      return false;
    }
    this.#status = withoutActive(this.#status, uid);
    this.#tell({ type: "normal", reason: "SuccessfulDelete", message: `Deleted job ${name}` });
    return true;
  }

  #tell({ type, reason, message }: Told): Outcome {
    const about = regarding(cronJobs, this.#cronJob);
    if (type === "normal") this.#context.events.normal(about, reason, message);
    else this.#context.events.warning(about, reason, message);
    return done;
  }

  #tellOfZone(): void {
    const text = `CRON_TZ or TZ used in schedule ${JSON.stringify(this.#cronJob.spec.schedule)} is not officially supported`;
    const link = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/";
    this.#tell({ type: "warning", reason: "UnsupportedSchedule", message: `${text}, see ${link} for more details` });
  }

  async #write(): Promise<void> {
    const status = this.#status;
    if (deepEqual(status, this.#cronJob.status ?? {})) return;
    await this.#context.client.update(cronJobs, { ...this.#cronJob, status }, { subresource: "status" });
  }
}
