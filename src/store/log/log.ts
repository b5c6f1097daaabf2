/**
 * The embedded store: all live data in memory, every write in an append-only log on disk, no server to run.
 *
 * Promises what store.ts does, and: a write is resolved, and shown to readers, only when it is on disk (fdatasync); the
 * writes that arrive while one sync is under way share the next. Killed or cut from power at any moment, it opens with
 * every write that was resolved, and never with half of one. Opening takes time by what is live and what history is kept.
 *
 * Without room on disk: writes are refused with StorageFull, deletes and reads go on, and once there is room again so
 * do writes; history is given up for room. When a sync fails, nobody knows what is on disk: the store ends, every call throws Unavailable, watches end.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { below, unpredictable } from "../../base/random.ts";
import type { HistoryBound } from "../history.ts";
import { defaultHistoryBound } from "../history.ts";
import { historyOf, Published } from "../published.ts";
import type { Change, Codec, Origin, Revision, Store, Write } from "../store.ts";
import { FutureRevision, StorageFull, Unavailable } from "../store.ts";
import type { Files } from "./files.ts";
import { isFull } from "./files.ts";
import { Frame, saltBytes } from "./frame.ts";
import { Intake } from "./intake.ts";
import { Journal } from "./journal.ts";
import { LazyEntries } from "./lazy-entry.ts";
import type { Lock, Owners } from "./lock.ts";
import { processOwners, takeLock } from "./lock.ts";
import { nodeFiles } from "./node-files.ts";
import { recover } from "./recover.ts";
import type { Request } from "./request.ts";
import { writeSnapshot } from "./snapshot.ts";

export interface LogStoreOptions<V> {
  /** Made if it is not there; belongs to this store alone. */
  readonly directory: string;
  readonly codec: Codec<V>;
  readonly clock: Clock;
  /** Default: `defaultHistoryBound`. */
  readonly history?: Partial<HistoryBound>;
  /** For the salts of files; default: unpredictable. */
  readonly random?: Random;
  /** Bytes of a segment of the log; default 16 MiB. A frame that is larger has one of its own. */
  readonly segmentBytes?: number;
  /** Bytes kept for deletes on a full disk, and as many for a snapshot then; default 4 MiB, some 20,000 deletes. */
  readonly reserveBytes?: number;
  /** A snapshot is due when so much of the log, and as much as the last snapshot, is of no use. Default 32 MiB. */
  readonly garbageBytes?: number;
  /** Default: those of this machine. */
  readonly files?: Files;
  readonly owners?: Owners;
}

/** The most that one sync is to wait for. */
const frameBytes = 4 * 1024 * 1024;
/** How often a full disk is tried again. */
const retryMs = 1000;

