/**
 * A snapshot: all entries as they were at one revision, in order of keys, so that the log before it can go. It is
 * written under another name and renamed when it is whole and durable: one that has the name is whole, or damaged.
 */
import path from "node:path";
import type { Entry, Revision } from "../store.ts";
import { CorruptStore } from "./corrupt.ts";
import type { Files, OpenFile } from "./files.ts";
import { removeIfThere } from "./files.ts";
import { decodeHeader, encodeHeader, Frame, frameHeadBytes, frameLength, headerBytes, payloadOf } from "./frame.ts";
import { snapshotName } from "./journal.ts";
import type { LazyEntries } from "./lazy-entry.ts";
import { readRecords, writeEnd, writeEntry } from "./record.ts";

/** Some 100 pods: encoding them holds up the thread for about a millisecond. */
const sliceBytes = 256 * 1024;

export interface SnapshotTask<V> {
  readonly files: Files;
  readonly directory: string;
  readonly salt: Uint8Array;
  readonly revision: Revision;
  readonly entries: readonly Entry<V>[];
  readonly lazy: LazyEntries<V>;
  /** Looked at between slices: whether to give up. */
  readonly stopped: () => boolean;
}

/** Writes a snapshot, durably; resolves to its size, or undefined when it was stopped. Without room it leaves nothing. */
export async function writeSnapshot<V>(task: SnapshotTask<V>): Promise<number | undefined> {
  const { files, directory, revision } = task;
  const temporary = path.join(directory, `${snapshotName(revision)}.tmp`);
  await removeIfThere(files, temporary);
  const file = await files.open(temporary, "create");
  let size: number | undefined;
  try {
    size = await writeAll(file, task);
    if (size !== undefined) await file.sync();
  } catch (error) {
    size = undefined;
    throw error;
  } finally {
    await file.close();
    if (size === undefined) await removeIfThere(files, temporary);
  }
  if (size === undefined) return undefined;
  await files.rename(temporary, path.join(directory, snapshotName(revision)));
  await files.syncDirectory(directory);
  return size;
}

async function writeAll<V>(file: OpenFile, task: SnapshotTask<V>): Promise<number | undefined> {
  const { salt, revision, entries, lazy } = task;
  await file.writeLater(encodeHeader({ kind: "snapshot", salt, sequence: 0, revision }), 0);
  let size = headerBytes;
  const frame = new Frame();
  const flush = async (): Promise<void> => {
    await file.writeLater(frame.seal(salt), size);
    size += frame.length;
    frame.clear();
  };
  for (const entry of entries) {
    writeEntry(frame, entry, lazy.encode(entry));
    if (frame.length < sliceBytes) continue;
    await flush();
    if (task.stopped()) return undefined;
  }
  writeEnd(frame, entries.length);
  await flush();
  return size;
}

/** Reads a snapshot, slice by slice. Throws CorruptStore unless it is whole. */
export async function readSnapshot<V>(
  files: Files,
  name: string,
  lazy: LazyEntries<V>,
  load: (entries: readonly Entry<V>[]) => void,
): Promise<{ readonly revision: Revision; readonly size: number }> {
  const file = await files.open(name, "read");
  try {
    const header = decodeHeader(toBuffer(await file.read(0, headerBytes)), "snapshot");
    if (typeof header === "string") throw new CorruptStore(name, 0, header);
    let read = 0;
    for (let at = headerBytes; ; ) {
      const head = toBuffer(await file.read(at, frameHeadBytes));
      const length = frameLength(head, header.salt);
      const frame = length === undefined ? undefined : toBuffer(await file.read(at, length));
      const payload = frame && frame.length === length ? payloadOf(frame) : undefined;
      if (!payload) throw new CorruptStore(name, at, "a part of the snapshot is damaged or missing");
      const entries: Entry<V>[] = [];
      let end: number | undefined;
      for (const record of readRecords(payload)) {
        if (record.is === "entry") entries.push(lazy.make(record.key, record.revision, record.created, record.bytes));
        else if (record.is === "end") end = record.entries;
      }
      load(entries);
      read += entries.length;
      at += payload.length + frameHeadBytes;
      if (end === undefined) continue;
      if (end !== read) throw new CorruptStore(name, at, `the snapshot has ${read} entries, not ${end}`);
      return { revision: header.revision, size: at };
    }
  } finally {
    await file.close();
  }
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
