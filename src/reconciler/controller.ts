/**
 * A controller: which objects it looks after, what wakes it, and what it does about one of them. It is given a key, reads
 * the caches, acts, and says when to come back (level, not edge).
 */
import type { Clock } from "../base/clock.ts";
import type { QueueMetrics } from "../base/metrics/queue-metrics.ts";
import type { Random } from "../base/random.ts";
import type { AnyObject, Cause, Client, KindOf, Shared } from "../client/client.ts";
import type { Cache } from "../informer/cache.ts";
import type { Informers } from "../informer/informers.ts";
import type { EventRecorder } from "./events.ts";

/** When a reconcile wants to be called again though nothing wakes it; `done`: not at all. */
export type Outcome = { readonly afterMs?: number };
export const done: Outcome = {};
export const againIn = (afterMs: number): Outcome => ({ afterMs });

/** What controllers live in. */
export interface Environment {
  /** As whom a controller speaks: `for("replicaset-controller")`. */
  readonly clientFor: (name: string) => Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** Measures the queues of controllers. */
  readonly queues?: QueueMetrics;
  /** Told of failed reconciles; they are tried again whatever it does. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

export interface ReconcileContext {
  /** Writes with it are logged as caused by what woke the controller. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventRecorder;
  readonly cause: Cause | undefined;
  cache<T extends AnyObject>(kind: KindOf<T>): Cache<T>;
}

/** Turns a change of an object into keys of the objects that a controller looks after. */
export interface Wake<T extends AnyObject = AnyObject> {
  readonly kind: KindOf<T>;
  readonly keys: (change: Changed<T>, cache: Caches) => Iterable<string>;
}
export type Caches = <T extends AnyObject>(kind: KindOf<T>) => Cache<T>;
export interface Changed<T> {
  readonly before?: Shared<T> | undefined;
  readonly after?: Shared<T> | undefined;
}

export interface Controller<T extends AnyObject = AnyObject> {
  /** Upstream's name: `replicaset-controller`; also its service account. */
  readonly name: string;
  /** The source of its events; default its name. */
  readonly eventSource?: string;
  readonly reconciles: KindOf<T>;
  /** Which changes of the kind itself matter; default all. */
  readonly ignores?: (change: Changed<T>) => boolean;
  readonly wakes?: readonly Wake[];
  /** Kinds that it only reads. */
  readonly reads?: readonly KindOf<AnyObject>[];
  /** How many keys at once; default 5. */
  readonly workers?: number;
  reconcile(key: string, context: ReconcileContext): Promise<Outcome>;
}

/** Keeps the type of the objects while many kinds of wakes lie in one array. */
export const wake = <T extends AnyObject>(kind: KindOf<T>, keys: Wake<T>["keys"]): Wake =>
  ({ kind, keys }) as unknown as Wake;

/** Wakes the managing owner of what changed, if it is of `ownerKind`. */
export function wakeOwner<T extends AnyObject>(kind: KindOf<T>, ownerKind: string): Wake {
  return wake(kind, function* ({ before, after }) {
    const seen = new Set<string>();
    for (const object of [before, after]) {
      const owner = object?.metadata.ownerReferences?.find((ref) => ref.controller);
      if (owner?.kind !== ownerKind) continue;
      const namespace = object?.metadata.namespace;
      const key = namespace ? `${namespace}/${owner.name}` : owner.name;
      if (!seen.has(key)) {
        seen.add(key);
        yield key;
      }
    }
  });
}
