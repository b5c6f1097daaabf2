/** All objects of a kind, in memory as the store changes, for whoever looks at them on every request. */
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Store } from "../../store/store.ts";
import { prefixOf } from "./stored.ts";

export class KeptObjects<T> {
  readonly #kind: Kind;
  readonly #make: (object: KubeObject) => T;
  readonly #byKey = new Map<string, T>();
  #sorted: readonly T[] | undefined;
  #watching: { stop(): void } | undefined;

  /** `make` turns an object into what is kept of it, once for each that is written. */
  constructor(kind: Kind, make: (object: KubeObject) => T) {
    this.#kind = kind;
    this.#make = make;
  }

  /** Reads what is there and follows what changes, until `stop`: what is written is seen by all requests made after it. */
  async start(store: Store<KubeObject>): Promise<void> {
    const prefix = prefixOf(this.#kind);
    const { entries, revision } = await store.list(prefix);
    for (const { key, value } of entries) this.#byKey.set(key, this.#make(value));
    this.#watching = await store.watch({
      since: revision,
      prefix,
      onChanges: (changes) => {
        for (const { key, after } of changes) {
          if (after) this.#byKey.set(key, this.#make(after.value));
          else this.#byKey.delete(key);
        }
        this.#sorted = undefined;
      },
    });
  }

  stop(): void {
    this.#watching?.stop();
  }

  /** In the order of their names. */
  get all(): readonly T[] {
    this.#sorted ??= [...this.#byKey.keys()].sort().map((key) => this.#byKey.get(key) as T);
    return this.#sorted;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }
}
