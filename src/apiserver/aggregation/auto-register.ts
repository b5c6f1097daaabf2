/** Keeps an APIService for every group and version that definitions of custom resources make (kube-aggregator's autoregister). */
import { apiService as apiServiceKind } from "../../api/apiregistration/api-service.ts";
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import type { Clock } from "../../base/clock.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import { anyKind, type Client } from "../../client/client.ts";
import { type ApiServices, isRemote } from "./api-services.ts";

const kind = anyKind(apiServiceKind);
export const managedLabel = "kube-aggregator.kubernetes.io/automanaged";
/** Behind all built-in groups. */
const priorities = { groupPriorityMinimum: 1000, versionPriority: 100 };

export interface AutoRegisterOptions {
  readonly catalog: Catalog;
  readonly services: ApiServices;
  readonly client: Client;
  readonly clock: Clock;
  readonly onError: (name: string, error: unknown) => void;
}

/** Works until it is stopped. */
export function autoRegister({ catalog, services, client, clock, onError }: AutoRegisterOptions): {
  stop(): Promise<void>;
} {
  const wanted = (): Map<string, { group: string; version: string }> =>
    new Map(
      catalog
        .all()
        .filter(({ custom }) => custom)
        .map(({ group, version }) => [`${version}.${group}`, { group, version }]),
    );
  const isOurs = (name: string): boolean => services.get(name)?.metadata.labels?.[managedLabel] === "true";
  const queue = new WorkQueue({
    clock,
    onError,
    work: async (name) => {
      const spec = wanted().get(name);
      const known = services.get(name);
      try {
        if (spec && !known)
          await client.create(kind, {
            metadata: { name, labels: { [managedLabel]: "true" } },
            spec: { ...spec, ...priorities },
          } as never);
        else if (!spec && known && isOurs(name) && !isRemote(known)) await client.delete(kind, { name });
      } catch (error) {
        const isRace = error instanceof ApiError && ["AlreadyExists", "NotFound"].includes(error.reason);
        if (!isRace) throw error;
      }
    },
  });
  const all = (): void => {
    for (const name of wanted().keys()) if (!services.get(name)) queue.add(name);
    for (const { metadata } of services.all()) if (isOurs(metadata.name ?? "")) queue.add(metadata.name ?? "");
  };
  const forget = catalog.onChange(all);
  // who deletes one by hand finds it again
  services.onChange((name) => {
    if (wanted().has(name) && !services.get(name)) queue.add(name);
  });
  all();
  return {
    stop: async () => {
      forget();
      await queue.stop();
    },
  };
}
