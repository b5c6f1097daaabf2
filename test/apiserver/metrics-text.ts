/** Reads what `/metrics` answers. */
export class ClusterMetrics {
  readonly #values: ReadonlyMap<string, number>;

  constructor(text: string) {
    const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
    this.#values = new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
    );
  }

  /** By name and labels, as they are written. */
  value(name: string): number | undefined {
    return this.#values.get(name);
  }
}
