/** Writes down what became of a Job and its pods, in the order that loses no count. */
import { ApiError } from "../../api/errors.ts";
import { deepEqual } from "../../api/object.ts";
import type { Client } from "../../client/client.ts";
import { type Job, jobs, type Pod, pods } from "../../client/kinds.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { type Condition, conditionAt, trueCondition, withCondition } from "./conditions.ts";
import type { JobView } from "./observe.ts";
import type { FailureRecord } from "./pod-backoff.ts";
import { isTracked, trackingFinalizer } from "./pod-facts.ts";
import { countReleased, type Status, trackEnded } from "./track.ts";

/** What is remembered of a Job between two looks. */
export interface Memory {
  readonly uid: string | undefined;
  generation: number | undefined;
  lookedMs: number;
  failures: FailureRecord;
}

/** What was done about the pods. */
export interface Managed {
  /** Counts as they are then. */
  readonly view: Pick<JobView, "ready" | "terminating">;
  readonly active: number;
  readonly status: Status;
  readonly end?: Condition | undefined;
  readonly waitMs?: number;
  readonly error?: unknown;
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
export async function writeDown(
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
