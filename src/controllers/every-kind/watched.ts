/**
 * The objects of every kind that is served, those that definitions add while the cluster runs too: built-in kinds through the
 * informers that all share, others through informers of its own, which end with their kind.
 */
import type { Catalog } from "../../api/catalog.ts";
import { groupVersionOf, type Kind } from "../../api/kind.ts";
import { builtInKinds } from "../../api/kinds.ts";
import { type AnyObject, anyKind, type Client } from "../../client/client.ts";
import type { Cache } from "../../informer/cache.ts";
import { type Difference, Informer } from "../../informer/informer.ts";
import type { Environment } from "../../reconciler/controller.ts";

export interface WatchedOptions {
  readonly environment: Environment;
  readonly client: Client;
  readonly catalog: Pick<Catalog, "all" | "onChange">;
  readonly onDifference: (kind: Kind, difference: Difference<AnyObject>) => void;
  /** The kind is served no more. */
  readonly onGone?: (kind: Kind) => void;
  readonly onError: (error: unknown) => void;
}

const builtIn: ReadonlySet<Kind> = new Set(builtInKinds);
const idOf = (kind: Kind): string => `${groupVersionOf(kind)}/${kind.plural}`;

/** Stored in this form, and can be listed, watched and deleted. Events, which own nothing and are many, are left out. */
const isWatched = (kind: Kind): boolean =>
  !kind.virtual &&
  !kind.storedAs &&
  !kind.custom?.isSecondary &&
  kind.plural !== "events" &&
  (["delete", "list", "watch"] as const).every((verb) => kind.verbs.includes(verb));

interface Entry {
  readonly kind: Kind;
  readonly cache: Cache<AnyObject>;
  readonly stop: () => void;
}

export class EveryKind {
  readonly #options: WatchedOptions;
  readonly #byId = new Map<string, Entry>();
  #unfollow: (() => void) | undefined;

  constructor(options: WatchedOptions) {
    this.#options = options;
  }

  /** Resolves once all that is there has been told. */
  async start(): Promise<void> {
    const { catalog, onError } = this.#options;
    this.#unfollow = catalog.onChange(() => void this.#follow().catch(onError));
    await this.#follow();
  }

  stop(): void {
    this.#unfollow?.();
    for (const { stop } of this.#byId.values()) stop();
    this.#byId.clear();
  }

  /** What is watched now, with its cache. */
  watched(): Iterable<Pick<Entry, "kind" | "cache">> {
    return this.#byId.values();
  }

  async #follow(): Promise<void> {
    const kinds = this.#options.catalog.all().filter(isWatched);
    const wanted = new Map(kinds.map((kind) => [idOf(kind), kind]));
    const replaced = new Map<string, Cache<AnyObject>>();
    for (const [id, { kind, cache, stop }] of this.#byId) {
      if (wanted.get(id) === kind) continue;
      stop();
      this.#byId.delete(id);
      if (wanted.has(id)) replaced.set(id, cache);
      else this.#options.onGone?.(kind);
    }
    const fresh = kinds.filter((kind) => !this.#byId.has(idOf(kind)));
    await Promise.all(fresh.map((kind) => this.#watch(kind, replaced.get(idOf(kind)))));
  }

  /** `before`: what was there when the kind was last watched, in another form. */
  async #watch(kind: Kind, before: Cache<AnyObject> | undefined): Promise<void> {
    const { client, onDifference, onError } = this.#options;
    const { informers, clock, random } = this.#options.environment;
    const shared = builtIn.has(kind);
    const informer = shared
      ? informers.of(anyKind(kind))
      : new Informer<AnyObject>({ client, kind: anyKind(kind), clock, random, onError });
    const end = informer.onDifference((difference) => onDifference(kind, difference));
    const stop = (): void => {
      end();
      if (!shared) informer.stop();
    };
    this.#byId.set(idOf(kind), { kind, cache: informer.cache, stop });
    await informer.start();
    for (const key of before?.keys() ?? []) {
      // it went while nobody watched
      if (!informer.cache.get(key)) onDifference(kind, { key, before: before?.get(key), revision: 0 });
    }
  }
}
