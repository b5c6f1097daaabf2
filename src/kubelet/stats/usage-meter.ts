/** What the containers of a node use, as metrics tell it (https://github.com/kubernetes-sigs/metrics-server): measured when it is asked for. */
import type { ContainerUsage, NodeUsage } from "../../api/metrics/usage.ts";
import { type Clock, sleep } from "../../base/clock.ts";
import { labels } from "../container/config.ts";
import type { ContainerStats, Runtime } from "../runtimes/contract.ts";

/** A reading this young is not taken anew. */
const freshMs = 10_000;
/** Two readings are this far apart at least, and at most. */
const shortestMs = 1_000;
const longestMs = 120_000;

interface Reading {
  readonly time: number;
  readonly stats: ReadonlyMap<string, ContainerStats>;
}

export class UsageMeter {
  readonly #runtime: Pick<Runtime, "containerStats">;
  readonly #clock: Clock;
  #last: Reading | undefined;
  #usage: NodeUsage | undefined;
  #measuring: Promise<NodeUsage> | undefined;

  constructor(runtime: Pick<Runtime, "containerStats">, clock: Clock) {
    this.#runtime = runtime;
    this.#clock = clock;
  }

  /** Rates are the difference of two readings: the first answer takes a second. */
  usage(): Promise<NodeUsage> {
    const known = this.#usage;
    if (known && this.#clock.now() - known.time < freshMs) return Promise.resolve(known);
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined;
    });
    return this.#measuring;
  }

  async #measure(): Promise<NodeUsage> {
    const now = this.#clock.now();
    let before = this.#last;
    if (!before || now - before.time > longestMs) before = await this.#read();
    const age = this.#clock.now() - before.time;
    if (age < shortestMs) await sleep(this.#clock, shortestMs - age);
    const after = await this.#read();
    this.#last = after;
    this.#usage = usageBetween(before, after);
    return this.#usage;
  }

  async #read(): Promise<Reading> {
    const stats = await this.#runtime.containerStats();
    return { time: this.#clock.now(), stats: new Map(stats.map((one) => [one.id, one])) };
  }
}

/** Of containers that were there both times. */
function usageBetween(before: Reading, after: Reading): NodeUsage {
  const containers: ContainerUsage[] = [];
  for (const [id, now] of after.stats) {
    const then = before.stats.get(id);
    const ms = then ? now.time - then.time : 0;
    if (!then || ms <= 0) continue;
    containers.push({
      namespace: now.labels[labels.podNamespace] ?? "",
      pod: now.labels[labels.podName] ?? "",
      container: now.name,
      cpuNanoCores: Math.max(0, Math.round(((now.cpuNanos - then.cpuNanos) * 1000) / ms)),
      memoryBytes: now.memoryWorkingSet,
    });
  }
  return { time: after.time, windowMs: after.time - before.time, containers };
}
