/**
 * For tests: writes down what a store was asked and what it showed, and judges what it is after a crash. The store must
 * then be what all that was acknowledged, or told to a watch, made of it, and of what was under way a first part, each whole.
 */
import assert from "node:assert/strict";
import type { Random } from "../../base/random.ts";
import { below } from "../../base/random.ts";
import { emptyRevision } from "../history.ts";
import type { Change, Entry, Revision, Store, Write } from "../store.ts";
import type { TestValue } from "../test-values.ts";

const plain = (change: Change<TestValue>): Change<TestValue> => structuredClone(change);

/** What a store is once it is open. */
export interface Opened {
  readonly revision: Revision;
  readonly compacted: Revision;
  /** The log that is kept. */
  readonly changes: readonly Change<TestValue>[];
  readonly entries: readonly Entry<TestValue>[];
}

export async function look(store: Store<TestValue>): Promise<Opened> {
  const { revision, compacted } = store;
  const [changes, { entries }] = await Promise.all([store.changes(compacted), store.list("")]);
  return structuredClone({ revision, compacted, changes, entries });
}

/** The writes of one batch: to some of a few keys, three of four that set a value. `count` tells batches apart. */
export function someWrites(random: Random, count: number, longest: number): Write<TestValue>[] {
  const keys = new Set(Array.from({ length: below(random, 5) ? 1 : 3 }, () => `/k/${below(random, 12)}`));
  const data = `${count} `.padEnd(below(random, longest), "x");
  return [...keys].map((key) => (below(random, 4) ? { key, value: { data } } : { key }));
}

export class Witness {
  /** The changes known to have happened that the store may still keep, by revision. */
  readonly #log = new Map<Revision, readonly Change<TestValue>[]>();
  /** What was asked for and not answered, by the data it would write; a batch shares one. */
  readonly #open = new Map<string, readonly Write<TestValue>[]>();
  #state = new Map<string, Entry<TestValue>>();
  #judged: Revision;
  #last: Revision;
  #count = 0;

  /** `start`: the revision of the empty store. */
  constructor(start: Revision) {
    this.#judged = start;
    this.#last = start;
  }

  /** The last revision that is known to have happened. */
  get last(): Revision {
    return this.#last;
  }

  /** To be told before the write, which is made by the actor `name`. */
  asked(name: string, writes: readonly Write<TestValue>[]): void {
    this.#open.set(name, writes);
  }

  /** The write by `name` was acknowledged, or its changes were told to a watch. */
  happened(name: string, changes: readonly Change<TestValue>[]): void {
    if (changes.length > 0) this.#keep(changes[0]!.revision, changes.map(plain));
    this.#open.delete(name);
  }

  /** A watch was told this: what is known to have happened, or what has been asked for. */
  heard(changes: readonly Change<TestValue>[]): void {
    const { revision } = changes[0]!;
    const known = this.#log.get(revision);
    if (known) {
      assert.deepEqual(changes, known);
      return;
    }
    assert.ok(revision > this.#judged, `revision ${revision} was told, but is not in the log`);
    this.#adopt(changes);
  }

  #keep(revision: Revision, changes: readonly Change<TestValue>[]): void {
    this.#log.set(revision, changes);
    this.#last = Math.max(this.#last, revision);
  }

  /** Random writes by several writers until each has done `each`; rejects when the store fails. */
  async keepWriting(store: Store<TestValue>, random: Random, writers: number, each: number): Promise<void> {
    const writer = async (): Promise<void> => {
      for (let i = 0; i < each; i++) {
        if (below(random, 15) === 0) await store.compact(Math.max(1, store.revision - below(random, 8)));
        const name = `${this.#count++}`;
        const writes = someWrites(random, this.#count++, 300);
        this.asked(name, writes);
        this.happened(name, await store.write(writes, { actor: name, cause: { request: `request ${name}` } }));
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: writers }, writer));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /** Judges a store that was opened after a crash. */
  judge({ revision: latest, compacted, changes: kept, entries }: Opened): void {
    assert.ok(latest >= this.last, `lost: opened at ${latest}, acknowledged ${this.last}`);
    const found = new Map<Revision, Change<TestValue>[]>();
    for (const change of kept) found.set(change.revision, [...(found.get(change.revision) ?? []), change]);
    for (let revision = Math.max(compacted, emptyRevision) + 1; revision <= latest; revision++) {
      const changes = found.get(revision);
      assert.ok(changes, `revision ${revision} is missing from the log`);
      const known = this.#log.get(revision);
      if (known) assert.deepEqual(changes, known);
      else this.#adopt(changes);
    }
    for (let revision = this.#judged + 1; revision <= latest; revision++) this.#fold(revision);
    this.#judged = latest;
    for (const revision of this.#log.keys()) if (revision <= compacted) this.#log.delete(revision);
    this.#open.clear();
    const want = [...this.#state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    assert.deepEqual(entries, want);
  }

  /** A write that was under way has happened after all: it must be one that was asked for, and whole. */
  #adopt(changes: readonly Change<TestValue>[]): void {
    const { actor, revision } = changes[0]!;
    const writes = this.#open.get(actor);
    assert.ok(writes, `revision ${revision} by ${actor} was never asked for`);
    this.#open.delete(actor);
    const effective = writes.filter(({ key, value }) => value !== undefined || changes.some((c) => c.key === key));
    assert.deepEqual(
      changes.map((c) => [c.key, c.after?.value.data]),
      effective.map((w) => [w.key, w.value?.data]),
    );
    this.#keep(revision, changes);
  }

  #fold(revision: Revision): void {
    const changes = this.#log.get(revision);
    assert.ok(changes, `revision ${revision} was forgotten, but never acknowledged`);
    for (const { key, before, after } of changes) {
      assert.deepEqual(before, this.#state.get(key));
      if (after) this.#state.set(key, after);
      else this.#state.delete(key);
    }
  }
}
