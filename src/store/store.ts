/**
 * The revisioned key-value store under the API server: one log of changes, and the state it adds up to.
 *
 * Keys are paths such as `/pods/default/web`; values are opaque here and are never copied: what was written is what is
 * read, the same object. A Codec turns values into bytes for the stores that need bytes.
 *
 * Promises of every implementation (held by contract.ts):
 * - One order: each write takes the next revision; the writes of one batch share one, all happen or none.
 * - What `write` has resolved is durable as far as the implementation is, and visible to every read made afterwards.
 * - Listeners hear every change after `since`, in order, once, without gaps, before the write that made it resolves.
 * - A failed write leaves no trace.
 */
export type Revision = number;

/** The value of one key at one revision. */
export interface Entry<V> {
  readonly key: string;
  readonly value: V;
  /** The write that made this value. */
  readonly revision: Revision;
  /** The write that made the key. */
  readonly created: Revision;
}

/** What woke the writer: an earlier change, or a request from outside. */
export type Cause = { readonly revision: Revision } | { readonly request: string };

/** Who writes, and why. Kept in the log beside the value, never in it. */
export interface Origin {
  readonly actor: string;
  readonly cause?: Cause;
}

/** One step of the log: what `key` was before and is after; no `after` means that it was deleted. */
export interface Change<V> extends Origin {
  readonly revision: Revision;
  readonly key: string;
  readonly before?: Entry<V>;
  readonly after?: Entry<V>;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** One wanted change of a batch. */
export interface Write<V> {
  readonly key: string;
  /** The new value; left out to delete the key. */
  readonly value?: V;
  /** The revision the key must still be at; 0: it must not exist; left out: whatever it is. */
  readonly expected?: Revision;
  /** A step towards deleting the key (a deletion mark, a finalizer gone): goes on when storage is full, as deletes do. */
  readonly removal?: boolean;
}

/** How a value is stamped with its revision and turned into bytes and back. */
export interface Codec<V> {
  /** The value as it reads at `revision`; called once per write, when the revision is known. */
  stamp(value: V, revision: Revision): V;
  encode(value: V): Uint8Array;
  decode(bytes: Uint8Array, revision: Revision): V;
}

export interface Page<V> {
  readonly entries: readonly Entry<V>[];
  /** The revision that was read: a later page asks for the same one. */
  readonly revision: Revision;
  /** How many entries follow the last one. */
  readonly remaining: number;
}

export interface ListOptions {
  /** Default: the latest. */
  readonly revision?: Revision;
  /** Only keys that sort after this one. */
  readonly after?: string;
  /** Left out, or 0: all. */
  readonly limit?: number;
}

export interface WatchOptions<V> {
  /** Changes after this revision. */
  readonly since: Revision;
  /** Only keys that start with this; default all. */
  readonly prefix?: string;
  /** Called with the changes of one commit at a time; must not throw. */
  readonly onChanges: (changes: readonly Change<V>[]) => void;
  /** Called once if the watch cannot go on (the store was closed or lost); never after `stop`. */
  readonly onEnd?: (reason: Error) => void;
}

export interface Store<V> {
  /** The latest revision that reads show. */
  readonly revision: Revision;
  /** The oldest revision that can still be read; changes after it can still be watched. */
  readonly compacted: Revision;

  /** The entry at `revision` (default: the latest), or undefined. Throws Compacted, FutureRevision. */
  get(key: string, revision?: Revision): Promise<Entry<V> | undefined>;
  /** Entries whose key starts with `prefix`, in order of keys (by UTF-16 unit). Throws Compacted, FutureRevision. */
  list(prefix: string, options?: ListOptions): Promise<Page<V>>;
  /**
   * Carries out all of `writes`, or none. Deleting a key that is not there, with no `expected`, changes nothing; a
   * batch that changes nothing takes no revision and resolves to []. Throws Conflict, Unavailable, StorageFull, and
   * TypeError for a key written twice in one batch, an empty key, or one that is not Unicode.
   */
  write(writes: readonly Write<V>[], origin: Origin): Promise<readonly Change<V>[]>;
  /** Starts to listen; what already happened after `since` is delivered before this resolves. Throws Compacted, FutureRevision. */
  watch(options: WatchOptions<V>): Promise<{ stop(): void }>;
  /** The log from after `since` up to the latest, oldest first. Throws Compacted. */
  changes(since: Revision): Promise<readonly Change<V>[]>;
  /** Forgets what was before `revision`: it becomes the oldest that can be read. Going back does nothing. Throws FutureRevision. */
  compact(revision: Revision): Promise<void>;
  /** Waits for writes under way, then frees all; later calls throw Unavailable. */
  close(): Promise<void>;
}

/** A write met another state than it expected. */
export class Conflict<V = unknown> extends Error {
  override readonly name = "Conflict";
  readonly key: string;
  /** What is there now; undefined: nothing. */
  readonly current: Entry<V> | undefined;
  constructor(key: string, current: Entry<V> | undefined) {
    super(`write to ${key} refused: it is at revision ${current?.revision ?? 0}, not the one expected`);
    this.key = key;
    this.current = current;
  }
}

/** The revision asked for has been forgotten. */
export class Compacted extends Error {
  override readonly name = "Compacted";
  readonly oldest: Revision;
  constructor(asked: Revision, oldest: Revision) {
    super(`revision ${asked} is gone: the oldest kept is ${oldest}`);
    this.oldest = oldest;
  }
}

/** The revision asked for has not happened yet. */
export class FutureRevision extends Error {
  override readonly name = "FutureRevision";
  readonly latest: Revision;
  constructor(asked: Revision, latest: Revision) {
    super(`revision ${asked} is in the future: the latest is ${latest}`);
    this.latest = latest;
  }
}

/** The store is closed, or cannot reach what it stores on. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** There is no room to make a write durable; reads and deletes go on. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}
