/**
 * Where a service is reached from a server that has no network of services: at its endpoints, where those are addresses of this
 * machine's network and no pods', or under the name that it stands for.
 */
import { service as serviceKind } from "../../api/core/service.ts";
import { endpointSlice as sliceKind } from "../../api/discovery/endpoint-slice.ts";
import type { Service } from "../../api/generated/core-v1.ts";
import type { EndpointSlice } from "../../api/generated/discovery-v1.ts";
import type { Shared } from "../../api/object.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import type { ServiceResolver } from "../webhooks/service-address.ts";

export function byEndpoints(registry: () => Registry): ServiceResolver {
  return async (namespace, name, port) => {
    const found = (await registry().find(serviceKind, namespace, name)) as unknown as Shared<Service> | undefined;
    if (!found) throw new Error(`service ${JSON.stringify(name)} not found`);
    const { spec } = found;
    if (spec.type === "ExternalName") return { host: spec.externalName ?? "", port };
    const declared = spec.ports?.find((one) => one.port === port);
    if (!declared) throw new Error(`no service port ${port} found for service ${JSON.stringify(name)}`);
    const { entries } = await registry().store.list(prefixOf(sliceKind, namespace));
    const slices = entries
      .map(({ value }) => value as unknown as Shared<EndpointSlice>)
      .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
    let isOfPods = false;
    for (const { endpoints, ports } of slices) {
      const at = ports?.find((one) => (one.name ?? "") === (declared.name ?? ""))?.port;
      for (const { addresses, conditions, targetRef } of endpoints ?? []) {
        const host = addresses?.[0];
        if (!at || !host || conditions?.ready === false) continue;
        if (targetRef?.kind !== "Pod") return { host, port: at };
        isOfPods = true;
      }
    }
    throw new Error(
      isOfPods
        ? `no way from this server to service ${JSON.stringify(name)}: it has no network of pods`
        : `no endpoints available for service ${JSON.stringify(name)}`,
    );
  };
}
