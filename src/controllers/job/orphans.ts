/** Frees pods that no Job counts any more of the finalizer: nobody else would, and they could never go. */
import type * as core from "../../api/generated/core-v1.ts";
import { type Job, jobs, type Pod, pods } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";
import { managerOf } from "../ownership/claim.ts";
import { isFinished } from "./conditions.ts";
import { isTracked } from "./pod-facts.ts";
import { controllerName } from "./reconcile.ts";
import { releasePod } from "./write-down.ts";

export const jobOrphanController: Controller<core.Pod> = {
  name: "job-controller",
  reconciles: pods,
  ignores: ({ after }) =>
    !after || !isTracked(after) || (managerOf(after) !== undefined && !after.metadata.deletionTimestamp),
  wakes: [
    wake(jobs, function* ({ before, after }, cache) {
      const job = after ?? before;
      if (!job || (after && !isFinished(after))) return;
      for (const pod of cache(pods).controlledBy(job.metadata.uid ?? "")) if (isTracked(pod)) yield cacheKey(pod);
    }),
  ],
  async reconcile(key, { cache, client }) {
    const pod = cache(pods).get(key);
    if (!pod || !isTracked(pod)) return done;
    const manager = managerOf(pod);
    if (manager && (manager.kind !== "Job" || manager.apiVersion !== "batch/v1")) return done;
    const job = manager && cache(jobs).get(`${pod.metadata.namespace}/${manager.name}`);
    if (job && job.metadata.uid === manager?.uid && isCounted(job)) return done;
    await releasePod(pod as Pod, client);
    return done;
  },
};

/** The Job itself looks after its pods, or another controller does. */
const isCounted = (job: Job): boolean => (job.spec.managedBy ?? controllerName) !== controllerName || !isFinished(job);
