/**
 * The side of a store that readers see: what is published, and who listens. The stores of this process extend it with
 * how a write comes to be published.
 */
import type { Commit, HistoryBound } from "./history.ts";
import { History } from "./history.ts";
import { Listeners } from "./listeners.ts";
import type { Change, Entry, ListOptions, Page, Revision, WatchOptions } from "./store.ts";
import { FutureRevision, Unavailable } from "./store.ts";

export abstract class Published<V> {
  protected readonly history: History<V>;
  readonly #listeners = new Listeners<V>();
  #ended: Unavailable | undefined;

  constructor(history: History<V>) {
    this.history = history;
  }

  get revision(): Revision {
    return this.history.revision;
  }

  get compacted(): Revision {
    return this.history.compacted;
  }

  async get(key: string, revision?: Revision): Promise<Entry<V> | undefined> {
    this.checkOpen();
    return this.history.get(key, revision);
  }

  async list(prefix: string, options?: ListOptions): Promise<Page<V>> {
    this.checkOpen();
    return this.history.list(prefix, options);
  }

  async watch(options: WatchOptions<V>): Promise<{ stop(): void }> {
    this.checkOpen();
    if (options.since > this.revision) throw new FutureRevision(options.since, this.revision);
    return this.#listeners.add(options, this.history.since(options.since));
  }

  async changes(since: Revision): Promise<readonly Change<V>[]> {
    this.checkOpen();
    return this.history.since(since).flatMap((commit) => commit.changes);
  }

  /** Makes a commit what readers see, tells the listeners, and forgets history past the bound. */
  protected publish(commit: Commit<V>, now: number): void {
    this.history.apply(commit);
    this.history.trim(now);
    this.#listeners.publish(commit);
  }

  /** Throws Unavailable once the store has ended. */
  protected checkOpen(): void {
    if (this.#ended) throw new Unavailable(this.#ended.message, { cause: this.#ended.cause });
  }

  /** From now on every call throws `reason`; the watches end with it. Later reasons are ignored. */
  protected endWith(reason: Unavailable): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#listeners.end(reason);
  }
}

/** The bound with the defaults filled in. */
export const historyOf = <V>(defaults: HistoryBound, wanted: Partial<HistoryBound> = {}): History<V> =>
  new History<V>({ ...defaults, ...wanted });
