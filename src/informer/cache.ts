/**
 * The objects of one kind as an informer last saw them, with indexes. Promises: reads never wait, and give shared
 * objects; an index is kept up to date with every change, so that nothing has to scan.
 */
import type { AnyObject, Shared } from "../client/client.ts";

/** The values under which an object is found in an index. */
export type IndexBy<T> = (object: Shared<T>) => readonly string[];

export const cacheKey = ({
  metadata,
}: {
  readonly metadata: { readonly namespace?: string | undefined; readonly name?: string | undefined };
}): string => (metadata.namespace ? `${metadata.namespace}/${metadata.name ?? ""}` : (metadata.name ?? ""));

/** `namespace/name` taken apart; the namespace is empty for objects of the cluster. */
export function splitKey(key: string): { namespace: string; name: string } {
  const at = key.indexOf("/");
  return { namespace: key.slice(0, Math.max(at, 0)), name: key.slice(at + 1) };
}

export class Cache<T extends AnyObject> {
  readonly #objects = new Map<string, Shared<T>>();
  readonly #indexes = new Map<string, Index<T>>();

  get(key: string): Shared<T> | undefined {
    return this.#objects.get(key);
  }

  get size(): number {
    return this.#objects.size;
  }

  /** All objects, or those of a namespace. */
  list(namespace?: string): Shared<T>[] {
    return namespace === undefined ? [...this.#objects.values()] : this.by("namespace", namespace, byNamespace);
  }

  keys(): Iterable<string> {
    return this.#objects.keys();
  }

  /** The objects under `value` in the index called `name`, which is made by its first use. */
  by(name: string, value: string, indexBy: IndexBy<T>): Shared<T>[] {
    let index = this.#indexes.get(name);
    if (!index) {
      index = new Index(indexBy);
      for (const [key, object] of this.#objects) index.add(key, object);
      this.#indexes.set(name, index);
    }
    return [...index.get(value).values()];
  }

  /** The objects whose managing owner has this uid. */
  controlledBy(uid: string): Shared<T>[] {
    return this.by("controller", uid, byController);
  }

  /** Writes the object in; returns the one that was there. Called by the informer alone. */
  put(key: string, object: Shared<T>): Shared<T> | undefined {
    const before = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) index.replace(key, before, object);
    return before;
  }

  remove(key: string): Shared<T> | undefined {
    const before = this.#objects.get(key);
    if (!before) return undefined;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.replace(key, before, undefined);
    return before;
  }
}

class Index<T extends AnyObject> {
  readonly #indexBy: IndexBy<T>;
  readonly #found = new Map<string, Map<string, Shared<T>>>();

  constructor(indexBy: IndexBy<T>) {
    this.#indexBy = indexBy;
  }

  get(value: string): ReadonlyMap<string, Shared<T>> {
    return this.#found.get(value) ?? new Map();
  }

  add(key: string, object: Shared<T>): void {
    for (const value of this.#indexBy(object)) {
      const bucket = this.#found.get(value);
      if (bucket) bucket.set(key, object);
      else this.#found.set(value, new Map([[key, object]]));
    }
  }

  replace(key: string, before: Shared<T> | undefined, after: Shared<T> | undefined): void {
    const kept = after ? this.#indexBy(after) : [];
    for (const value of before ? this.#indexBy(before) : []) {
      if (kept.includes(value)) continue;
      const bucket = this.#found.get(value);
      bucket?.delete(key);
      if (bucket?.size === 0) this.#found.delete(value);
    }
    if (after) this.add(key, after);
  }
}

const byNamespace = ({ metadata }: Shared<AnyObject>): readonly string[] => [metadata.namespace ?? ""];
const byController = ({ metadata }: Shared<AnyObject>): readonly string[] => {
  const owner = metadata.ownerReferences?.find((ref) => ref.controller);
  return owner ? [owner.uid] : [];
};
