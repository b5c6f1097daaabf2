/** The controller of Jobs. */
import { ApiError } from "../../api/errors.ts";
import type * as batch from "../../api/generated/batch-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { matchesAll, type Selector, selectorOf } from "../../api/selectors.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { Client } from "../../client/client.ts";
import { type Job, jobs, type Pod, pods } from "../../client/kinds.ts";
import { againIn, type Controller, done, type Outcome, type ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { candidates, claim } from "../ownership/claim.ts";
import { wakeClaimants } from "../ownership/wakes.ts";
import { createPod, deletePod, isEndingNamespace, type PodControl } from "../pods/pod-control.ts";
import { isReady } from "../pods/pod-state.ts";
import { slowStart } from "../pods/slow-start.ts";
import { type Condition, conditionAt, isFinished, trueCondition, withCondition } from "./conditions.ts";
import { type JobView, observe } from "./observe.ts";
import { planJob } from "./plan.ts";
import { numbered, podOf } from "./pod.ts";
import { type FailureRecord, noFailures } from "./pod-backoff.ts";
import { isSuspended, isTracked, trackingFinalizer } from "./pod-facts.ts";
import { countReleased, type Status, trackEnded } from "./track.ts";

export const controllerName = "kubernetes.io/job-controller";

/** Pods of one Job often change together: they are looked at together. */
const batchMs = 100;

/** What is remembered of a Job between two looks. */
interface Memory {
  readonly uid: string | undefined;
  generation: number | undefined;
  lookedMs: number;
  failures: FailureRecord;
}

export function jobController(): Controller<batch.Job> {
  const memories = new Map<string, Memory>();
  return {
    name: "job-controller",
    reconciles: jobs,
    wakes: wakeClaimants(pods, jobs, (job, labels) => {
      const selector = selectorIn(job);
      return selector !== undefined && selector.length > 0 && matchesAll(selector, labels);
    }),
    async reconcile(key, context) {
      const job = context.cache(jobs).get(key);
      const isOurs = job && (job.spec.managedBy ?? controllerName) === controllerName;
      if (!isOurs || isFinished(job)) {
        memories.delete(key);
        return done;
      }
      const { uid, generation } = job.metadata;
      const now = context.clock.now();
      const known = memories.get(key);
      const fresh: Memory = { uid, generation: undefined, lookedMs: now, failures: noFailures };
      const memory = known && known.uid === uid ? known : fresh;
      if (memory.generation === generation && now - memory.lookedMs < batchMs) {
        return againIn(memory.lookedMs + batchMs - now);
      }
      memory.generation = generation;
      memory.lookedMs = now;
      memories.set(key, memory);
      return reconcile(job, memory, context);
    },
  };
}

const selectorIn = ({ spec }: Job): Selector | undefined =>
  selectorOf(spec.selector as Parameters<typeof selectorOf>[0]);

async function reconcile(job: Job, memory: Memory, context: ReconcileContext): Promise<Outcome> {
  const { client, clock, cache } = context;
  const selector = selectorIn(job);
  if (!selector) return done;
  const owned = await claim(pods, candidates(cache(pods), job), {
    client,
    owner: { kind: jobs, object: job },
    matches: ({ metadata }) => matchesAll(selector, metadata.labels),
    finalizer: trackingFinalizer,
  });
  const now = clock.now();
  const startTime = job.status.startTime ?? (isSuspended(job) ? undefined : rfc3339(now));
  const started: Job = {
    ...job,
    status: { ...job.status, startTime, uncountedTerminatedPods: job.status.uncountedTerminatedPods ?? {} },
  };
  const view = observe(started, owned, memory.failures, now);
  const managed = view.end ? await stop(view, context) : await manage(view, context);
  await writeDown(job, { ...view, ...managed.view }, managed, memory, context);
  if (managed.error !== undefined) throw managed.error;
  const waits = [managed.waitMs, view.end ? undefined : view.deadlineMs].filter((ms) => ms !== undefined);
  return waits.length ? againIn(Math.max(0, Math.min(...waits))) : done;
}

interface Managed {
  /** Counts as they are then. */
  readonly view: Pick<JobView, "ready" | "terminating">;
  readonly active: number;
  readonly status: Status;
  readonly end?: Condition | undefined;
  readonly waitMs?: number;
  readonly error?: unknown;
}

/** Removes what is still active of a Job that is to end; their finalizers stay until they have been counted. */
async function stop(view: JobView, context: ReconcileContext): Promise<Managed> {
  const { removed, removedReady, error } = await removePods(view.active, view.job, context, false);
  const isDone = removed === view.active.length;
  return {
    view: { ready: view.ready - removedReady, terminating: view.terminating + removed },
    active: view.active.length - removed,
    status: view.job.status,
    end: isDone ? view.end : undefined,
    error,
  };
}

async function manage(view: JobView, context: ReconcileContext): Promise<Managed> {
  const { job } = view;
  const { status, metadata } = job;
  const isLeaving = Boolean(metadata.deletionTimestamp);
  const carried = isLeaving ? unchanged(view) : await carryOut(view, context);
  const { completions } = job.spec;
  const isEnough = completions === undefined ? view.succeeded > 0 : view.succeeded >= completions;
  if (isEnough && carried.active === 0) {
    const text = "Reached expected number of succeeded pods";
    const end = conditionAt(context.clock.now(), "SuccessCriteriaMet", "True", "CompletionsReached", text);
    return { ...carried, status, end };
  }
  return { ...carried, status: isLeaving ? status : noteSuspension(job, context) };
}

const unchanged = ({ active, ready, terminating }: JobView): Omit<Managed, "status"> => ({
  active: active.length,
  view: { ready, terminating },
});

function noteSuspension(job: Job, { clock, events }: ReconcileContext): Status {
  const now = clock.now();
  const suspended = isSuspended(job);
  const next = suspended
    ? conditionAt(now, "Suspended", "True", "JobSuspended", "Job suspended")
    : conditionAt(now, "Suspended", "False", "JobResumed", "Job resumed");
  const conditions = withCondition(job.status.conditions, next);
  if (conditions === job.status.conditions) return job.status;
  const about = regarding(jobs, job);
  if (suspended) events.normal(about, "Suspended", "Job suspended");
  else events.normal(about, "Resumed", "Job resumed");
  // the time of a deadline runs only while a Job may work
  return { ...job.status, conditions, startTime: suspended ? undefined : rfc3339(now) };
}

async function carryOut(view: JobView, context: ReconcileContext): Promise<Omit<Managed, "status">> {
  const { job, active } = view;
  const plan = planJob(view, context.clock.now());
  switch (plan.do) {
    case "nothing":
      return unchanged(view);
    case "wait":
      // upstream counts no active pods while it waits to replace one
      return { ...unchanged(view), active: 0, waitMs: plan.ms };
    case "remove": {
      const { removed, removedReady, error } = await removePods(plan.pods, job, context, true);
      return {
        active: active.length - removed,
        view: { ready: view.ready - removedReady, terminating: view.terminating + removed },
        error,
      };
    }
    case "create": {
      const { done: made, error } = await createPods(view, plan.count, plan.indexes, context);
      return { ...unchanged(view), active: active.length + made, error };
    }
  }
}

function createPods(view: JobView, count: number, indexes: readonly number[] | undefined, context: ReconcileContext) {
  const { job, awaitingSuccessor } = view;
  const control = controlOf(job, context);
  const pod = podOf(job);
  return slowStart(count, (i) => {
    const index = indexes?.[i];
    const made = index === undefined ? pod : numbered(pod, job, index, awaitingSuccessor.get(index));
    return createPod(made, control).catch((failure: unknown) => {
      if (!isEndingNamespace(failure)) throw failure;
    });
  });
}

const controlOf = (job: Job, { client, events }: ReconcileContext): PodControl => ({
  client,
  events,
  owner: { kind: jobs, object: job },
});

interface Removal {
  readonly removed: number;
  readonly removedReady: number;
  readonly error?: unknown;
}

/** `uncounted`: they are to count for nothing, so their finalizer goes first. */
async function removePods(
  list: readonly Pod[],
  job: Job,
  context: ReconcileContext,
  uncounted: boolean,
): Promise<Removal> {
  const control = controlOf(job, context);
  const results = await Promise.allSettled(
    list.map(async (pod) => {
      if (uncounted) await releasePod(pod, context.client);
      await deletePod(pod, control);
    }),
  );
  const removed = list.filter((_, i) => results[i]?.status === "fulfilled");
  const failure = results.find((result) => result.status === "rejected");
  return { removed: removed.length, removedReady: removed.filter(isReady).length, error: failure?.reason };
}

/** Takes the finalizer away; a pod that is gone has none any more. */
export async function releasePod(pod: Pod, client: Client): Promise<void> {
  if (!isTracked(pod)) return;
  const { namespace, name = "" } = pod.metadata;
  const patch = { metadata: { "$deleteFromPrimitiveList/finalizers": [trackingFinalizer] } };
  try {
    await client.patch(pods, { namespace, name }, patch, { type: "strategic" });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}

/** Writes the status, takes finalizers away, writes the status again; only then a Job ends. */
async function writeDown(
  known: Job,
  view: JobView,
  { active, status: start, end }: Managed,
  memory: Memory,
  context: ReconcileContext,
): Promise<void> {
  const { client, clock } = context;
  const tracked = new Set(view.pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ""));
  const counts = { active: active || undefined, ready: view.ready, terminating: view.terminating };
  const ended = trackEnded(view, countReleased({ ...start, ...counts }, tracked), end);
  const interim = end && end.type !== "Failed" ? withInterim(ended.status.conditions, end) : ended.status.conditions;
  let status: Status = { ...ended.status, conditions: interim };
  let job = known;
  if (!deepEqual(status, known.status)) {
    job = await client.update(jobs, { ...known, status }, { subresource: "status" });
    memory.failures = view.failures;
  }
  const results = await Promise.allSettled(ended.release.map((pod) => releasePod(pod, client)));
  for (const [i, pod] of ended.release.entries()) {
    if (results[i]?.status === "fulfilled") tracked.delete(pod.metadata.uid ?? "");
  }
  status = countReleased(status, tracked);
  const failure = results.find((result) => result.status === "rejected");
  const final = !failure && !ended.isPartial ? finalCondition(status, view, end, clock.now()) : undefined;
  if (final) {
    const completionTime = final.type === "Complete" ? final.lastTransitionTime : status.completionTime;
    status = { ...status, conditions: withCondition(status.conditions, final), completionTime };
  }
  if (!deepEqual(status, job.status)) await client.update(jobs, { ...job, status }, { subresource: "status" });
  if (final) tellEnd({ ...job, status }, final, context);
  if (failure) throw failure.reason;
}

/** What says that the Job is going to end. */
const withInterim = (conditions: Status["conditions"], end: Condition): Status["conditions"] =>
  trueCondition(conditions, end.type) ? conditions : [...(conditions ?? []), end];

/** The condition that ends the Job, once every pod has been counted and none is on its way out. */
function finalCondition(status: Status, view: JobView, end: Condition | undefined, now: number): Condition | undefined {
  const { succeeded, failed } = status.uncountedTerminatedPods ?? {};
  if (!end || succeeded?.length || failed?.length || view.terminating > 0) return undefined;
  const type = end.type === "SuccessCriteriaMet" ? "Complete" : "Failed";
  return conditionAt(now, type, "True", end.reason ?? "", end.message ?? "");
}

function tellEnd(job: Job, { type, reason, message }: Condition, { events }: ReconcileContext): void {
  const about = regarding(jobs, job);
  if (type !== "Complete") {
    events.warning(about, reason ?? "", message ?? "");
    return;
  }
  const { completions } = job.spec;
  if (completions !== undefined && (job.status.succeeded ?? 0) > completions) {
    const text = "Too many succeeded pods running after completion count reached";
    events.warning(about, "TooManySucceededPods", text);
  }
  events.normal(about, "Completed", "Job completed");
}
