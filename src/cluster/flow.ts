/** What limits how many requests are carried out at once, as the configuration has it. */
import type { Catalog } from "../api/catalog.ts";
import type { KubeObject } from "../api/object.ts";
import type { ApiServerConfiguration } from "../apiserver/configuration/configuration.ts";
import { keepDangling } from "../apiserver/flow-control/dangling.ts";
import { FlowDumps } from "../apiserver/flow-control/dumps.ts";
import { MaxInFlight } from "../apiserver/flow-control/max-in-flight.ts";
import { PriorityAndFairness } from "../apiserver/flow-control/priority-and-fairness.ts";
import type { CountObjects } from "../apiserver/flow-control/seats.ts";
import { prefixOf } from "../apiserver/registry/stored.ts";
import type { RequestInfo } from "../apiserver/request-info.ts";
import type { FlowControl, PathHandler } from "../apiserver/server.ts";
import type { Clock } from "../base/clock.ts";
import type { Metrics } from "../base/metrics/metrics.ts";
import type { Client } from "../client/client.ts";
import type { Running } from "../reconciler/run.ts";
import type { Store } from "../store/store.ts";

export interface FlowFacts {
  readonly store: Store<KubeObject>;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export interface Flow {
  readonly control: FlowControl;
  readonly paths: readonly PathHandler[];
  /** Begins to follow the objects; `client` writes the conditions of schemas. */
  start(client: Client, onError: (name: string, error: unknown) => void): Promise<Running>;
}

/** A request waits for a quarter of its time at most. */
const partOfTimeout = 4;
const longestWaitMs = 60_000;

export function flowControl({ requests }: ApiServerConfiguration, { store, catalog, clock, metrics }: FlowFacts): Flow {
  const { maxInFlight, maxMutatingInFlight, timeout } = requests;
  if (!requests.priorityAndFairness) {
    const control = new MaxInFlight(maxInFlight, maxMutatingInFlight);
    return { control, paths: [], start: async () => ({ stop: async () => {} }) };
  }
  const control = new PriorityAndFairness({
    ...{ clock, metrics, seats: maxInFlight + maxMutatingInFlight },
    waitMs: Math.min(timeout / partOfTimeout, longestWaitMs),
    count: counter(store, catalog, clock),
  });
  return {
    control,
    paths: [new FlowDumps(control)],
    async start(client, onError) {
      await control.start(store);
      const dangling = keepDangling({ flow: control, client, clock, onError });
      return {
        stop: async () => {
          control.stop();
          await dangling.stop();
        },
      };
    },
  };
}

/** How old a count may be. */
const freshMs = 10_000;

/** How many objects a resource has, as it was a moment ago: nobody waits for a count. */
function counter(store: Store<KubeObject>, catalog: Catalog, clock: Clock): CountObjects {
  const known = new Map<string, { count: number; atMs: number }>();
  const look = async ({ group, version, resource }: RequestInfo, kept: { count: number }): Promise<void> => {
    const kind = catalog.resource(group ? `${group}/${version}` : version, resource);
    if (!kind || kind.virtual) return;
    const { entries, remaining } = await store.list(prefixOf(kind.storedAs?.kind ?? kind), { limit: 1 });
    kept.count = entries.length + remaining;
  };
  return (info) => {
    const key = `${info.resource}.${info.group}`;
    let kept = known.get(key);
    if (!kept) {
      kept = { count: 0, atMs: Number.NEGATIVE_INFINITY };
      known.set(key, kept);
    }
    if (clock.now() - kept.atMs >= freshMs) {
      kept.atMs = clock.now();
      look(info, kept).catch(() => {});
    }
    return kept.count;
  };
}
