/** How many objects of each kind are stored. */
import type { Catalog } from "../../api/catalog.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Store } from "../../store/store.ts";
import { prefixOf } from "../registry/stored.ts";

export class StoredObjects {
  readonly #store: Store<KubeObject>;
  readonly #catalog: Catalog;
  #counts: readonly { readonly group: string; readonly resource: string; readonly count: number }[] = [];

  constructor(metrics: Metrics, store: Store<KubeObject>, catalog: Catalog) {
    this.#store = store;
    this.#catalog = catalog;
    metrics.observed(
      "gauge",
      {
        ...{ name: "apiserver_storage_objects", stability: "STABLE", labels: ["resource"] },
        help: "Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.",
      },
      () =>
        this.#counts.map(({ group, resource, count }) => [[group ? `${resource}.${group}` : resource], count] as const),
    );
    metrics.observed(
      "gauge",
      {
        ...{ name: "apiserver_resource_objects", labels: ["group", "resource"] },
        help: "Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.",
      },
      () => this.#counts.map(({ group, resource, count }) => [[group, resource], count] as const),
    );
  }

  /** Counts anew. */
  async look(): Promise<void> {
    const kinds = new Map(
      this.#catalog
        .all()
        .filter((kind) => !kind.virtual && !kind.storedAs)
        .map((kind) => [`${kind.plural}.${kind.group}`, kind]),
    );
    this.#counts = await Promise.all(
      [...kinds.values()].map(async (kind) => {
        const page = await this.#store.list(prefixOf(kind), { limit: 1 }).catch(() => undefined);
        const count = page ? page.entries.length + page.remaining : -1;
        return { group: kind.group, resource: kind.plural, count };
      }),
    );
  }
}
