/** The inner form of the files: what the payload of a frame says. */
import type { Cause, Change, Entry, Origin, Revision } from "../store.ts";
import type { ByteWriter } from "./bytes.ts";
import { ByteReader } from "./bytes.ts";

/** A change as it is on disk: without `bytes`, a deletion. */
export interface RecordedChange {
  readonly key: string;
  readonly created: Revision;
  readonly bytes?: Uint8Array;
}

export type LogRecord =
  | {
      readonly is: "commit";
      readonly revision: Revision;
      readonly time: number;
      readonly origin: Origin;
      readonly changes: readonly RecordedChange[];
      /** The length of the record. */
      readonly size: number;
    }
  | { readonly is: "compaction"; readonly revision: Revision }
  | {
      readonly is: "entry";
      readonly key: string;
      readonly revision: Revision;
      readonly created: Revision;
      readonly bytes: Uint8Array;
    }
  /** The last of a snapshot: how many entries it has. */
  | { readonly is: "end"; readonly entries: number };

const kinds = { commit: 1, compaction: 2, entry: 3, end: 4 } as const;

/** Writes the changes of one commit; `bytes` are the encoded values, in the order of the changes. */
export function writeCommit<V>(
  to: ByteWriter,
  changes: readonly Change<V>[],
  bytes: readonly (Uint8Array | undefined)[],
): void {
  const { revision, time, actor, cause } = changes[0]!;
  to.byte(kinds.commit);
  to.number(revision);
  to.number(time);
  to.text(actor);
  writeCause(to, cause);
  to.count(changes.length);
  changes.forEach(({ key, after }, i) => {
    const value = bytes[i];
    to.byte(value ? 1 : 0);
    to.text(key);
    if (!value) return;
    to.number(after?.created ?? revision);
    to.data(value);
  });
}

export function writeCompaction(to: ByteWriter, revision: Revision): void {
  to.byte(kinds.compaction);
  to.number(revision);
}

export function writeEntry<V>(to: ByteWriter, { key, revision, created }: Entry<V>, bytes: Uint8Array): void {
  to.byte(kinds.entry);
  to.text(key);
  to.number(revision);
  to.number(created);
  to.data(bytes);
}

export function writeEnd(to: ByteWriter, entries: number): void {
  to.byte(kinds.end);
  to.number(entries);
}

/** The records of one payload. Throws RangeError if it is none. */
export function* readRecords(payload: Buffer): Generator<LogRecord> {
  const from = new ByteReader(payload);
  while (!from.done) yield readRecord(from);
}

function readRecord(from: ByteReader): LogRecord {
  const start = from.position;
  const kind = from.byte();
  switch (kind) {
    case kinds.commit: {
      const revision = from.number();
      const time = from.number();
      const actor = from.text();
      const cause = readCause(from);
      const changes = Array.from({ length: from.count() }, () => readChange(from));
      const origin = cause ? { actor, cause } : { actor };
      return { is: "commit", revision, time, origin, changes, size: from.position - start };
    }
    case kinds.compaction:
      return { is: "compaction", revision: from.number() };
    case kinds.entry:
      return { is: "entry", key: from.text(), revision: from.number(), created: from.number(), bytes: from.data() };
    case kinds.end:
      return { is: "end", entries: from.number() };
    default:
      throw new RangeError(`no record is of kind ${kind}`);
  }
}

function readChange(from: ByteReader): RecordedChange {
  const isPut = from.byte() === 1;
  const key = from.text();
  return isPut ? { key, created: from.number(), bytes: from.data() } : { key, created: 0 };
}

function writeCause(to: ByteWriter, cause: Cause | undefined): void {
  if (!cause) {
    to.byte(0);
  } else if ("revision" in cause) {
    to.byte(1);
    to.number(cause.revision);
  } else {
    to.byte(2);
    to.text(cause.request);
  }
}

function readCause(from: ByteReader): Cause | undefined {
  const kind = from.byte();
  if (kind === 0) return undefined;
  return kind === 1 ? { revision: from.number() } : { request: from.text() };
}
