/** Entries as they are read from disk: a value is decoded when it is first asked for, so that opening stays quick. */
import type { Codec, Entry, Revision } from "../store.ts";

export class LazyEntries<V> {
  readonly #codec: Codec<V>;
  /** The bytes of what nobody has asked for yet. */
  readonly #undecoded = new WeakMap<Entry<V>, Uint8Array>();

  constructor(codec: Codec<V>) {
    this.#codec = codec;
  }

  /** An entry with `value` as a property of its own, which reads and spreads like any other. */
  make(key: string, revision: Revision, created: Revision, bytes: Uint8Array): Entry<V> {
    const codec = this.#codec;
    const undecoded = this.#undecoded;
    let decoded: { readonly value: V } | undefined;
    const entry: Entry<V> = {
      key,
      get value(): V {
        if (!decoded) {
          decoded = { value: codec.decode(undecoded.get(entry)!, revision) };
          undecoded.delete(entry);
        }
        return decoded.value;
      },
      revision,
      created,
    };
    undecoded.set(entry, bytes);
    return entry;
  }

  /** The entry's value as bytes. */
  encode(entry: Entry<V>): Uint8Array {
    return this.#undecoded.get(entry) ?? this.#codec.encode(entry.value);
  }
}
