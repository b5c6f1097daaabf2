/**
 * For tests: writes down what a store acknowledged, and judges what it is after a crash. The store must then be what all
 * acknowledged writes made of it, and of those that were under way a first part, each whole.
 */
import assert from "node:assert/strict";
import type { Random } from "../../base/random.ts";
import { below } from "../../base/random.ts";
import { emptyRevision } from "../history.ts";
import type { Change, Entry, Revision, Store, Write } from "../store.ts";
import { Unavailable } from "../store.ts";
import type { TestValue } from "../test-values.ts";

const plain = (change: Change<TestValue>): Change<TestValue> => structuredClone(change);

export class Witness {
  /** All changes known to have happened, by revision. */
  readonly #log = new Map<Revision, readonly Change<TestValue>[]>();
  /** What was asked for and not answered, by the data it would write; a batch shares one. */
  readonly #open = new Map<string, readonly Write<TestValue>[]>();
  #state = new Map<string, Entry<TestValue>>();
  #judged: Revision;
  #count = 0;

  /** `start`: the revision of the empty store. */
  constructor(start: Revision) {
    this.#judged = start;
  }

  get acknowledged(): number {
    return this.#log.size;
  }

  /** Random writes by several writers until each has done `each`, or the store fails. */
  async keepWriting(store: Store<TestValue>, random: Random, writers: number, each: number): Promise<void> {
    const writer = async (): Promise<void> => {
      for (let i = 0; i < each; i++) {
        if (below(random, 15) === 0) await store.compact(Math.max(1, store.revision - below(random, 8)));
        await this.#write(store, this.#writes(random, below(random, 5) ? 1 : 3));
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: writers }, writer));
    for (const end of ends) if (end.status === "rejected" && !(end.reason instanceof Unavailable)) throw end.reason;
  }

  #writes(random: Random, count: number): Write<TestValue>[] {
    const keys = new Set(Array.from({ length: count }, () => `/k/${below(random, 12)}`));
    const data = `${this.#count++} `.padEnd(below(random, 300), "x");
    return [...keys].map((key) => (below(random, 4) ? { key, value: { data } } : { key }));
  }

  async #write(store: Store<TestValue>, writes: readonly Write<TestValue>[]): Promise<void> {
    const name = `${this.#count++}`;
    this.#open.set(name, writes);
    const changes = await store.write(writes, { actor: name, cause: { request: `request ${name}` } });
    if (changes.length > 0) this.#log.set(changes[0]!.revision, changes.map(plain));
    this.#open.delete(name);
  }

  /** Judges a store that was opened after a crash. */
  async judge(store: Store<TestValue>): Promise<void> {
    const acknowledged = Math.max(this.#judged, ...this.#log.keys());
    assert.ok(store.revision >= acknowledged, `lost: opened at ${store.revision}, acknowledged ${acknowledged}`);
    const found = new Map<Revision, Change<TestValue>[]>();
    for (const change of (await store.changes(store.compacted)).map(plain)) {
      found.set(change.revision, [...(found.get(change.revision) ?? []), change]);
    }
    for (let revision = Math.max(store.compacted, emptyRevision) + 1; revision <= store.revision; revision++) {
      const changes = found.get(revision);
      assert.ok(changes, `revision ${revision} is missing from the log`);
      const known = this.#log.get(revision);
      if (known) assert.deepEqual(changes, known);
      else this.#adopt(changes);
    }
    for (let revision = this.#judged + 1; revision <= store.revision; revision++) this.#fold(revision);
    this.#judged = store.revision;
    this.#open.clear();
    const { entries } = await store.list("");
    const want = [...this.#state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    assert.deepEqual(structuredClone(entries), want);
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
    this.#log.set(revision, changes);
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
