/**
 * Keeps a Cache of one kind up to date: lists, then watches, and lists anew when the server no longer knows the way from
 * there (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 *
 * Promises: listeners hear every difference between what they heard last and what is, in order, after the cache shows it.
 * Intermediate states may be missed when the connection was lost; the last one never is.
 */
import { ApiError } from "../api/errors.ts";
import { type BackoffOptions, backoff } from "../base/backoff.ts";
import { type Clock, sleep } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { AnyObject, Client, Event, KindOf, Selection, Shared, Watching } from "../client/client.ts";
import { Cache, cacheKey } from "./cache.ts";

/** What happened to an object: no `before`: new; no `after`: gone. */
export interface Difference<T> {
  readonly key: string;
  readonly before?: Shared<T> | undefined;
  readonly after?: Shared<T> | undefined;
  /** The revision at which it happened, for causes; 0 if it is not known. */
  readonly revision: number;
}

export type Listener<T> = (difference: Difference<T>) => void;

export interface InformerOptions<T> {
  readonly client: Client;
  readonly kind: KindOf<T>;
  readonly selection?: Selection;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of failures that the informer goes on after. */
  readonly onError?: (error: unknown) => void;
}

const retries: BackoffOptions = { baseMs: 800, maxMs: 30_000, jitter: 1 };
const revisionOf = (object: Shared<AnyObject>): number => Number(object.metadata.resourceVersion ?? 0);

export class Informer<T extends AnyObject> {
  readonly cache = new Cache<T>();
  readonly #options: InformerOptions<T>;
  readonly #listeners = new Set<Listener<T>>();
  readonly #ended = new AbortController();
  #watching: Watching | undefined;
  #started: Promise<void> | undefined;
  #synced = false;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
  }

  /** The cache has been filled once. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Calls `listener` for all that is there, and then for what happens. Returns what ends it. */
  onDifference(listener: Listener<T>): () => void {
    for (const key of this.cache.keys()) {
      const after = this.cache.get(key) as Shared<T>;
      listener({ key, after, revision: revisionOf(after) });
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins; resolves once the cache has been filled. Later calls wait for the same. */
  start(): Promise<void> {
    this.#started ??= new Promise((resolve) => void this.#run(resolve));
    return this.#started;
  }

  stop(): void {
    this.#ended.abort();
    this.#watching?.stop();
  }

  async #run(onSynced: () => void): Promise<void> {
    const { signal } = this.#ended;
    let revision: string | undefined;
    let failures = 0;
    this.#ended.signal.addEventListener("abort", () => onSynced(), { once: true });
    while (!signal.aborted) {
      try {
        if (revision === undefined) {
          revision = await this.#list();
          this.#synced = true;
          onSynced();
        }
        const from = revision;
        const reached = await this.#watch(from);
        failures = reached === from ? failures : 0;
        revision = reached;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && (error.reason === "Expired" || error.code === 410)) revision = undefined;
        else this.#options.onError?.(error);
        failures++;
        await sleep(this.#options.clock, backoff(failures, retries, this.#options.random), signal);
      }
    }
  }

  async #list(): Promise<string> {
    const { client, kind, selection } = this.#options;
    const { items, resourceVersion } = await client.list(kind, selection);
    const seen = new Set<string>();
    for (const item of items) {
      const key = cacheKey(item);
      seen.add(key);
      const known = this.cache.get(key);
      if (
        known?.metadata.resourceVersion === item.metadata.resourceVersion &&
        known?.metadata.uid === item.metadata.uid
      )
        continue;
      this.#put(key, item);
    }
    for (const key of [...this.cache.keys()]) if (!seen.has(key)) this.#remove(key, Number(resourceVersion));
    return resourceVersion;
  }

  /** Watches from `revision` on; resolves to how far it came when the watch ends in peace, rejects when it does not. */
  async #watch(revision: string): Promise<string> {
    const { client, kind, selection } = this.#options;
    let last = revision;
    return new Promise<string>((resolve, reject) => {
      this.#ended.signal.addEventListener("abort", () => resolve(last), { once: true });
      client
        .watch(kind, {
          ...selection,
          resourceVersion: revision,
          onEvents: (events) => {
            last = events.at(-1)?.object.metadata.resourceVersion ?? last;
            for (const event of events) this.#see(event);
          },
          onProgress: (reached) => {
            last = reached;
          },
          onEnd: (error) => (error ? reject(error) : resolve(last)),
        })
        .then((watching) => {
          this.#watching = watching;
          if (this.#ended.signal.aborted) watching.stop();
        }, reject);
    });
  }

  #see({ type, object }: Event<T>): void {
    const key = cacheKey(object);
    if (type === "DELETED") this.#remove(key, revisionOf(object), object);
    else this.#put(key, object);
  }

  #put(key: string, after: Shared<T>): void {
    const before = this.cache.put(key, after);
    if (before && before.metadata.uid !== after.metadata.uid) {
      // one object went and another came under its name, unseen
      this.#tell({ key, before, revision: revisionOf(after) });
      this.#tell({ key, after, revision: revisionOf(after) });
    } else this.#tell({ key, before, after, revision: revisionOf(after) });
  }

  #remove(key: string, revision: number, last?: Shared<T>): void {
    const before = this.cache.remove(key);
    if (before) this.#tell({ key, before: last ?? before, revision });
  }

  #tell(difference: Difference<T>): void {
    for (const listener of this.#listeners) listener(difference);
  }
}
