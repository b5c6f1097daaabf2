/**
 * The append-only log on disk: segments, one after another.
 *
 *   log-<n>   segment n; the one with the highest n is written to, its frames end where no sound frame follows
 *   spare-<n> a segment used up, or filled with zeros: to become the next one. Writing into room that a file already has
 *             is what makes a sync cheap
 *   reserve   room kept for deletes, for when the disk is full; reserve-snapshot is room for the snapshot after them
 *
 * Relies on one caller at a time for `append`, and one for all else; the two may run side by side.
 */
import path from "node:path";
import type { Random } from "../../base/random.ts";
import { below } from "../../base/random.ts";
import type { Revision } from "../store.ts";
import type { Files, OpenFile } from "./files.ts";
import { isFull, removeIfThere } from "./files.ts";
import type { Frame } from "./frame.ts";
import { encodeHeader, headerBytes, saltBytes } from "./frame.ts";

export interface JournalOptions {
  readonly files: Files;
  readonly directory: string;
  readonly random: Random;
  /** A segment is left when it has this many bytes. */
  readonly segmentBytes: number;
  readonly reserveBytes: number;
}

/** A segment that is no longer written to. */
export interface Sealed {
  readonly name: string;
  /** The last revision in it. */
  readonly last: Revision;
  readonly bytes: number;
}

/** The segment that is written to. */
export interface Active {
  readonly name: string;
  readonly file: OpenFile;
  readonly salt: Uint8Array;
  last: Revision;
  /** Where the next frame goes. */
  tail: number;
  /** The room the file has. */
  size: number;
}

/** What a directory was found to hold. */
export interface Found {
  readonly sealed: readonly Sealed[];
  readonly active: Active | undefined;
  readonly spares: readonly string[];
  readonly reserves: readonly string[];
  readonly nextNumber: number;
}

export const segmentName = (n: number): string => `log-${String(n).padStart(12, "0")}`;
export const snapshotName = (revision: Revision): string => `snapshot-${String(revision).padStart(16, "0")}`;
const reserveName = "reserve";
const snapshotRoom = "reserve-snapshot";
export const reserveNames: readonly string[] = [reserveName, snapshotRoom];
const keptSpares = 2;
const fillBytes = 1024 * 1024;

export class Journal {
  readonly #options: JournalOptions;
  #sealed: Sealed[];
  #active: Active | undefined;
  readonly #spares: string[];
  readonly #reserves: Set<string>;
  #nextNumber: number;

  constructor(options: JournalOptions, found: Found) {
    this.#options = options;
    this.#sealed = [...found.sealed];
    this.#active = found.active;
    this.#spares = [...found.spares];
    this.#reserves = new Set(found.reserves);
    this.#nextNumber = found.nextNumber;
  }

