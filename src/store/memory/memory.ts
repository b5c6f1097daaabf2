/**
 * The store that forgets all when it is closed: for tests, lessons in a browser, and throw-away clusters.
 * Promises what store.ts does; durable as far as the process lives. A write takes effect before `write` returns its promise.
 * Values are never turned into bytes.
 */
import type { Clock } from "../../base/clock.ts";
import { decide } from "../decide.ts";
import type { HistoryBound } from "../history.ts";
import { defaultHistoryBound } from "../history.ts";
import { historyOf, Published } from "../published.ts";
import type { Change, Codec, Origin, Revision, Store, Write } from "../store.ts";
import { Unavailable } from "../store.ts";

export interface MemoryStoreOptions<V> {
  readonly codec: Pick<Codec<V>, "stamp">;
  readonly clock: Clock;
  /** Default: `defaultHistoryBound`. Bytes do not count here. */
  readonly history?: Partial<HistoryBound>;
}

/** A new, empty store in memory. */
export async function openMemoryStore<V>(options: MemoryStoreOptions<V>): Promise<Store<V>> {
  return new MemoryStore(options);
}

class MemoryStore<V> extends Published<V> implements Store<V> {
  readonly #clock: Clock;
  readonly #codec: Pick<Codec<V>, "stamp">;

  constructor({ codec, clock, history }: MemoryStoreOptions<V>) {
    super(historyOf<V>(defaultHistoryBound, history));
    this.#codec = codec;
    this.#clock = clock;
  }

  async write(writes: readonly Write<V>[], origin: Origin): Promise<readonly Change<V>[]> {
    this.checkOpen();
    const time = this.#clock.now();
    const revision = this.revision + 1;
    const changes = decide(writes, origin, {
      current: (key) => this.history.current(key),
      revision,
      time,
      stamp: (value, at) => this.#codec.stamp(value, at),
    });
    if (changes.length > 0) this.publish({ revision, changes, bytes: 0 }, time);
    return changes;
  }

  async compact(revision: Revision): Promise<void> {
    this.checkOpen();
    this.history.compact(revision);
  }

  async close(): Promise<void> {
    this.endWith(new Unavailable("the store is closed"));
  }
}
