/** Which server serves which group and version: the APIService objects, as they change. */
import { apiService as apiServiceKind } from "../../api/apiregistration/api-service.ts";
import type { APIService, ServiceReference } from "../../api/generated/apiregistration-v1.ts";
import type { KubeObject, Shared } from "../../api/object.ts";
import type { Store } from "../../store/store.ts";
import { prefixOf } from "../registry/stored.ts";

export type ApiService = Shared<APIService>;
/** One that another server serves. */
export type RemoteApiService = ApiService & { readonly spec: { readonly service: Shared<ServiceReference> } };

export const isRemote = (one: ApiService | undefined): one is RemoteApiService => one?.spec.service !== undefined;

export const isAvailable = ({ status }: ApiService): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === "Available" && value === "True") ?? false;

export const groupVersionOf = ({ spec }: ApiService): string =>
  spec.group ? `${spec.group}/${spec.version}` : (spec.version ?? "");

export class ApiServices {
  readonly #all = new Map<string, ApiService>();
  readonly #listeners = new Set<(name: string) => void>();
  #watching: { stop(): void } | undefined;
  #generation = 0;

  async start(store: Store<KubeObject>): Promise<void> {
    const prefix = prefixOf(apiServiceKind);
    const { entries, revision } = await store.list(prefix);
    for (const { key, value } of entries) this.#all.set(key.slice(prefix.length), value as unknown as ApiService);
    this.#watching = await store.watch({
      ...{ since: revision, prefix },
      onChanges: (changes) => {
        for (const { key, after } of changes) {
          const name = key.slice(prefix.length);
          if (after) this.#all.set(name, after.value as unknown as ApiService);
          else this.#all.delete(name);
          this.#generation++;
          for (const listener of this.#listeners) listener(name);
        }
      },
    });
  }

  stop(): void {
    this.#watching?.stop();
  }

  /** Rises with every change. */
  get generation(): number {
    return this.#generation;
  }

  get(name: string): ApiService | undefined {
    return this.#all.get(name);
  }

  all(): readonly ApiService[] {
    return [...this.#all.values()];
  }

  get remote(): readonly RemoteApiService[] {
    return this.all().filter(isRemote);
  }

  /** Who serves a group's version, if it is another server. */
  serving(group: string, version: string): RemoteApiService | undefined {
    const found = this.#all.get(`${version}.${group}`);
    return isRemote(found) ? found : undefined;
  }

  /** Called with the name of each that has changed. */
  onChange(listener: (name: string) => void): void {
    this.#listeners.add(listener);
  }
}
