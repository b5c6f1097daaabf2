/** Runs a controller: its caches wake it, a queue hands it keys, failures bring keys back later. */
import { ApiError } from "../api/errors.ts";
import { WorkQueue } from "../base/work-queue.ts";
import type { AnyObject, Cause } from "../client/client.ts";
import type { Changed, Controller, Environment, ReconcileContext } from "./controller.ts";
import { EventRecorder } from "./events.ts";

/** Something that runs until it is stopped. */
export interface Running {
  /** Resolves once nothing of it is under way any more. */
  stop(): Promise<void>;
}

/** Starts the controller; it works once all its caches are filled. */
export async function runController<T extends AnyObject>(
  controller: Controller<T>,
  environment: Environment,
): Promise<Running> {
  const { informers, clock, random, queues } = environment;
  const client = environment.clientFor(controller.name);
  const events = new EventRecorder({
    client,
    clock,
    component: controller.eventSource ?? controller.name,
    reportingInstance: "",
  });
  const queue = new WorkQueue<Cause>({
    clock,
    workers: controller.workers ?? 5,
    ...(queues && { meter: (depth) => queues.meter(controller.name, depth) }),
    async work(key, cause) {
      const context: ReconcileContext = {
        client: client.because(cause),
        clock,
        random,
        events,
        cause,
        cache: (kind) => informers.cache(kind),
      };
      const { afterMs } = await controller.reconcile(key, context);
      if (afterMs !== undefined) queue.addAfter(key, afterMs);
    },
    onError: (key, error) => {
      if (!isRace(error)) environment.onError?.(controller.name, key, error);
    },
  });
  queue.pause();
  const own = informers.of(controller.reconciles);
  const ends = [
    own.onDifference((difference) => {
      if (!controller.ignores?.(difference)) queue.add(difference.key, causeOf(difference));
    }),
  ];
  const caches = (kind: Parameters<typeof informers.cache>[0]) => informers.cache(kind);
  for (const { kind, keys } of controller.wakes ?? []) {
    ends.push(
      informers.of(kind).onDifference((difference) => {
        for (const key of keys(difference as Changed<AnyObject>, caches as never)) queue.add(key, causeOf(difference));
      }),
    );
  }
  for (const kind of controller.reads ?? []) informers.of(kind);
  await informers.start();
  queue.resume();
  return {
    async stop() {
      for (const end of ends) end();
      await queue.stop();
      await events.flush();
    },
  };
}

const causeOf = ({ revision }: { readonly revision: number }): Cause | undefined =>
  revision ? { revision } : undefined;

/** Another write came between: to be tried again, nothing to be told of. */
const isRace = (error: unknown): boolean => error instanceof ApiError && error.reason === "Conflict";
