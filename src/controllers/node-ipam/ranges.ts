/** Cuts a range of addresses into ranges for nodes (https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/, `--cluster-cidr`). */
import { formatAddress, type Range } from "../../api/validation/ip.ts";

/** The lengths of nodes' ranges. */
const nodePrefix = { 4: 24, 6: 64 } as const;

export class NodeRanges {
  readonly #range: Range;
  readonly #prefix: number;
  readonly #used = new Set<string>();
  #next = 0n;

  constructor(range: Range) {
    this.#range = range;
    this.#prefix = Math.max(nodePrefix[range.address.family], range.prefix);
  }

  /** A range of its own for a node, or undefined if none is left. Ranges that have come free are given last. */
  allocate(): string | undefined {
    const count = 1n << BigInt(this.#prefix - this.#range.prefix);
    for (let tried = 0n; tried < count; tried++) {
      const text = this.#text((this.#next + tried) % count);
      if (this.#used.has(text)) continue;
      this.#used.add(text);
      this.#next = (this.#next + tried + 1n) % count;
      return text;
    }
    return undefined;
  }

  occupy(text: string): void {
    this.#used.add(text);
  }

  release(text: string): void {
    this.#used.delete(text);
  }

  #text(index: bigint): string {
    const { address, prefix } = this.#range;
    const bits = address.bytes.length * 8;
    const keep = (((1n << BigInt(prefix)) - 1n) << BigInt(bits - prefix)) & ((1n << BigInt(bits)) - 1n);
    let value = [...address.bytes].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) & keep;
    value |= index << BigInt(bits - this.#prefix);
    const bytes = address.bytes.map(() => 0);
    for (let i = bytes.length - 1; i >= 0; i--, value >>= 8n) bytes[i] = Number(value & 0xffn);
    return `${formatAddress({ ...address, bytes, mapped: false })}/${this.#prefix}`;
  }
}
