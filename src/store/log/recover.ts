/**
 * Opening: the newest snapshot, then the log after it. Reads only what is live and what history is kept.
 * A tail that a crash tore is cut; anything else that does not fit together is a CorruptStore, with the files untouched.
 */
import path from "node:path";
import type { History } from "../history.ts";
import { emptyRevision } from "../history.ts";
import type { Change, Entry, Revision } from "../store.ts";
import { CorruptStore } from "./corrupt.ts";
import type { Files } from "./files.ts";
import { readWhole } from "./files.ts";
import { decodeHeader, frameAt, frameHeadBytes, headerBytes, laterFrame } from "./frame.ts";
import type { Active, Found, Sealed } from "./journal.ts";
import { reserveNames } from "./journal.ts";
import type { LazyEntries } from "./lazy-entry.ts";
import type { LogRecord } from "./record.ts";
import { readRecords } from "./record.ts";
import { readSnapshot } from "./snapshot.ts";

export interface Recovered {
  readonly found: Found;
  /** The revision and size of the newest snapshot; 0 without one. */
  readonly snapshot: { readonly revision: Revision; readonly size: number };
}

/** Fills `history` from the files of a directory. `now` in milliseconds since 1970. */
export async function recover<V>(
  files: Files,
  directory: string,
  history: History<V>,
  lazy: LazyEntries<V>,
  now: number,
): Promise<Recovered> {
  // After a kill, names may be in the cache only: what is decided by them, such as removing what is old, needs them durable.
  await files.syncDirectory(directory);
  const all = (await files.list(directory)).toSorted();
  // a file has its name once it is whole: these never came to be
  const unfinished = all.filter((name) => name.endsWith(".tmp"));
  const names = all.filter((name) => !name.endsWith(".tmp"));
  const snapshots = names.filter((name) => /^snapshot-\d+$/.test(name));
  const logs = names.filter((name) => /^log-\d+$/.test(name));
  let snapshot = { revision: emptyRevision, size: 0 };
  const newest = snapshots.at(-1);
  if (newest) {
    snapshot = await readSnapshot(files, path.join(directory, newest), lazy, (entries) => history.load(entries));
    history.loaded(snapshot.revision);
    if (logs.length === 0) throw new CorruptStore(path.join(directory, "log-*"), 0, "the log is missing");
  }
  const segments = await replay(files, directory, logs, history, lazy, now);
  await clear(files, directory, [...unfinished, ...snapshots.slice(0, -1), ...segments.stale]);
  const spares = names.filter((name) => name.startsWith("spare-"));
  await clear(files, directory, spares.slice(2));
  const reserves = reserveNames.filter((name) => names.includes(name));
  return { found: { ...segments, spares: spares.slice(0, 2), reserves }, snapshot };
}

async function clear(files: Files, directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) await files.remove(path.join(directory, name));
}

interface Segments extends Pick<Found, "sealed" | "active" | "nextNumber"> {
  /** Those that the snapshot has made useless. */
  readonly stale: readonly string[];
}

async function replay<V>(
  files: Files,
  directory: string,
  names: readonly string[],
  history: History<V>,
  lazy: LazyEntries<V>,
  now: number,
): Promise<Segments> {
  const start = history.revision;
  const bases = await Promise.all(names.map((name) => readBase(files, directory, name)));
  // A segment is of use if the next one begins after the snapshot.
  const first = names.findIndex((_, i) => i === names.length - 1 || bases[i + 1]!.revision > start);
  if (names.length > 0) checkReaches(path.join(directory, names[first]!), bases[first]!.revision, start);
  const sealed: Sealed[] = [];
  let active: Active | undefined;
  let last = bases[first]?.revision ?? start;
  for (let i = first; i >= 0 && i < names.length; i++) {
    const name = names[i]!;
    const file = path.join(directory, name);
    const base = bases[i]!;
    if (base.revision !== last) {
      throw new CorruptStore(
        file,
        0,
        `the log jumps from revision ${last} to ${base.revision}: what is between is damaged or missing`,
      );
    }
    const bytes = await readWhole(files, file);
    const read = readSegment(file, bytes, base.salt, last, (record) => apply(record, history, lazy, now));
    last = read.last;
    if (i < names.length - 1) {
      sealed.push({ name, last, bytes: read.tail });
      continue;
    }
    checkTail(file, bytes, read.tail, base.salt);
    active = await reopen(files, file, name, bytes, read, base.salt);
  }
  if (last < start) {
    throw new CorruptStore(
      path.join(directory, names.at(-1)!),
      0,
      `the log ends at revision ${last}, before the snapshot`,
    );
  }
  const nextNumber = Number(names.at(-1)?.slice("log-".length) ?? 0) + 1;
  return { sealed, active, nextNumber, stale: names.slice(0, Math.max(first, 0)) };
}

