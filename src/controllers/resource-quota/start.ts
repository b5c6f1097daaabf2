/**
 * Keeps count for quotas. Admission adds what is made; this takes away what is gone, counts anew what changed, and puts right
 * what admission counted for objects that were never made
 * (https://kubernetes.io/docs/concepts/policy/resource-quotas/).
 */
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import { deepEqual, type KubeObject } from "../../api/object.ts";
import type { Timer } from "../../base/clock.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import type { AnyObject, Cause, Shared } from "../../client/client.ts";
import { resourceQuotas } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import type { Difference } from "../../informer/informer.ts";
import type { Environment } from "../../reconciler/controller.ts";
import type { Running } from "../../reconciler/run.ts";
import { EveryKind } from "../every-kind/watched.ts";
import { changesUsage, limits, statusOf } from "./plan.ts";

const name = "resourcequota-controller";
/** Admission has counted what is made: it is counted again only once the rush is over. */
const afterCreationMs = 1000;
/** All are counted again now and then: a status that somebody else wrote is put right then (`--resource-quota-sync-period`). */
const syncPeriodMs = 300_000;

const asObject = (object: Shared<AnyObject>): KubeObject => object as unknown as KubeObject;

export async function startResourceQuotas(environment: Environment, catalog: Catalog): Promise<Running> {
  const { clock, informers, onError } = environment;
  const client = environment.clientFor(name);
  const quotas = informers.cache(resourceQuotas);
  const work = async (key: string, because: Cause | undefined): Promise<void> => {
    const quota = quotas.get(key);
    if (!quota) return;
    const { namespace } = quota.metadata;
    const counted = [...watched.watched()]
      .filter(({ kind }) => kind.namespaced && limits(quota, kind))
      .map(({ kind, cache }) => ({ kind, objects: cache.list(namespace).map(asObject) }));
    const status = statusOf(quota, counted, clock.now());
    if (deepEqual(status, quota.status)) return;
    await client
      .because(because)
      .update(resourceQuotas, { ...quota, status }, { subresource: "status" })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
      });
  };
  const queue = new WorkQueue<Cause>({
    clock,
    workers: 5,
    work,
    onError: (key, error) => {
      if (!(error instanceof ApiError && error.reason === "Conflict")) onError?.(name, key, error);
    },
  });
  const see = (kind: Kind, { before, after, revision }: Difference<AnyObject>): void => {
    const object = after ?? before;
    if (!kind.namespaced || !object) return;
    const because = revision ? { revision } : undefined;
    if (kind === resourceQuotas && after && !deepEqual(asObject(after).spec, before && asObject(before).spec)) {
      queue.add(cacheKey(after), because);
    }
    const limiting = quotas.list(object.metadata.namespace).filter((quota) => limits(quota, kind));
    if (!limiting.length) return;
    if (before && after && !changesUsage(kind, asObject(before), asObject(after), clock.now())) return;
    for (const quota of limiting) {
      if (before) queue.add(cacheKey(quota), because);
      else queue.addAfter(cacheKey(quota), afterCreationMs);
    }
  };
  queue.pause();
  const watched = new EveryKind({
    environment,
    client,
    catalog,
    onDifference: see,
    onError: (error) => onError?.(name, "", error),
  });
  await watched.start();
  queue.resume();
  const sync = (): Timer =>
    clock.after(
      syncPeriodMs,
      () => {
        for (const quota of quotas.list()) queue.add(cacheKey(quota));
        next = sync();
      },
      { idle: true },
    );
  let next = sync();
  return {
    async stop() {
      next.cancel();
      watched.stop();
      await queue.stop();
    },
  };
}
