/** Where a service of the cluster is reached from the server. */
import { service as serviceKind } from "../../api/core/service.ts";
import type { Service } from "../../api/generated/core-v1.ts";
import type { Registry } from "../registry/registry.ts";

export interface ServicePlace {
  readonly host: string;
  readonly port: number;
}

/** Finds where a port of a service answers. Rejects with an Error whose text is upstream's. */
export type ServiceResolver = (namespace: string, name: string, port: number) => Promise<ServicePlace>;

/** By the addresses of services, for servers from whose host they are reached. */
export function byServiceAddress(registry: () => Registry): ServiceResolver {
  return async (namespace, name, port) => {
    const found = (await registry().find(serviceKind, namespace, name)) as unknown as Service | undefined;
    if (!found) throw new Error(`service ${JSON.stringify(name)} not found`);
    const { spec } = found;
    if (spec.type === "ExternalName") return { host: spec.externalName ?? "", port };
    if (!spec.ports?.some((one) => one.port === port))
      throw new Error(`no service port ${port} found for service ${JSON.stringify(name)}`);
    if (!spec.clusterIP || spec.clusterIP === "None")
      throw new Error(`cluster IP of service ${JSON.stringify(name)} is ${JSON.stringify(spec.clusterIP ?? "")}`);
    return { host: spec.clusterIP, port };
  };
}