/** Opens the store in a directory. Throws CorruptStore, and Error when another process has it open. */
export async function openLogStore<V>(options: LogStoreOptions<V>): Promise<Store<V>> {
  const { directory, codec, clock, files = nodeFiles, random = unpredictable } = options;
  const { segmentBytes = 16 << 20, reserveBytes = 4 << 20, garbageBytes = 32 << 20 } = options;
  await files.makeDirectory(directory);
  const lock = await takeLock(files, directory, options.owners ?? processOwners);
  try {
    const history = historyOf<V>(defaultHistoryBound, options.history);
    const lazy = new LazyEntries(codec);
    const { found, snapshot } = await recover(files, directory, history, lazy, clock.now());
    const journal = new Journal({ files, directory, random, segmentBytes, reserveBytes }, found);
    await journal.begin(history.revision);
    const parts = {
      directory,
      codec,
      clock,
      files,
      random,
      garbageBytes,
      lock,
      lazy,
      journal,
      snapshotBytes: snapshot.size,
    };
    return new LogStore(history, parts);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Parts<V> {
  readonly directory: string;
  readonly codec: Codec<V>;
  readonly clock: Clock;
  readonly files: Files;
  readonly random: Random;
  readonly garbageBytes: number;
  readonly lock: Lock;
  readonly lazy: LazyEntries<V>;
  readonly journal: Journal;
  readonly snapshotBytes: number;
}

class LogStore<V> extends Published<V> implements Store<V> {
  readonly #parts: Parts<V>;
  readonly #intake: Intake<V>;
  readonly #frame = new Frame();
  #flushing: Promise<void> | undefined;
  #tending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #snapshotBytes: number;
  #full = false;
  /** Runs while there was no room: upkeep is not tried before. */
  #retry: Timer | undefined;

  constructor(history: Published<V>["history"], parts: Parts<V>) {
    super(history);
    this.#parts = parts;
    this.#snapshotBytes = parts.snapshotBytes;
    this.#intake = new Intake(history, parts.codec, parts.clock, () => this.#noRoom());
    this.#tend();
  }

  write(writes: readonly Write<V>[], origin: Origin): Promise<readonly Change<V>[]> {
    return new Promise((resolve, reject) => this.#accept({ writes, origin, resolve, reject }));
  }

  async compact(revision: Revision): Promise<void> {
    this.#checkAccepting();
    if (revision > this.revision) throw new FutureRevision(revision, this.revision);
    if (revision <= this.compacted) return;
    await new Promise<unknown>((resolve, reject) => this.#accept({ compact: revision, resolve, reject }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #accept(request: Request<V>): void {
    try {
      this.#checkAccepting();
    } catch (error) {
      request.reject(error);
      return;
    }
    this.#intake.take(request, this.#full);
    if (this.#intake.isEmpty) return;
    this.#flushing ??= this.#flush();
  }

  /** Writes batch after batch, until nothing waits. */
  async #flush(): Promise<void> {
    try {
      // After the events of this turn of the loop: what they write shares a sync.
      await new Promise<void>((resolve) => setImmediate(resolve));
      while (!this.#intake.isEmpty) await this.#flushBatch();
    } catch (error) {
      this.#fail(error);
    } finally {
      // In the same step as the last look at what waits, or a write could arrive between the two and wait for ever.
      this.#flushing = undefined;
    }
  }

  async #flushBatch(): Promise<void> {
    this.#frame.clear();
    const batch = this.#intake.batch(this.#frame, frameBytes);
    try {
      if (!this.#frame.isEmpty) await this.#parts.journal.append(this.#frame, batch.last, batch.isRemoval);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#refuse(error, batch.isRemoval);
      return;
    }
    const now = this.#parts.clock.now();
    for (const { commit, compact } of batch.items) {
      if (commit) this.publish(commit, now);
      if (compact !== undefined) this.history.compact(compact);
    }
    this.#intake.settle();
    this.#tendIfDue();
  }

  /** There was no room for the batch: what may still go on is taken anew, on the ground that the refused leave. */
  #refuse(cause: unknown, reserveIsUsed: boolean): void {
    const full = this.#noRoom(cause);
    this.#full = true;
    this.#waitForRoom();
    for (const { request, isRemoval, inBatch } of this.#intake.rollBack()) {
      if (!isRemoval || (reserveIsUsed && inBatch)) request.reject(full);
      else this.#intake.take(request, true);
    }
  }

  #noRoom(cause?: unknown): StorageFull {
    const { directory } = this.#parts;
    return new StorageFull(`no room on disk to keep the write: free some where ${directory} is, or delete objects`, {
      cause,
    });
  }

  #tendIfDue(): void {
    if (!this.#retry && (this.#snapshotIsDue() || !this.#parts.journal.isPrepared)) this.#tend();
  }

  #snapshotIsDue(): boolean {
    const { journal, garbageBytes } = this.#parts;
    return journal.garbage(this.compacted) >= Math.max(garbageBytes, this.#snapshotBytes);
  }

  /** Upkeep, in the background: a snapshot when one is due or room is short, and room for what comes. */
  #tend(): void {
    if (this.#tending || this.#closing) return;
    this.#tending = this.#upkeep();
  }

  async #upkeep(): Promise<void> {
    const { journal } = this.#parts;
    try {
      await journal.prepareReserves().catch((error: unknown) => this.#makeRoom(error));
      // without a snapshot the log is longer, without a spare writes cost more, that is all
      this.#full = false;
      if (this.#snapshotIsDue()) await this.#snapshot();
      await journal.prepareSpare();
    } catch (error) {
      if (isFull(error)) this.#waitForRoom();
      else this.#fail(error);
    } finally {
      this.#tending = undefined;
    }
  }

  /**
   * After `error`, that there is no room: whatever can be freed is worth a snapshot, and room counts for more than history,
   * which is given up. Rejects when there still is none.
   */
  async #makeRoom(error: unknown): Promise<void> {
    const { journal } = this.#parts;
    if (!isFull(error)) throw error;
    this.history.compact(this.revision);
    if (journal.garbage(this.compacted) === 0) throw error;
    await journal.yieldRoom();
    await this.#snapshot();
    await journal.prepareReserves();
  }

  #waitForRoom(): void {
    if (this.#closing) return;
    this.#retry ??= this.#parts.clock.after(
      retryMs,
      () => {
        this.#retry = undefined;
        this.#tend();
      },
      { idle: true },
    );
  }

  async #snapshot(): Promise<void> {
    const { files, directory, lazy, journal, random } = this.#parts;
    // The oldest state that can be read: the log from there on is the history.
    const { entries, revision } = this.history.list("", { revision: this.compacted });
    const salt = Uint8Array.from({ length: saltBytes }, () => below(random, 256));
    const stopped = (): boolean => this.#closing !== undefined;
    const size = await writeSnapshot({ files, directory, salt, revision, entries, lazy, stopped });
    if (size === undefined) return;
    this.#snapshotBytes = size;
    await journal.retire(revision);
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const reason = new Unavailable(`the store has lost its disk: ${why}; check the disk, then start again`, {
      cause: error,
    });
    this.#retry?.cancel();
    this.endWith(reason);
    for (const { request } of this.#intake.rollBack()) request.reject(reason);
  }

  #checkAccepting(): void {
    this.checkOpen();
    if (this.#closing) throw new Unavailable("the store is closing");
  }

  async #close(): Promise<void> {
    this.#retry?.cancel();
    await this.#flushing;
    await this.#tending;
    this.endWith(new Unavailable("the store is closed"));
    try {
      await this.#parts.journal.close();
    } finally {
      await this.#parts.lock.release();
    }
  }
}