async function readBase(
  files: Files,
  directory: string,
  name: string,
): Promise<{ revision: Revision; salt: Uint8Array }> {
  const file = await files.open(path.join(directory, name), "read");
  try {
    const bytes = await file.read(0, headerBytes);
    const header = decodeHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), "log");
    if (typeof header === "string") throw new CorruptStore(path.join(directory, name), 0, header);
    if (header.sequence !== Number(name.slice("log-".length))) {
      throw new CorruptStore(path.join(directory, name), 0, `the segment is number ${header.sequence} by its header`);
    }
    return header;
  } finally {
    await file.close();
  }
}

function checkReaches(file: string, base: Revision, start: Revision): void {
  if (base > start)
    throw new CorruptStore(file, 0, `the log begins after revision ${base}, the state before it ends at ${start}`);
}

interface ReadSegment {
  readonly last: Revision;
  /** Behind the last sound frame, and where that one begins. */
  readonly tail: number;
  readonly lastFrame: number;
}

/** Hands out the records of a segment, up to where no sound frame follows. */
function readSegment(
  file: string,
  bytes: Buffer,
  salt: Uint8Array,
  base: Revision,
  take: (record: LogRecord) => void,
): ReadSegment {
  let last = base;
  let tail = headerBytes;
  let lastFrame = 0;
  for (let payload = frameAt(bytes, tail, salt); payload; payload = frameAt(bytes, tail, salt)) {
    try {
      for (const record of readRecords(payload)) {
        if (record.is === "commit" && record.revision !== ++last)
          throw new RangeError(`revision ${record.revision} follows ${last - 1}`);
        take(record);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CorruptStore(file, tail, error.message);
    }
    lastFrame = tail;
    tail += frameHeadBytes + payload.length;
  }
  return { last, tail, lastFrame };
}

/** A frame is only begun when the one before is on disk: a sound one behind the tail means that one before it is damaged. */
function checkTail(file: string, bytes: Buffer, tail: number, salt: Uint8Array): void {
  const later = laterFrame(bytes, tail, salt);
  if (later !== undefined) {
    throw new CorruptStore(file, tail, `a record is damaged: sound ones follow it, from byte ${later} on`);
  }
}

function apply<V>(record: LogRecord, history: History<V>, lazy: LazyEntries<V>, now: number): void {
  if (record.is === "compaction") history.compact(Math.min(record.revision, history.revision));
  if (record.is !== "commit" || record.revision <= history.revision) return;
  const { revision, time, origin } = record;
  const changes = record.changes.map(({ key, created, bytes }): Change<V> => {
    const before = history.current(key);
    const after: Entry<V> | undefined = bytes && lazy.make(key, revision, created, bytes);
    return { revision, key, ...(before && { before }), ...(after && { after }), time, ...origin };
  });
  history.apply({ revision, changes, bytes: record.size });
  history.trim(now);
}

/**
 * Opens the last segment for more. Its last frame is written once more, and synced: it may have been read from the
 * cache only (after a kill), and after a sync that failed the cache would not try again.
 */
async function reopen(
  files: Files,
  file: string,
  name: string,
  bytes: Buffer,
  { last, tail, lastFrame }: ReadSegment,
  salt: Uint8Array,
): Promise<Active> {
  const open = await files.open(file, "update");
  open.write(bytes.subarray(lastFrame, tail), lastFrame);
  await open.sync();
  return { name, file: open, salt, last, tail, size: bytes.length };
}
