/** Which way requests to services take on the network of simulated pods: what kube-proxy's rules say, followed by hand. */

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { below } from "../../base/random.ts";
import { endpointSlices, type Service, services } from "../../client/kinds.ts";
import type { Informers } from "../../informer/informers.ts";
import type { Endpoint, Router } from "../../kubelet/runtimes/simulated/network.ts";
import { slicesOf } from "../../network/endpoint-slices.ts";
import { type Backend, backendsOf } from "../../network/service-rules.ts";

export interface SimulatedServicesOptions {
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** The node that has the address, as its own or as one of its pods'. */
  readonly nodeOf: (address: string) => string | undefined;
  /** Whether a node has the address for its own. */
  readonly isNode: (address: string) => boolean;
}

const usualAffinitySeconds = 10_800;

export class SimulatedServices {
  readonly #options: SimulatedServicesOptions;
  /** By client and front, to which endpoint it goes, and until when. */
  readonly #sticky = new Map<string, { readonly to: Endpoint; readonly untilMs: number }>();

  constructor(options: SimulatedServicesOptions) {
    this.#options = options;
    options.informers.of(services);
    options.informers.of(endpointSlices);
  }

  /** Where a request goes that is addressed to a service or to the port of a node. */
  readonly route: Router = (to, from) => {
    const { informers, isNode } = this.#options;
    const cache = informers.cache(services);
    for (const service of cache.by("fronts", to.ip, frontsOf)) {
      const port = (service.spec.ports ?? []).find((p) => p.port === to.port && (p.protocol ?? "TCP") === "TCP");
      if (!port) return "refused";
      const outside = service.spec.clusterIP !== to.ip;
      return this.#choose(service, port.name ?? "", to, from, outside);
    }
    if (!isNode(to.ip)) return undefined;
    for (const service of cache.by("node-ports", String(to.port), nodePortsOf)) {
      const port = (service.spec.ports ?? []).find((p) => p.nodePort === to.port);
      if (port) return this.#choose(service, port.name ?? "", to, from, true);
    }
    return undefined;
  };

  #choose(service: Service, port: string, to: Endpoint, from: string, outside: boolean): Endpoint | "refused" {
    const { informers, nodeOf, random, clock } = this.#options;
    const { spec, metadata } = service;
    const slices = slicesOf(informers, `${metadata.namespace}/${metadata.name}`);
    // traffic from outside is local to the node it came in by, traffic from inside to the pod's own
    const near = outside ? nodeOf(to.ip) : nodeOf(from);
    const policy = outside ? spec.externalTrafficPolicy : spec.internalTrafficPolicy;
    const all = backendsOf(slices, port, near);
    const chosen: readonly Backend[] = policy === "Local" ? all.filter((b) => b.local) : all;
    if (!chosen.length) return "refused";
    const any = chosen[below(random, chosen.length)] as Backend;
    if (spec.sessionAffinity !== "ClientIP") return any;
    const key = `${from} ${to.ip}:${to.port}`;
    const known = this.#sticky.get(key);
    const still = known && known.untilMs > clock.now() && chosen.find((b) => sameEndpoint(b, known.to));
    if (!known) this.#forgetOld();
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? usualAffinitySeconds;
    this.#sticky.delete(key);
    this.#sticky.set(key, { to: still || any, untilMs: clock.now() + seconds * 1000 });
    return still || any;
  }

  /** Of clients that have not come back in time nothing is kept: they are the first, for who comes again goes last. */
  #forgetOld(): void {
    for (const [key, { untilMs }] of this.#sticky) {
      if (untilMs > this.#options.clock.now()) return;
      this.#sticky.delete(key);
    }
  }
}

const sameEndpoint = (a: Endpoint, b: Endpoint): boolean => a.ip === b.ip && a.port === b.port;

function frontsOf({ spec, status }: Service): string[] {
  const { clusterIP, externalIPs, type } = spec;
  if (type === "ExternalName") return [];
  const own = clusterIP && clusterIP !== "None" ? [clusterIP] : [];
  const balanced = (status.loadBalancer.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return [...own, ...(externalIPs ?? []), ...balanced];
}

const nodePortsOf = ({ spec }: Service): string[] =>
  (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : []));
