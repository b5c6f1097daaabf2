/**
 * What a batch of writes comes to, given what is there: pure, so that every store decides alike.
 * All conditions are looked at before the first value is stamped: a batch that is refused has done nothing.
 */
import type { Change, Codec, Entry, Origin, Revision, Write } from "./store.ts";
import { Conflict } from "./store.ts";

export interface Ground<V> {
  /** The state the batch meets, writes that are still on their way to disk included. */
  current(key: string): Entry<V> | undefined;
  /** The revision that the batch gets if it changes anything. */
  readonly revision: Revision;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly stamp: Codec<V>["stamp"];
}

/** The changes of one batch, in the order of its writes. Throws Conflict; TypeError for a batch that makes no sense. */
export function decide<V>(writes: readonly Write<V>[], origin: Origin, ground: Ground<V>): readonly Change<V>[] {
  checkKeys(writes);
  for (const { key, expected } of writes) {
    const current = ground.current(key);
    if (expected !== undefined && expected !== (current?.revision ?? 0)) throw new Conflict(key, current);
  }
  const { revision, time } = ground;
  const changes: Change<V>[] = [];
  for (const { key, value } of writes) {
    const before = ground.current(key);
    if (before === undefined && value === undefined) continue;
    const after =
      value === undefined
        ? undefined
        : { key, value: ground.stamp(value, revision), revision, created: before?.created ?? revision };
    changes.push({
      revision,
      key,
      ...(before && { before }),
      ...(after && { after }),
      time,
      actor: origin.actor,
      ...(origin.cause && { cause: origin.cause }),
    });
  }
  return changes;
}

function checkKeys(writes: readonly Write<unknown>[]): void {
  for (const { key } of writes) {
    // A lone surrogate has no UTF-8 form: on disk it would become another key.
    if (key === "" || !key.isWellFormed()) throw new TypeError(`not a key: ${JSON.stringify(key)}`);
  }
  if (writes.length < 2) return;
  const seen = new Set<string>();
  for (const { key } of writes) {
    if (seen.has(key)) throw new TypeError(`one batch cannot write ${key} twice`);
    seen.add(key);
  }
}
