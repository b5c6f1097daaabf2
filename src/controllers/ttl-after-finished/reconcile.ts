/** Removes Jobs some time after their end (https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/). */
import { ApiError } from "../../api/errors.ts";
import type * as batch from "../../api/generated/batch-v1.ts";
import { type Job, jobs } from "../../client/kinds.ts";
import { splitKey } from "../../informer/cache.ts";
import { againIn, type Controller, done } from "../../reconciler/controller.ts";
import { trueCondition } from "../job/conditions.ts";

/** How long the Job is to stay still, in milliseconds; undefined: as long as it likes. */
export function timeLeft({ metadata, spec, status }: Job, now: number): number | undefined {
  const seconds = spec.ttlSecondsAfterFinished;
  const end = trueCondition(status?.conditions, "Complete") ?? trueCondition(status?.conditions, "Failed");
  if (seconds === undefined || !end?.lastTransitionTime || metadata.deletionTimestamp) return undefined;
  return Date.parse(end.lastTransitionTime) + seconds * 1000 - now;
}

export const ttlAfterFinishedController: Controller<batch.Job> = {
  name: "ttl-after-finished-controller",
  reconciles: jobs,
  ignores: ({ after }) => !after || timeLeft(after, 0) === undefined,
  async reconcile(key, { cache, client, clock }) {
    const job = cache(jobs).get(key);
    const left = job && timeLeft(job, clock.now());
    if (!job || left === undefined) return done;
    if (left > 0) return againIn(left);
    const { uid } = job.metadata;
    try {
      // the version: its time may have been changed a moment ago
      await client.delete(jobs, splitKey(key), {
        propagationPolicy: "Foreground",
        preconditions: { ...(uid && { uid }), resourceVersion: job.metadata.resourceVersion ?? "" },
      });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    }
    return done;
  },
};
