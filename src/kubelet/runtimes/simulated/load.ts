/** What a container uses of its machine, as its programs say. */
export class Load {
  memoryBytes: number;
  readonly #now: () => number;
  #cpus: number;
  #since: number;
  #nanos = 1_000_000;

  /** `cpus`: processors that it uses all the time. */
  constructor(now: () => number, { cpus, memoryBytes }: { readonly cpus: number; readonly memoryBytes: number }) {
    this.#now = now;
    this.#since = now();
    this.#cpus = cpus;
    this.memoryBytes = memoryBytes;
  }

  /** From now on it uses so many processors more. */
  useCpus(more: number): void {
    this.#nanos = this.cpuNanos;
    this.#since = this.#now();
    this.#cpus += more;
  }

  /** Nanoseconds of processor time since the start. */
  get cpuNanos(): number {
    return Math.round(this.#nanos + (this.#now() - this.#since) * this.#cpus * 1e6);
  }
}
