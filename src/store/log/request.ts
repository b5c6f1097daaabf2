/** What callers ask of the log store, from when they ask until they are answered. */
import type { Commit } from "../history.ts";
import type { Change, Origin, Revision, Write } from "../store.ts";

export type Request<V> = (
  | { readonly writes: readonly Write<V>[]; readonly origin: Origin; readonly compact?: never }
  | { readonly compact: Revision; readonly writes?: never }
) & {
  readonly resolve: (changes: readonly Change<V>[]) => void;
  readonly reject: (reason: unknown) => void;
};

/** A request that was decided, and waits for its turn on disk. */
export interface Item<V> {
  readonly request: Request<V>;
  /** Goes on when the disk is full. */
  readonly isRemoval: boolean;
  /** What it comes to; at most one of these. */
  readonly changes?: readonly Change<V>[];
  readonly bytes?: readonly (Uint8Array | undefined)[];
  readonly compact?: Revision;
  /** Why it is refused: it met a write that is not durable yet, and is answered when that one is. */
  readonly refusal?: unknown;
  /** Set when it is put into a frame. */
  commit?: Commit<V>;
}
