/**
 * The names of a cluster: pure (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ and the DNS-based
 * service discovery specification 1.1.0 of Kubernetes).
 */
import { endpointSlices, type Service, services } from "../../client/kinds.ts";
import type { Informers } from "../../informer/informers.ts";
import { slicesOf } from "../endpoint-slices.ts";

export type Answer =
  | { readonly type: "A"; readonly name: string; readonly data: string }
  | { readonly type: "CNAME"; readonly name: string; readonly data: string }
  | { readonly type: "PTR"; readonly name: string; readonly data: string }
  | { readonly type: "TXT"; readonly name: string; readonly data: string }
  | {
      readonly type: "SRV";
      readonly name: string;
      readonly data: {
        readonly priority: number;
        readonly weight: number;
        readonly port: number;
        readonly target: string;
      };
    };

/** What a question is answered with. `exists`: the name does, whatever types it has. */
export interface Answers {
  readonly exists: boolean;
  readonly answers: readonly Answer[];
  readonly additionals: readonly Answer[];
  /** Not one of ours: nobody here knows. */
  readonly foreign?: boolean;
}

const nothing: Answers = { exists: false, answers: [], additionals: [] };
const empty: Answers = { exists: true, answers: [], additionals: [] };

interface Host {
  readonly label: string;
  readonly ip: string;
  readonly ready: boolean;
}

export class ClusterRecords {
  readonly #informers: Informers;
  readonly #domain: string;

  constructor(informers: Informers, domain: string) {
    this.#informers = informers;
    this.#domain = domain;
    informers.of(services);
    informers.of(endpointSlices);
  }

  /** `name` in any case, without a dot at the end. */
  lookUp(asked: string, type: string): Answers {
    const name = asked.toLowerCase();
    if (name.endsWith(".in-addr.arpa")) return this.#reverse(name, type);
    if (name === this.#domain) return empty;
    if (!name.endsWith(`.${this.#domain}`)) return { ...nothing, foreign: true };
    const labels = name.slice(0, -this.#domain.length - 1).split(".");
    const kind = labels.pop();
    if (kind === "dns-version" && !labels.length)
      return type === "TXT" ? one({ type: "TXT", name, data: "1.1.0" }) : empty;
    if (kind === "pod") return podAddress(name, labels, type);
    if (kind !== "svc") return nothing;
    const namespace = labels.pop();
    if (namespace === undefined) return empty;
    const service = labels.pop();
    if (service === undefined) return this.#namespaceExists(namespace) ? empty : nothing;
    const found = this.#informers.cache(services).get(`${namespace}/${service}`);
    return found ? this.#service(name, found, labels, type) : nothing;
  }

  #namespaceExists(namespace: string): boolean {
    return this.#informers.cache(services).list(namespace).length > 0;
  }

  #service(name: string, service: Service, rest: readonly string[], type: string): Answers {
    const { spec } = service;
    if (spec.type === "ExternalName") {
      return rest.length ? nothing : one({ type: "CNAME", name, data: spec.externalName ?? "" });
    }
    const headless = !spec.clusterIP || spec.clusterIP === "None";
    const hosts = headless ? this.#hosts(service) : [];
    if (rest.length === 0) {
      const addresses = headless ? hosts.map((h) => h.ip) : [spec.clusterIP as string];
      if (!addresses.length) return nothing;
      return type === "A" ? { ...empty, answers: addresses.map((data) => ({ type: "A", name, data })) } : empty;
    }
    if (rest.length === 1) {
      const matching = hosts.filter((h) => h.label === rest[0]);
      if (!matching.length) return nothing;
      return type === "A" ? { ...empty, answers: matching.map(({ ip }) => ({ type: "A", name, data: ip })) } : empty;
    }
    const [port, protocol] = [rest[0]?.slice(1), rest[1]?.slice(1)];
    if (rest.length !== 2 || !rest[0]?.startsWith("_") || !rest[1]?.startsWith("_")) return nothing;
    return this.#port(name, service, port ?? "", protocol ?? "", headless, hosts, type);
  }

  #port(
    name: string,
    service: Service,
    portName: string,
    protocol: string,
    headless: boolean,
    hosts: readonly Host[],
    type: string,
  ): Answers {
    const { metadata, spec } = service;
    const base = `${metadata.name}.${metadata.namespace}.svc.${this.#domain}`;
    const port = (spec.ports ?? []).find(
      (p) => p.name === portName && (p.protocol ?? "TCP").toLowerCase() === protocol,
    );
    if (!port) return nothing;
    if (type !== "SRV") return empty;
    const targets = headless
      ? hosts.map((h) => ({ target: `${h.label}.${base}`, ip: h.ip, port: Number(port.targetPort) || port.port }))
      : [{ target: base, ip: spec.clusterIP as string, port: port.port }];
    const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
    return {
      exists: true,
      answers: targets.map((t) => ({
        type: "SRV",
        name,
        data: { priority: 0, weight, port: t.port, target: t.target },
      })),
      additionals: targets.map((t) => ({ type: "A", name: t.target, data: t.ip })),
    };
  }

  #hosts(service: Service): Host[] {
    const hosts: Host[] = [];
    for (const { endpoints, addressType } of slicesOf(
      this.#informers,
      `${service.metadata.namespace}/${service.metadata.name}`,
    )) {
      if (addressType !== "IPv4") continue;
      for (const { addresses, hostname, conditions } of endpoints ?? []) {
        const ip = addresses?.[0];
        const ready = (conditions.ready ?? true) || (service.spec.publishNotReadyAddresses ?? false);
        if (ip && ready) hosts.push({ label: hostname || ip.replace(/\./g, "-"), ip, ready });
      }
    }
    return hosts;
  }

  #reverse(name: string, type: string): Answers {
    const ip = name.slice(0, -".in-addr.arpa".length).split(".").reverse().join(".");
    const [service] = this.#informers
      .cache(services)
      .by("cluster-ip", ip, ({ spec }) => (spec.clusterIP ? [spec.clusterIP] : []));
    const target = ((): string | undefined => {
      if (service) return `${service.metadata.name}.${service.metadata.namespace}.svc.${this.#domain}`;
      const [slice] = this.#informers
        .cache(endpointSlices)
        .by("address", ip, ({ endpoints }) => (endpoints ?? []).flatMap((e) => e.addresses ?? []));
      const found = slice?.endpoints?.find((e) => e.addresses?.includes(ip));
      const owner = slice?.metadata.labels?.["kubernetes.io/service-name"];
      if (!found || !owner) return undefined;
      return `${found.hostname || ip.replace(/\./g, "-")}.${owner}.${slice.metadata.namespace}.svc.${this.#domain}`;
    })();
    if (!target) return { ...nothing, foreign: true };
    return type === "PTR" ? one({ type: "PTR", name, data: target }) : empty;
  }
}

const one = (answer: Answer): Answers => ({ exists: true, answers: [answer], additionals: [] });

/** `10-244-1-7.default.pod`: an address in a name, of whatever pod. */
function podAddress(name: string, labels: readonly string[], type: string): Answers {
  if (labels.length !== 2) return labels.length < 2 ? empty : nothing;
  const ip = (labels[0] ?? "").replace(/-/g, ".");
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(ip) || ip.split(".").some((part) => Number(part) > 255)) return nothing;
  return type === "A" ? one({ type: "A", name, data: ip }) : empty;
}
