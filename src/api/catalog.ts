/** The kinds that are served now: the built-in ones, and those that definitions add while the server runs. */
import { groupVersionOf, type Kind } from "./kind.ts";
import { builtInKinds } from "./kinds.ts";

export class Catalog {
  readonly #byResource = new Map<string, Kind>();
  readonly #byKind = new Map<string, Kind>();
  readonly #byName = new Map<string, Kind>();
  readonly #listeners = new Set<() => void>();
  #generation = 0;

  constructor(kinds: readonly Kind[] = builtInKinds) {
    for (const kind of kinds) this.add(kind);
  }

  add(kind: Kind): void {
    this.#put(kind);
    this.#changed();
  }

  #put(kind: Kind): void {
    this.#byResource.set(`${groupVersionOf(kind)}/${kind.plural}`, kind);
    this.#byKind.set(`${groupVersionOf(kind)}/${kind.kind}`, kind);
    if (!this.#byName.has(kind.kind)) this.#byName.set(kind.kind, kind);
  }

  remove(kind: Kind): void {
    this.#take(kind);
    this.#changed();
  }

  #take(kind: Kind): void {
    this.#byResource.delete(`${groupVersionOf(kind)}/${kind.plural}`);
    this.#byKind.delete(`${groupVersionOf(kind)}/${kind.kind}`);
    if (this.#byName.get(kind.kind) === kind) this.#byName.delete(kind.kind);
  }

  /** Takes kinds out and puts others in, as one change. */
  replace(old: readonly Kind[], next: readonly Kind[]): void {
    if (!old.length && !next.length) return;
    for (const kind of old) this.#take(kind);
    for (const kind of next) this.#put(kind);
    this.#changed();
  }

  /** The kind served as a resource: `("apps/v1", "deployments")`. */
  resource(groupVersion: string, plural: string): Kind | undefined {
    return this.#byResource.get(`${groupVersion}/${plural}`);
  }

  /** The kind that objects call themselves: `("apps/v1", "Deployment")`. */
  kind(groupVersion: string, kind: string): Kind | undefined {
    return this.#byKind.get(`${groupVersion}/${kind}`);
  }

  /** A kind by its bare name; where several share it, the first declared (`Event` is that of core). */
  named(kind: string): Kind | undefined {
    return this.#byName.get(kind);
  }

  all(): Kind[] {
    return [...this.#byResource.values()];
  }

  hasGroup(group: string): boolean {
    return this.all().some((kind) => kind.group === group);
  }

  hasGroupVersion(groupVersion: string): boolean {
    return this.all().some((kind) => groupVersionOf(kind) === groupVersion);
  }

  /** Rises whenever the kinds change: what is derived from them is made anew then. */
  get generation(): number {
    return this.#generation;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#generation++;
    for (const listener of this.#listeners) listener();
  }
}
