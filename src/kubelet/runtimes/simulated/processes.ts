/** The processes of a container, or of a pod whose containers share them, by number. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly user: number;
  /** When it was started, in milliseconds since 1970. */
  readonly since: number;
  /** What happens when a signal is sent to it. */
  readonly end: (signal: string) => void;
  /** Those of one container are gone together. */
  readonly of: object;
}

export class Processes {
  readonly #all = new Map<number, ProcessEntry>();
  #next = 1;

  add(entry: Omit<ProcessEntry, "pid">): number {
    const pid = this.#next++;
    this.#all.set(pid, { ...entry, pid });
    return pid;
  }

  /** The process runs another program now. */
  rename(pid: number, command: string): void {
    const known = this.#all.get(pid);
    if (known) this.#all.set(pid, { ...known, command });
  }

  remove(pid: number): void {
    this.#all.delete(pid);
  }

  removeAllOf(container: object): void {
    for (const [pid, { of }] of this.#all) if (of === container) this.#all.delete(pid);
  }

  /** The first of them has ended, and takes all with it. */
  removeAll(): void {
    this.#all.clear();
  }

  /** False: there is no such process. */
  signal(pid: number, signal: string): boolean {
    const found = this.#all.get(pid);
    found?.end(signal);
    return found !== undefined;
  }

  get(pid: number): ProcessEntry | undefined {
    return this.#all.get(pid);
  }

  list(): readonly ProcessEntry[] {
    return [...this.#all.values()];
  }
}
