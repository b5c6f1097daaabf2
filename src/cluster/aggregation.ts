/** Groups of the API that other servers serve: who they are, whether they are there, what they have, and the way to them. */
import type { Catalog } from "../api/catalog.ts";
import type { KubeObject } from "../api/object.ts";
import { Aggregator } from "../apiserver/aggregation/aggregator.ts";
import { ApiServices } from "../apiserver/aggregation/api-services.ts";
import { autoRegister } from "../apiserver/aggregation/auto-register.ts";
import { Availability } from "../apiserver/aggregation/availability.ts";
import { RemoteDiscovery } from "../apiserver/aggregation/remote-discovery.ts";
import { RemoteOpenApi } from "../apiserver/aggregation/remote-openapi.ts";
import { RemoteSwaggers } from "../apiserver/aggregation/remote-swaggers.ts";
import { HttpsRemoteServers } from "../apiserver/http/remote-servers.ts";
import type { Registry } from "../apiserver/registry/registry.ts";
import type { PathHandler } from "../apiserver/server.ts";
import type { ServiceResolver } from "../apiserver/webhooks/service-address.ts";
import type { Clock } from "../base/clock.ts";
import type { Client } from "../client/client.ts";
import type { Running } from "../reconciler/run.ts";
import type { Store } from "../store/store.ts";
import type { KeyPair } from "./pki/certificates.ts";

/** Lets this server say to others who asks. */
export interface FrontProxy {
  /** PEM of the authority by which others know that it may. */
  readonly authority: string;
  readonly client: KeyPair;
}

/** The common name of the certificate, as kubeadm has it. */
export const frontProxyName = "front-proxy-client";

export interface AggregationFacts {
  readonly store: Store<KubeObject>;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly resolve: ServiceResolver;
  readonly frontProxy: FrontProxy | undefined;
}

export interface Aggregation {
  readonly aggregator: Aggregator;
  readonly discovery: RemoteDiscovery;
  /** What other servers say of themselves in OpenAPI v2. */
  readonly swaggers: RemoteSwaggers;
  openApi(own: PathHandler): PathHandler;
  start(registry: Registry, client: Client, onError: (name: string, error: unknown) => void): Promise<Running>;
}

export function aggregation({ store, catalog, clock, resolve, frontProxy }: AggregationFacts): Aggregation {
  const services = new ApiServices();
  const servers = new HttpsRemoteServers(resolve, frontProxy?.client);
  const discovery = new RemoteDiscovery(services, servers, clock);
  return {
    aggregator: new Aggregator(services, servers),
    discovery,
    swaggers: new RemoteSwaggers(services, servers, clock),
    openApi: (own) => new RemoteOpenApi(own, services, servers),
    async start(registry, client, onError) {
      await services.start(store);
      const availability = new Availability({
        ...{ services, servers, registry, client, clock },
        onChange: ({ metadata }) => discovery.look(metadata.name ?? ""),
      });
      availability.start();
      const registering = autoRegister({ catalog, services, client, clock, onError });
      return {
        stop: async () => {
          services.stop();
          await Promise.all([availability.stop(), discovery.stop(), registering.stop()]);
          servers.close();
        },
      };
    },
  };
}
