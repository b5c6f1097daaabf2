/**
 * Keeps the condition `Available` of the APIServices that other servers serve: their service must be there, listen on the
 * port, have endpoints, and answer for its group (kube-aggregator's `controllers/status/remote`).
 */
import { apiService as apiServiceKind } from "../../api/apiregistration/api-service.ts";
import { service as serviceKind } from "../../api/core/service.ts";
import { endpointSlice as sliceKind } from "../../api/discovery/endpoint-slice.ts";
import type { APIServiceCondition } from "../../api/generated/apiregistration-v1.ts";
import type { Service } from "../../api/generated/core-v1.ts";
import type { EndpointSlice } from "../../api/generated/discovery-v1.ts";
import type { KubeObject, Shared } from "../../api/object.ts";
import { type Clock, rfc3339, type Timer } from "../../base/clock.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import { anyKind, type Client } from "../../client/client.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import { identityHeaders } from "./aggregator.ts";
import { type ApiServices, groupVersionOf, isAvailable, isRemote, type RemoteApiService } from "./api-services.ts";
import { askInTime } from "./ask-in-time.ts";
import type { RemoteServers } from "./remote-server.ts";

export interface AvailabilityOptions {
  readonly services: ApiServices;
  readonly servers: RemoteServers;
  readonly registry: Registry;
  readonly client: Client;
  readonly clock: Clock;
  /** Told when an APIService has become available, or no longer is. */
  readonly onChange: (of: RemoteApiService) => void;
}

type Verdict = Pick<APIServiceCondition, "status" | "reason" | "message">;

/** How often all are looked at, however quiet the cluster is. */
const againMs = 30_000;
const retries = { baseMs: 5, maxMs: 30_000 };
const kind = anyKind(apiServiceKind);

/** What asks in the name of the server itself. */
export const asAggregator = identityHeaders({ name: "system:kube-aggregator", groups: ["system:masters"] });

export class Availability {
  readonly #options: AvailabilityOptions;
  readonly #queue: WorkQueue;
  readonly #stops: { stop(): void }[] = [];
  #timer: Timer | undefined;
  #isWatching = false;

  constructor(options: AvailabilityOptions) {
    this.#options = options;
    const { services, clock } = options;
    this.#queue = new WorkQueue({ clock, backoff: retries, workers: 5, work: (name) => this.#look(name) });
    services.onChange((name) => this.#add(name));
  }

  /** Looks at those that are there. */
  start(): void {
    for (const { metadata } of this.#options.services.remote) this.#add(metadata.name ?? "");
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    for (const one of this.#stops) one.stop();
    await this.#queue.stop();
  }

  #add(name: string): void {
    if (!isRemote(this.#options.services.get(name))) return;
    if (!this.#isWatching) void this.#watch();
    this.#queue.add(name);
  }

  /** Services and their endpoints matter only once there is somebody whom they could make available. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    const { registry, clock, services } = this.#options;
    const { store } = registry;
    const again = (): void => {
      for (const { metadata } of services.remote) this.#queue.add(metadata.name ?? "");
      this.#timer = clock.after(againMs, again, { idle: true });
    };
    this.#timer = clock.after(againMs, again, { idle: true });
    const { revision } = store;
    for (const one of [serviceKind, sliceKind]) {
      const onChanges = (
        changes: readonly { before?: { value: KubeObject }; after?: { value: KubeObject } }[],
      ): void => {
        for (const { before, after } of changes) this.#serviceChanged((after ?? before)?.value);
      };
      this.#stops.push(await store.watch({ since: revision, prefix: prefixOf(one), onChanges }));
    }
  }

  #serviceChanged(object: KubeObject | undefined): void {
    if (!object) return;
    const { namespace, name, labels } = object.metadata;
    const service = labels?.["kubernetes.io/service-name"] ?? name;
    for (const { spec, metadata } of this.#options.services.remote)
      if (spec.service.namespace === namespace && spec.service.name === service) this.#queue.add(metadata.name ?? "");
  }

  async #look(name: string): Promise<void> {
    const { services, clock, client, onChange } = this.#options;
    const found = services.get(name);
    if (!isRemote(found)) return;
    const verdict = await this.#verdict(found);
    const known = found.status?.conditions?.find(({ type }) => type === "Available");
    const isSame =
      known?.status === verdict.status && known.reason === verdict.reason && known.message === verdict.message;
    if (!isSame) {
      const isFlip = known?.status !== verdict.status;
      const lastTransitionTime = isFlip ? rfc3339(clock.now()) : known?.lastTransitionTime;
      const conditions = [{ type: "Available", ...verdict, lastTransitionTime }];
      await client.patch(kind, { name }, { status: { conditions } }, { type: "strategic", subresource: "status" });
    }
    if (!isSame || verdict.status !== "True" || !isAvailable(found)) onChange(found);
    if (verdict.reason === "FailedDiscoveryCheck") throw new Error(verdict.message);
  }

  async #verdict(of: RemoteApiService): Promise<Verdict> {
    const { registry } = this.#options;
    const { namespace = "", name = "", port = 443 } = of.spec.service;
    const refuse = (reason: string, message: string): Verdict => ({ status: "False", reason, message });
    const where = `service/${name} in ${JSON.stringify(namespace)}`;
    const service = (await registry.find(serviceKind, namespace, name)) as unknown as Shared<Service> | undefined;
    if (!service) return refuse("ServiceNotFound", `${where} is not present`);
    if (service.spec.type === "ClusterIP") {
      const declared = service.spec.ports?.find((one) => one.port === port);
      if (!declared) return refuse("ServicePortError", `${where} is not listening on port ${port}`);
      const slices = await this.#slices(namespace, name);
      if (!slices.length) return refuse("EndpointsNotFound", `cannot find endpointslices for ${where}`);
      const portName = declared.name ?? "";
      if (!slices.some((slice) => isServing(slice, portName)))
        return refuse(
          "MissingEndpoints",
          `endpointslices for ${where} have no addresses with port name ${JSON.stringify(portName)}`,
        );
    }
    const why = await this.#check(of);
    return why === undefined
      ? { status: "True", reason: "Passed", message: "all checks passed" }
      : refuse("FailedDiscoveryCheck", why);
  }

  async #slices(namespace: string, name: string): Promise<Shared<EndpointSlice>[]> {
    const { entries } = await this.#options.registry.store.list(prefixOf(sliceKind, namespace));
    return entries
      .map(({ value }) => value as unknown as Shared<EndpointSlice>)
      .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
  }

  /** Why the server does not answer for its group; undefined: it does. */
  async #check(of: RemoteApiService): Promise<string | undefined> {
    const { servers, clock } = this.#options;
    const path = of.spec.group ? `/apis/${groupVersionOf(of)}` : `/api/${of.spec.version}`;
    const { namespace, name, port = 443 } = of.spec.service;
    const url = `https://${name}.${namespace}.svc:${port}${path}`;
    try {
      const asked = { method: "GET", path, headers: asAggregator, body: new Uint8Array() };
      const { status } = await askInTime(clock, (signal) => servers.ask(of, { ...asked, signal }));
      return status >= 200 && status < 300
        ? undefined
        : `failing or missing response from ${url}: bad status from ${url}: ${status}`;
    } catch (why) {
      return `failing or missing response from ${url}: Get ${JSON.stringify(url)}: ${why instanceof Error ? why.message : String(why)}`;
    }
  }
}

const isServing = ({ endpoints, ports }: Shared<EndpointSlice>, name: string): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.ready ?? true) &&
  (ports ?? []).some((port) => (port.name ?? "") === name && port.port !== undefined);
