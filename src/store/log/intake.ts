/**
 * Where writes are decided, and wait for the disk. A write meets the state that those before it will leave, although
 * readers do not see that yet; should those fail, so must it, or be decided anew.
 */
import type { Clock } from "../../base/clock.ts";
import { decide } from "../decide.ts";
import type { History } from "../history.ts";
import type { Change, Codec, Entry, Revision, Write } from "../store.ts";
import type { Frame } from "./frame.ts";
import { writeCommit, writeCompaction } from "./record.ts";
import type { Item, Request } from "./request.ts";

export interface Batch<V> {
  readonly items: readonly Item<V>[];
  /** The last revision of the log with this batch. */
  readonly last: Revision;
  /** Nothing but what may use the reserve. */
  readonly isRemoval: boolean;
}

export class Intake<V> {
  readonly #history: History<V>;
  readonly #codec: Codec<V>;
  readonly #clock: Clock;
  readonly #refusal: () => Error;
  /** What keys come to by writes that are not published yet; `after` is missing where they are deleted. */
  readonly #pending = new Map<string, Change<V>>();
  #waiting: Item<V>[] = [];
  #inBatch: Item<V>[] = [];
  #latest: Revision;

  /** `refusal`: what is said to a write for which there is no room. */
  constructor(history: History<V>, codec: Codec<V>, clock: Clock, refusal: () => Error) {
    this.#history = history;
    this.#codec = codec;
    this.#clock = clock;
    this.#refusal = refusal;
    this.#latest = history.revision;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Decides a request; answers it at once if nothing has to be written and nothing it rests on is under way. */
  take(request: Request<V>, full: boolean): void {
    if (request.writes === undefined) {
      this.#waiting.push({ request, isRemoval: true, compact: request.compact });
      return;
    }
    const { writes } = request;
    const isRemoval = writes.every(({ value, removal }) => value === undefined || removal === true);
    try {
      const changes = this.#decide(request);
      const bytes = changes.map(({ after }) => after && this.#codec.encode(after.value));
      if (changes.length === 0) this.#answer(request, writes, {});
      else if (full && !isRemoval) request.reject(this.#refusal());
      else this.#queue({ request, isRemoval, changes, bytes });
    } catch (error) {
      this.#answer(request, writes, { refusal: error });
    }
  }

  #decide(request: Request<V> & { readonly writes: readonly Write<V>[] }): readonly Change<V>[] {
    return decide(request.writes, request.origin, {
      current: (key) => this.#current(key),
      revision: this.#latest + 1,
      time: this.#clock.now(),
      stamp: (value, revision) => this.#codec.stamp(value, revision),
    });
  }

  #current(key: string): Entry<V> | undefined {
    const pending = this.#pending.get(key);
    return pending ? pending.after : this.#history.current(key);
  }

  #queue(item: Item<V>): void {
    this.#waiting.push(item);
    this.#latest++;
    for (const change of item.changes ?? []) this.#pending.set(change.key, change);
  }

  /** Answers what needs no writing; but what is not published yet must not show in the answer, so it may have to wait. */
  #answer(request: Request<V>, writes: readonly Write<V>[], how: { refusal?: unknown }): void {
    if (writes.some(({ key }) => this.#pending.has(key))) this.#waiting.push({ request, isRemoval: true, ...how });
    else if ("refusal" in how) request.reject(how.refusal);
    else request.resolve([]);
  }

  /** Puts what waits into a frame, until that is large. The batch is under way until `settle` or `rollBack`. */
  batch(frame: Frame, largest: number): Batch<V> {
    let last = this.#history.revision;
    let taken = 0;
    for (const item of this.#waiting) {
      if (frame.length >= largest) break;
      const { changes, bytes, compact } = item;
      const start = frame.length;
      if (changes && bytes) {
        writeCommit(frame, changes, bytes);
        last = changes[0]!.revision;
        item.commit = { revision: last, changes, bytes: frame.length - start };
      }
      if (compact !== undefined) writeCompaction(frame, compact);
      taken++;
    }
    this.#inBatch = this.#waiting.splice(0, taken);
    return { items: this.#inBatch, last, isRemoval: this.#inBatch.every((item) => item.isRemoval) };
  }

  /** The batch is durable and published: answers its requests. */
  settle(): void {
    const settled = this.#inBatch;
    this.#inBatch = [];
    for (const { changes } of settled) {
      for (const change of changes ?? []) {
        if (this.#pending.get(change.key) === change) this.#pending.delete(change.key);
      }
    }
    for (const item of settled) {
      if ("refusal" in item) item.request.reject(item.refusal);
      else item.request.resolve(item.changes ?? []);
    }
  }

  /** Forgets the batch and all that waits, which may rest on it; hands it out to be refused or taken anew. */
  rollBack(): readonly (Item<V> & { readonly inBatch: boolean })[] {
    const all = [
      ...this.#inBatch.map((item) => ({ ...item, inBatch: true })),
      ...this.#waiting.map((item) => ({ ...item, inBatch: false })),
    ];
    this.#inBatch = [];
    this.#waiting = [];
    this.#pending.clear();
    this.#latest = this.#history.revision;
    return all;
  }
}
