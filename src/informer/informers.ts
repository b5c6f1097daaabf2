/** The informers that the parts of a process share: one per kind, however many listen. */
import type { AnyObject, KindOf, Selection } from "../client/client.ts";
import type { Cache } from "./cache.ts";
import { Informer, type InformerOptions } from "./informer.ts";

export class Informers {
  readonly #options: Omit<InformerOptions<AnyObject>, "kind">;
  readonly #byKind = new Map<string, Informer<AnyObject>>();
  readonly #selections: ReadonlyMap<string, Selection>;

  /** `selections`: by plural, which objects of a kind are wanted; default all. */
  constructor(options: Omit<InformerOptions<AnyObject>, "kind">, selections: Readonly<Record<string, Selection>> = {}) {
    this.#options = options;
    this.#selections = new Map(Object.entries(selections));
  }

  /** The informer of a kind; it begins with `start`. */
  of<T extends AnyObject>(kind: KindOf<T>): Informer<T> {
    const id = `${kind.group}/${kind.plural}`;
    let informer = this.#byKind.get(id);
    if (!informer) {
      const selection = this.#selections.get(kind.plural);
      informer = new Informer<AnyObject>({ ...this.#options, kind, ...(selection && { selection }) });
      this.#byKind.set(id, informer);
    }
    return informer as unknown as Informer<T>;
  }

  cache<T extends AnyObject>(kind: KindOf<T>): Cache<T> {
    return this.of(kind).cache;
  }

  /** Starts all that have been asked for; resolves once every cache has been filled. */
  async start(): Promise<void> {
    await Promise.all([...this.#byKind.values()].map((informer) => informer.start()));
  }

  stop(): void {
    for (const informer of this.#byKind.values()) informer.stop();
  }
}
