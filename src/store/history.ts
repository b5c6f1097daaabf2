/**
 * The state machine under the stores in this process: the live entries in order of their keys, and the changes that led
 * to them, back to a bound. A past revision is read by undoing: a key was at revision R what the first change after R
 * says was before it.
 *
 * Promises: reading the latest costs a map look-up, or the length of the page; reading the past costs the keys under the
 * prefix; applying and forgetting a change cost some 20 comparisons, whatever is kept.
 */
import { endOfPrefix, justAfter, OrderedKeys } from "./ordered-keys.ts";
import { Queue } from "./queue.ts";
import type { Change, Entry, ListOptions, Page, Revision } from "./store.ts";
import { Compacted, FutureRevision } from "./store.ts";

/** All changes of one write. */
export interface Commit<V> {
  readonly revision: Revision;
  readonly changes: readonly Change<V>[];
  /** What it takes on disk; 0 where nothing is. */
  readonly bytes: number;
}

/** How much history is kept: what passes any of these is forgotten, oldest first, as new writes arrive. */
export interface HistoryBound {
  readonly maxAgeMs: number;
  readonly maxChanges: number;
  /** Of the changes as they are on disk; does not count where there is no disk. */
  readonly maxBytes: number;
}

/**
 * Five minutes, as kube-apiserver lets etcd keep (`--etcd-compaction-interval`), unless that is more than 64 MiB or
 * 30,000 changes: both are about 75 MB of pods of 2.5 KB.
 */
export const defaultHistoryBound: HistoryBound = {
  maxAgeMs: 5 * 60_000,
  maxChanges: 30_000,
  maxBytes: 64 * 1024 * 1024,
};

/** The revision of a store that nothing was written to: 1, as etcd's, since clients take `0` to mean "any". */
export const emptyRevision: Revision = 1;

export class History<V> {
  #revision: Revision = emptyRevision;
  #compacted: Revision = 0;
  readonly #bound: HistoryBound;
  readonly #live = new Map<string, Entry<V>>();
  readonly #keys = new OrderedKeys();
  /** Keys that are not live, but were at some revision that can still be read. */
  readonly #gone = new OrderedKeys();
  readonly #commits = new Queue<Commit<V>>();
  /** The changes to one key that are kept, oldest first. */
  readonly #changesOf = new Map<string, Queue<Change<V>>>();
  #changes = 0;
  #bytes = 0;

  constructor(bound: HistoryBound) {
    this.#bound = bound;
  }

  get revision(): Revision {
    return this.#revision;
  }

  get compacted(): Revision {
    return this.#compacted;
  }

  /** The latest entry of a key. */
  current(key: string): Entry<V> | undefined {
    return this.#live.get(key);
  }

  /** Starts from a state without history, as it was at `revision`. Only for a history that is empty. */
  load(entries: readonly Entry<V>[]): void {
    for (const entry of entries) this.#put(entry);
  }

  /** Says that what was loaded is the state at `revision`, and that nothing before it is known. */
  loaded(revision: Revision): void {
    this.#revision = revision;
    this.#compacted = revision;
  }

  apply(commit: Commit<V>): void {
    this.#commits.push(commit);
    this.#bytes += commit.bytes;
    this.#changes += commit.changes.length;
    this.#revision = commit.revision;
    for (const change of commit.changes) {
      if (change.after) {
        if (!change.before) this.#gone.delete(change.key);
        this.#put(change.after);
      } else {
        this.#live.delete(change.key);
        this.#keys.delete(change.key);
        this.#gone.add(change.key);
      }
      const changes = this.#changesOf.get(change.key);
      if (changes) changes.push(change);
      else this.#changesOf.set(change.key, queueOf(change));
    }
  }

  get(key: string, revision: Revision = this.#revision): Entry<V> | undefined {
    this.#checkReadable(revision);
    return this.#at(key, revision);
  }

  list(prefix: string, options: ListOptions = {}): Page<V> {
    const revision = options.revision ?? this.#revision;
    this.#checkReadable(revision);
    const from = options.after !== undefined && options.after >= prefix ? justAfter(options.after) : prefix;
    const end = endOfPrefix(prefix);
    const limit = options.limit || Number.POSITIVE_INFINITY;
    if (revision === this.#revision) {
      const { keys, remaining } = this.#keys.range(from, end, limit);
      return { entries: keys.map((key) => this.#live.get(key)!), revision, remaining };
    }
    const entries: Entry<V>[] = [];
    let remaining = 0;
    for (const key of merge(this.#keys.range(from, end).keys, this.#gone.range(from, end).keys)) {
      const entry = this.#at(key, revision);
      if (!entry) continue;
      if (entries.length < limit) entries.push(entry);
      else remaining++;
    }
    return { entries, revision, remaining };
  }

  /** The commits after `revision`, oldest first. Throws Compacted. */
  since(revision: Revision): Commit<V>[] {
    if (revision < this.#compacted) throw new Compacted(revision, this.#compacted);
    return this.#commits.slice(this.#commits.firstWhere((commit) => commit.revision > revision));
  }

  /** Throws unless `revision` is between the oldest kept and the latest. */
  #checkReadable(revision: Revision): void {
    if (revision < this.#compacted) throw new Compacted(revision, this.#compacted);
    if (revision > this.#revision) throw new FutureRevision(revision, this.#revision);
  }

  /** Forgets what was before `revision`. Throws FutureRevision. */
  compact(revision: Revision): void {
    if (revision > this.#revision) throw new FutureRevision(revision, this.#revision);
    if (revision <= this.#compacted) return;
    while ((this.#commits.at(0)?.revision ?? Number.POSITIVE_INFINITY) <= revision) this.#forgetOldest();
    this.#compacted = revision;
  }

  /** Forgets what is past the bound at `now` (milliseconds since 1970). */
  trim(now: number): void {
    const { maxAgeMs, maxBytes, maxChanges } = this.#bound;
    for (let oldest = this.#commits.at(0); oldest; oldest = this.#commits.at(0)) {
      const age = now - oldest.changes[0]!.time;
      if (this.#changes <= maxChanges && this.#bytes <= maxBytes && age <= maxAgeMs) return;
      this.#compacted = oldest.revision;
      this.#forgetOldest();
    }
  }

  #put(entry: Entry<V>): void {
    const size = this.#live.size;
    this.#live.set(entry.key, entry);
    if (this.#live.size > size) this.#keys.add(entry.key);
  }

  #at(key: string, revision: Revision): Entry<V> | undefined {
    const live = this.#live.get(key);
    if (live && live.revision <= revision) return live;
    const changes = this.#changesOf.get(key);
    const next = changes?.at(changes.firstWhere((change) => change.revision > revision));
    return next ? next.before : live;
  }

  #forgetOldest(): void {
    const commit = this.#commits.shift()!;
    this.#bytes -= commit.bytes;
    this.#changes -= commit.changes.length;
    for (const { key } of commit.changes) {
      const changes = this.#changesOf.get(key)!;
      changes.shift();
      if (changes.length > 0) continue;
      this.#changesOf.delete(key);
      if (!this.#live.has(key)) this.#gone.delete(key);
    }
  }
}

function queueOf<T>(item: T): Queue<T> {
  const queue = new Queue<T>();
  queue.push(item);
  return queue;
}

/** Two ordered lists without common items, as one. */
function merge(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0) return a;
  const all: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (j >= b.length || (i < a.length && a[i]! < b[j]!)) all.push(a[i++]!);
    else all.push(b[j++]!);
  }
  return all;
}
