/** A node with the pods on it, and what they add up to. Changed step by step as pods come and go. */
import { wholeValue } from "../api/quantity.ts";
import type { Node } from "../client/kinds.ts";
import { type Amounts, amountsOf, type HostPort, type PodInfo } from "./pod-info.ts";

export class NodeInfo {
  readonly name: string;
  #node: Node;
  #allocatable: Amounts;
  #images: ReadonlyMap<string, number>;
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Record<string, number> = {};
  readonly nonZero = { cpu: 0, memory: 0 };
  readonly #ports = new Map<string, number>();
  /** Pods whose own affinity matters to others. */
  readonly withAffinity = new Map<string, PodInfo>();
  readonly withRequiredAntiAffinity = new Map<string, PodInfo>();

  constructor(node: Node) {
    this.name = node.metadata.name ?? "";
    this.#node = node;
    this.#allocatable = amountsOf(node.status.allocatable);
    this.#images = imagesOf(node);
  }

  get node(): Node {
    return this.#node;
  }
  get allocatable(): Amounts {
    return this.#allocatable;
  }
  /** Bytes, by the image's names. */
  get images(): ReadonlyMap<string, number> {
    return this.#images;
  }
  get labels(): Readonly<Record<string, string>> {
    return this.#node.metadata.labels ?? {};
  }

  setNode(node: Node): void {
    if (node.status.allocatable !== this.#node.status.allocatable)
      this.#allocatable = amountsOf(node.status.allocatable);
    if (node.status.images !== this.#node.status.images) this.#images = imagesOf(node);
    this.#node = node;
  }

  add(info: PodInfo): void {
    this.#count(info, 1);
    const uid = info.pod.metadata.uid ?? "";
    this.pods.set(uid, info);
    if (info.requiredAntiAffinity.length) this.withRequiredAntiAffinity.set(uid, info);
    if (
      info.requiredAffinity.length ||
      info.requiredAntiAffinity.length ||
      info.preferredAffinity.length ||
      info.preferredAntiAffinity.length
    )
      this.withAffinity.set(uid, info);
  }

  remove(uid: string): void {
    const info = this.pods.get(uid);
    if (!info) return;
    this.#count(info, -1);
    this.pods.delete(uid);
    this.withAffinity.delete(uid);
    this.withRequiredAntiAffinity.delete(uid);
  }

  /** Whether a host port is taken: 0.0.0.0 stands for all addresses. */
  isTaken({ ip, protocol, port }: HostPort): boolean {
    if (ip !== "0.0.0.0")
      return this.#ports.has(key("0.0.0.0", protocol, port)) || this.#ports.has(key(ip, protocol, port));
    const suffix = key("", protocol, port);
    for (const taken of this.#ports.keys()) if (taken.endsWith(suffix)) return true;
    return false;
  }

  /** A copy whose pods can be taken away and put back, for trying things out. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.#node);
    for (const info of this.pods.values()) copy.add(info);
    return copy;
  }

  #count({ requests, nonZero, hostPorts }: PodInfo, sign: 1 | -1): void {
    for (const name in requests) this.requested[name] = (this.requested[name] ?? 0) + sign * (requests[name] ?? 0);
    this.nonZero.cpu += sign * nonZero.cpu;
    this.nonZero.memory += sign * nonZero.memory;
    for (const { ip, protocol, port } of hostPorts) {
      const id = key(ip, protocol, port);
      const count = (this.#ports.get(id) ?? 0) + sign;
      if (count > 0) this.#ports.set(id, count);
      else this.#ports.delete(id);
    }
  }
}

const key = (ip: string, protocol: string, port: number): string => `${ip}|${protocol}|${port}`;

function imagesOf({ status }: Node): Map<string, number> {
  const images = new Map<string, number>();
  for (const { names, sizeBytes } of status.images ?? []) {
    for (const name of names ?? []) images.set(name, Number(wholeValue(String(sizeBytes ?? 0))));
  }
  return images;
}
