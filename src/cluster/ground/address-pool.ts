/** The addresses of a node's pods, one after another as the plugin host-local gives them: what was just freed comes last. */
import { addressNumber, addressText, bounds } from "../../network/addresses.ts";

export class AddressPool {
  readonly range: string;
  readonly #first: number;
  readonly #last: number;
  readonly #taken = new Set<number>();
  #next: number;

  /** The first address and the gateway's are nobody's, nor is the last. */
  constructor(range: string) {
    const [first, last] = bounds(range);
    this.range = range;
    this.#first = first + 2;
    this.#last = last - 1;
    this.#next = this.#first;
  }

  /** Undefined: all are taken. */
  take(): string | undefined {
    const size = this.#last - this.#first + 1;
    for (let tried = 0; tried < size; tried++) {
      const candidate = this.#next;
      this.#next = candidate === this.#last ? this.#first : candidate + 1;
      if (this.#taken.has(candidate)) continue;
      this.#taken.add(candidate);
      return addressText(candidate);
    }
    return undefined;
  }

  release(address: string): void {
    this.#taken.delete(addressNumber(address));
  }
}