  /** The bytes in segments that say nothing of what came after `revision`. */
  garbage(revision: Revision): number {
    let bytes = 0;
    for (const segment of this.#sealed) if (segment.last <= revision) bytes += segment.bytes;
    return bytes;
  }

  /** Whether a spare and the reserves are there. */
  get isPrepared(): boolean {
    return this.#reserves.size === reserveNames.length && this.#spares.length > 0;
  }

  /** Begins the first segment of a new directory; `last` is the revision before all. */
  async begin(last: Revision): Promise<void> {
    if (!this.#active) await this.#rotate(last);
  }

  /**
   * Makes a frame, whose last revision is `last`, durable. When there is no room it throws an error for which `isFull`
   * holds, and nothing has happened; any other error leaves open what is on disk.
   */
  async append(frame: Frame, last: Revision, mayUseReserve: boolean): Promise<void> {
    if (this.#shouldRotate(frame.length)) await this.#tryRotate();
    try {
      this.#write(frame);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.#giveBack();
      if (!mayUseReserve || !this.#reserves.has(reserveName)) throw error;
      await this.#rotate(this.#current.last, reserveName);
      this.#write(frame);
    }
    const active = this.#current;
    await active.file.sync().catch(neverFull);
    active.tail += frame.length;
    active.size = Math.max(active.size, active.tail);
    active.last = last;
  }

  get #current(): Active {
    if (!this.#active) throw new Error("the journal has not begun");
    return this.#active;
  }

  #write(frame: Frame): void {
    this.#current.file.write(frame.seal(this.#current.salt), this.#current.tail);
  }

  #shouldRotate(length: number): boolean {
    const { tail, size } = this.#current;
    if (tail === headerBytes) return false;
    if (tail + length > this.#options.segmentBytes) return true;
    return tail + length > size && this.#spares.length > 0;
  }

  /** Where there is no room for a new segment, the old one may still have some. */
  async #tryRotate(): Promise<void> {
    try {
      await this.#rotate(this.#current.last);
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  /** What a write without room left behind the tail is given back. */
  async #giveBack(): Promise<void> {
    const active = this.#current;
    await active.file.truncate(active.tail);
    active.size = active.tail;
  }

  /** Seals the segment and goes on in another, made of `source` (default: a spare, else a new file). */
  async #rotate(last: Revision, source = this.#spares.shift()): Promise<void> {
    const { files, random } = this.#options;
    const n = this.#nextNumber;
    const temporary = this.#path(source ?? `spare-${n}`);
    const salt = Uint8Array.from({ length: saltBytes }, () => below(random, 256));
    const file = await files.open(temporary, source ? "update" : "create");
    try {
      file.write(encodeHeader({ kind: "log", salt, sequence: n, revision: last }), 0);
      await file.sync();
      await files.rename(temporary, this.#path(segmentName(n)));
    } catch (error) {
      await file.close();
      if (source && source !== reserveName) this.#spares.unshift(source);
      else if (!source) await removeIfThere(files, temporary);
      throw error;
    }
    this.#nextNumber = n + 1;
    if (source === reserveName) this.#reserves.delete(reserveName);
    const old = this.#active;
    this.#active = { name: segmentName(n), file, salt, last, tail: headerBytes, size: headerBytes };
    if (old) this.#sealed.push({ name: old.name, last: old.last, bytes: old.tail });
    try {
      await files.syncDirectory(this.#options.directory);
      this.#active.size = await file.size();
      await old?.file.close();
    } catch (error) {
      neverFull(error);
    }
  }

  /** Frees the segments that say nothing of what came after `revision`: a snapshot has it all, durably. */
  async retire(revision: Revision): Promise<void> {
    const { files, directory, segmentBytes } = this.#options;
    const old = this.#sealed.filter((segment) => segment.last <= revision);
    this.#sealed = this.#sealed.filter((segment) => segment.last > revision);
    const recycled: string[] = [];
    for (const { name, bytes } of old) {
      const fits = bytes >= segmentBytes / 2 && bytes <= segmentBytes;
      if (!fits || this.#spares.length + recycled.length >= keptSpares) {
        await files.remove(this.#path(name));
        continue;
      }
      const spare = name.replace("log", "spare");
      await files.rename(this.#path(name), this.#path(spare));
      recycled.push(spare);
    }
    // Only now: a spare that is written to must not come back as a segment.
    await files.syncDirectory(directory).catch(neverFull);
    this.#spares.push(...recycled);
  }

  /** Gives back the room that is kept for a snapshot: it is about to be written. */
  async yieldRoom(): Promise<void> {
    if (this.#reserves.delete(snapshotRoom)) await removeIfThere(this.#options.files, this.#path(snapshotRoom));
  }

  /** Makes the reserves that are missing. Throws what `isFull` tells when there is no room. */
  async prepareReserves(): Promise<void> {
    const { directory, files, reserveBytes } = this.#options;
    for (const name of reserveNames) {
      if (this.#reserves.has(name)) continue;
      await this.#fill(name, reserveBytes);
      await files.syncDirectory(directory).catch(neverFull);
      this.#reserves.add(name);
    }
  }

  /** Makes a spare, if there is none. Throws what `isFull` tells when there is no room. */
  async prepareSpare(): Promise<void> {
    if (this.#spares.length > 0) return;
    const { random, segmentBytes } = this.#options;
    const spare = `spare-new-${below(random, 2 ** 32).toString(16)}`;
    await this.#fill(spare, segmentBytes);
    this.#spares.push(spare);
  }

  /** Makes a file full of zeros; it has its name only once it is whole. */
  async #fill(name: string, size: number): Promise<void> {
    const { files } = this.#options;
    const temporary = `${this.#path(name)}.tmp`;
    await removeIfThere(files, temporary);
    const file = await files.open(temporary, "create");
    let filled = false;
    try {
      const zeros = Buffer.alloc(Math.min(fillBytes, size));
      for (let at = 0; at < size; at += zeros.length) {
        await file.writeLater(zeros.subarray(0, Math.min(zeros.length, size - at)), at);
      }
      await file.sync();
      filled = true;
    } finally {
      await file.close();
      if (!filled) await removeIfThere(files, temporary);
    }
    await files.rename(temporary, this.#path(name));
  }

  async close(): Promise<void> {
    await this.#active?.file.close();
    this.#active = undefined;
  }

  #path(name: string): string {
    return path.join(this.#options.directory, name);
  }
}

/** After a sync that failed nobody knows what is on disk: that is never a mere lack of room. */
function neverFull(error: unknown): never {
  throw new Error(`could not make it durable: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}
