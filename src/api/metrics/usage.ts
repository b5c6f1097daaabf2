/** What the containers of a node use, as it is measured. */
export interface NodeUsage {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly windowMs: number;
  readonly containers: readonly ContainerUsage[];
}

export interface ContainerUsage {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Billionths of a core, over the window. */
  readonly cpuNanoCores: number;
  readonly memoryBytes: number;
}
