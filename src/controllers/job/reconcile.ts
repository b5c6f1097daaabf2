/** The controller of Jobs. */
import type * as batch from "../../api/generated/batch-v1.ts";
import { matchesAll } from "../../api/selectors.ts";
import { rfc3339 } from "../../base/clock.ts";
import { type Job, jobs, type Pod, pods } from "../../client/kinds.ts";
import { againIn, type Controller, done, type Outcome, type ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { candidates, claim } from "../ownership/claim.ts";
import { selectorIn, selectsLabels } from "../ownership/selector.ts";
import { wakeClaimants } from "../ownership/wakes.ts";
import { createPod, deletePod, isEndingNamespace, type PodControl } from "../pods/pod-control.ts";
import { isReady } from "../pods/pod-state.ts";
import { slowStart } from "../pods/slow-start.ts";
import { conditionAt, isFinished, withCondition } from "./conditions.ts";
import { type JobView, observe } from "./observe.ts";
import { planJob } from "./plan.ts";
import { numbered, podOf } from "./pod.ts";
import { noFailures } from "./pod-backoff.ts";
import { isSuspended, trackingFinalizer } from "./pod-facts.ts";
import type { Status } from "./track.ts";
import { type Managed, type Memory, releasePod, writeDown } from "./write-down.ts";

export const controllerName = "kubernetes.io/job-controller";

/** Pods of one Job often change together: they are looked at together. */
const batchMs = 100;

export function jobController(): Controller<batch.Job> {
  const memories = new Map<string, Memory>();
  return {
    name: "job-controller",
    reconciles: jobs,
    wakes: wakeClaimants(pods, jobs, selectsLabels),
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
