/**
 * The store as one version of a custom resource sees it: objects are kept in the version that their definition names, or
 * one that it named once, and are read and written here in the version of the path.
 *
 * Promises what a Store does. Where a webhook converts, listeners still hear all changes in order, each once it is converted.
 */
import type { StoredForms } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Change, Entry, ListOptions, Origin, Page, Store, WatchOptions, Write } from "../../store/store.ts";

type Objects = Entry<KubeObject>;

export class VersionedStore implements Store<KubeObject> {
  readonly #store: Store<KubeObject>;
  readonly #forms: StoredForms;
  /** Revisions that some listener has yet to hear of. */
  readonly #behind = new Set<{ readonly revision: number }>();

  constructor(store: Store<KubeObject>, forms: StoredForms) {
    this.#store = store;
    this.#forms = forms;
  }

  /** What all listeners have heard of. */
  get revision(): number {
    let revision = this.#store.revision;
    for (const waiting of this.#behind) revision = Math.min(revision, waiting.revision - 1);
    return revision;
  }

  get compacted(): number {
    return this.#store.compacted;
  }

  async get(key: string, revision?: number): Promise<Objects | undefined> {
    const entry = await this.#store.get(key, revision);
    return entry && (await this.#read([entry]))[0];
  }

  async list(prefix: string, options?: ListOptions): Promise<Page<KubeObject>> {
    const page = await this.#store.list(prefix, options);
    return { ...page, entries: await this.#read(page.entries) };
  }

  async write(writes: readonly Write<KubeObject>[], origin: Origin): Promise<readonly Change<KubeObject>[]> {
    const converted = await Promise.all(
      writes.map(async (write) =>
        write.value ? { ...write, value: (await this.#stored(write.value)) as KubeObject } : write,
      ),
    );
    return this.#changes(await this.#store.write(converted, origin));
  }

  #stored(value: KubeObject): ReturnType<StoredForms["write"]> {
    return this.#forms.write({ ...value, metadata: { ...value.metadata } });
  }

  async watch(options: WatchOptions<KubeObject>): Promise<{ stop(): void }> {
    let stopped = false;
    let queue: Promise<void> | undefined;
    const deliver = (changes: readonly Change<KubeObject>[]): void => {
      if (!stopped) options.onChanges(changes);
    };
    const fail = (reason: unknown): void => {
      if (stopped) return;
      stopped = true;
      watching?.stop();
      options.onEnd?.(reason instanceof Error ? reason : new Error(String(reason)));
    };
    let watching: { stop(): void } | undefined;
    watching = await this.#store.watch({
      ...options,
      onChanges: (changes) => {
        const converted = this.#changes(changes);
        if (!(converted instanceof Promise) && !queue) {
          deliver(converted);
          return;
        }
        // what comes later waits for what is being converted
        const waiting = { revision: changes[0]?.revision ?? this.#store.revision };
        this.#behind.add(waiting);
        const mine: Promise<void> = (queue ?? Promise.resolve())
          .then(async () => deliver(await converted))
          .catch(fail)
          .finally(() => {
            this.#behind.delete(waiting);
            if (queue === mine) queue = undefined;
          });
        queue = mine;
      },
      onEnd: (reason) => void (queue ?? Promise.resolve()).then(() => fail(reason)),
    });
    await queue;
    return {
      stop: () => {
        stopped = true;
        watching?.stop();
      },
    };
  }

  async changes(since: number): Promise<readonly Change<KubeObject>[]> {
    return this.#changes(await this.#store.changes(since));
  }

  compact(revision: number): Promise<void> {
    return this.#store.compact(revision);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #read(entries: readonly Objects[]): readonly Objects[] | Promise<readonly Objects[]> {
    const finish = (values: readonly KubeObject[]): readonly Objects[] =>
      entries.map((entry, i) => (values[i] === entry.value ? entry : { ...entry, value: values[i] as KubeObject }));
    const values = this.#forms.read(entries.map(({ value }) => value));
    return values instanceof Promise ? values.then(finish) : finish(values);
  }

  #changes(
    changes: readonly Change<KubeObject>[],
  ): readonly Change<KubeObject>[] | Promise<readonly Change<KubeObject>[]> {
    const entries = changes.flatMap(({ before, after }) => [...(before ? [before] : []), ...(after ? [after] : [])]);
    const finish = (read: readonly Objects[]): readonly Change<KubeObject>[] => {
      let next = 0;
      return changes.map((change) => {
        const before = change.before && (read[next++] as Objects);
        const after = change.after && (read[next++] as Objects);
        return { ...change, ...(before && { before }), ...(after && { after }) };
      });
    };
    const read = this.#read(entries);
    return read instanceof Promise ? read.then(finish) : finish(read);
  }
}
