/**
 * Addresses and node ports of services: taken before a service is written, given back when it goes or lets go of them
 * (https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/).
 */
import { service as serviceKind } from "../../api/core/service.ts";
import { isHeadless, needsClusterIp, needsHealthCheckPort, needsNodePort } from "../../api/core/service-addresses.ts";
import { invalid } from "../../api/errors.ts";
import type { Service } from "../../api/generated/core-v1.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import type { Random } from "../../base/random.ts";
import type { Store } from "../../store/store.ts";
import type { Allocator } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import { initFamilies } from "./ip-families.ts";
import { Pool } from "./pool.ts";

export interface ServiceAllocatorOptions {
  /** `10.96.0.0/16`. */
  readonly serviceRange: string;
  readonly random: Random;
}

const nodePorts = { first: 30_000, last: 32_767 };
const apiOwner = "default/kubernetes";

const numberOf = (ip: string): number => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const textOf = (number: number): string => [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
const isIPv4 = (ip: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(ip);

export class ServiceAllocator implements Allocator {
  readonly #range: string;
  readonly #addresses: Pool;
  readonly #ports: Pool;

  constructor({ serviceRange, random }: ServiceAllocatorOptions) {
    this.#range = serviceRange;
    const [base = "", bits = "16"] = serviceRange.split("/");
    const first = numberOf(base);
    this.#addresses = new Pool(first + 1, first + 2 ** (32 - Number(bits)) - 2, random);
    this.#ports = new Pool(nodePorts.first, nodePorts.last, random);
    this.#addresses.take(first + 1, apiOwner);
  }

  /** The address of the API itself: the first of the range. */
  get apiAddress(): string {
    return textOf(this.#addresses.first);
  }

  /** Takes what the services that are there have already. */
  async load(store: Store<KubeObject>): Promise<void> {
    const { entries } = await store.list(prefixOf(serviceKind));
    for (const { value } of entries) {
      const { metadata, spec } = value as unknown as Service;
      const owner = `${metadata.namespace}/${metadata.name}`;
      for (const ip of spec.clusterIPs ?? []) if (isIPv4(ip)) this.#addresses.take(numberOf(ip), owner);
      for (const { nodePort } of spec.ports ?? []) if (nodePort) this.#ports.take(nodePort, owner);
      if (spec.healthCheckNodePort) this.#ports.take(spec.healthCheckNodePort, owner);
    }
  }

  allocate(object: Draft, old: KubeObject | undefined, dryRun: boolean): () => void {
    const service = object as unknown as Service;
    const before = old as unknown as Service | undefined;
    const taking = new Taking(service, before, this.#addresses, this.#ports, this.#range, dryRun);
    try {
      taking.run();
    } catch (error) {
      taking.giveBack();
      throw error;
    }
    if (dryRun) {
      taking.giveBack();
      return () => {};
    }
    return () => taking.giveBack();
  }

  release(old: KubeObject, next?: KubeObject): void {
    const { metadata, spec } = old as unknown as Service;
    const owner = `${metadata.namespace}/${metadata.name}`;
    const kept = next
      ? holdingsOf((next as unknown as Service).spec)
      : { ips: new Set<string>(), ports: new Set<number>() };
    const had = holdingsOf(spec);
    if (owner !== apiOwner) for (const ip of had.ips) if (!kept.ips.has(ip)) this.#addresses.give(numberOf(ip), owner);
    for (const port of had.ports) if (!kept.ports.has(port)) this.#ports.give(port, owner);
  }
}

function holdingsOf(spec: Service["spec"]): { ips: Set<string>; ports: Set<number> } {
  const ports = (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  if (spec.healthCheckNodePort) ports.push(spec.healthCheckNodePort);
  return { ips: new Set((spec.clusterIPs ?? []).filter(isIPv4)), ports: new Set(ports) };
}

/** What one write takes. */
class Taking {
  readonly #service: Service;
  readonly #before: Service | undefined;
  readonly #addresses: Pool;
  readonly #ports: Pool;
  readonly #range: string;
  readonly #dryRun: boolean;
  readonly #owner: string;
  readonly #taken: (() => void)[] = [];

  constructor(
    service: Service,
    before: Service | undefined,
    addresses: Pool,
    ports: Pool,
    range: string,
    dryRun: boolean,
  ) {
    this.#service = service;
    this.#before = before;
    this.#addresses = addresses;
    this.#ports = ports;
    this.#range = range;
    this.#dryRun = dryRun;
    this.#owner = `${service.metadata.namespace}/${service.metadata.name}`;
  }

  run(): void {
    const service = this.#service;
    if (!needsClusterIp(service)) return;
    this.#families();
    if (!isHeadless(service)) this.#clusterIp();
    if (needsNodePort(service)) this.#nodePorts();
    if (needsHealthCheckPort(service)) this.#healthPort();
  }

  giveBack(): void {
    for (const give of this.#taken.splice(0)) give();
  }

  #families(): void {
    const errors = initFamilies(this.#service, this.#before);
    if (errors.length) throw this.#refuse(errors);
  }

  #clusterIp(): void {
    const { spec } = this.#service;
    const wanted = spec.clusterIPs?.[0] ?? spec.clusterIP;
    if (!wanted) {
      const found = this.#addresses.takeAny(this.#owner);
      if (found === undefined) throw this.#refuse([this.#ipFault("", "range is full")]);
      this.#taken.push(() => this.#addresses.give(found, this.#owner));
      spec.clusterIP = textOf(found);
      spec.clusterIPs = [spec.clusterIP];
      return;
    }
    if (!isIPv4(wanted) || this.#before?.spec.clusterIP === wanted) return;
    const item = numberOf(wanted);
    if (!this.#addresses.has(item)) {
      const why = this.#dryRun
        ? `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${this.#range}`
        : "the provided network does not match the current range";
      throw this.#refuse([this.#ipFault(wanted, why)]);
    }
    if (this.#addresses.ownerOf(item) === this.#owner) return;
    if (!this.#addresses.take(item, this.#owner)) {
      // a dry run looks no further than at the range
      if (this.#dryRun) return;
      throw this.#refuse([this.#ipFault(wanted, "provided IP is already allocated")]);
    }
    this.#taken.push(() => this.#addresses.give(item, this.#owner));
  }

  #ipFault(ip: string, why: string): FieldError {
    const value = ip ? [ip] : (this.#service.spec.clusterIPs ?? []);
    return new Path("spec").child("clusterIPs").invalid(value, `failed to allocate IP ${ip}: ${why}`);
  }

  #nodePorts(): void {
    const { spec } = this.#service;
    const known = new Set((this.#before?.spec.ports ?? []).map((p) => p.nodePort));
    const mine = new Map<number, string>();
    const wants = spec.type === "NodePort" || spec.allocateLoadBalancerNodePorts !== false;
    for (const [i, port] of (spec.ports ?? []).entries()) {
      const path = new Path("spec").child("ports").index(i).child("nodePort");
      if (port.nodePort) {
        const protocol = port.protocol ?? "TCP";
        // one number may serve several protocols of one service
        const again = mine.get(port.nodePort);
        if (again !== undefined && again !== protocol) continue;
        if (!known.has(port.nodePort) || again === protocol) this.#takePort(port.nodePort, path, again !== undefined);
        mine.set(port.nodePort, protocol);
        continue;
      }
      if (!wants) continue;
      const sibling = (spec.ports ?? []).find(
        (p) => p !== port && p.port === port.port && p.protocol !== port.protocol && p.nodePort,
      );
      port.nodePort = sibling?.nodePort ?? this.#anyPort(path);
      mine.set(port.nodePort, port.protocol ?? "TCP");
    }
  }

  #takePort(port: number, path: Path, twice: boolean): void {
    if (!this.#ports.has(port)) {
      const range = `${nodePorts.first}-${nodePorts.last}`;
      throw this.#refuse([
        path.invalid(port, `provided port is not in the valid range. The range of valid ports is ${range}`),
      ]);
    }
    const owned = this.#ports.ownerOf(port) !== undefined;
    if (twice || owned || !this.#ports.take(port, this.#owner))
      throw this.#refuse([path.invalid(port, "provided port is already allocated")]);
    this.#taken.push(() => this.#ports.give(port, this.#owner));
  }

  #anyPort(path: Path): number {
    const found = this.#ports.takeAny(this.#owner);
    if (found === undefined) throw this.#refuse([path.invalid(0, "failed to allocate a nodePort: range is full")]);
    this.#taken.push(() => this.#ports.give(found, this.#owner));
    return found;
  }

  #healthPort(): void {
    const { spec } = this.#service;
    const path = new Path("spec").child("healthCheckNodePort");
    if (!spec.healthCheckNodePort) spec.healthCheckNodePort = this.#anyPort(path);
    else if (this.#before?.spec.healthCheckNodePort !== spec.healthCheckNodePort)
      this.#takePort(spec.healthCheckNodePort, path, false);
  }

  #refuse(errors: readonly FieldError[]) {
    return invalid({ group: "", name: "Service" }, this.#service.metadata.name ?? "", errors);
  }
}
