/** The subsets of Endpoints: addresses that share their ports, in upstream's order, 1000 at most. */
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../api/object.ts";
import { groupBy } from "../../base/group-by.ts";
import { fnv128a, inEndpoints, orderedForEndpoints, type Port } from "./port-order.ts";

export type Subset = Shared<core.EndpointSubset>;
export type Address = Shared<core.EndpointAddress>;
type EndpointPort = Shared<core.EndpointPort>;

/** An address with one of its ports; without, if the service has none. */
export interface Reached {
  readonly address: Address;
  readonly port?: EndpointPort;
  readonly ready: boolean;
}

const addressKey = ({ ip, targetRef }: Address): string => `${ip}\u0000${targetRef?.uid ?? ""}`;
const portKey = ({ name, protocol, port, appProtocol }: EndpointPort): string =>
  JSON.stringify([name, protocol, port, appProtocol]);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whoever is somewhere not ready is so everywhere the port is the same. */
export function packSubsets(reached: readonly Reached[]): Subset[] {
  const ports = new Map<string, { port?: EndpointPort; ready: Map<string, boolean> }>();
  const addresses = new Map<string, Address>();
  for (const { address, port, ready } of reached) {
    const key = port ? portKey(port) : "";
    const of = ports.get(key) ?? { ...(port && { port }), ready: new Map<string, boolean>() };
    ports.set(key, of);
    const id = addressKey(address);
    if (!addresses.has(id)) addresses.set(id, address);
    of.ready.set(id, (of.ready.get(id) ?? true) && ready);
  }
  const groups = groupBy(ports.values(), ({ ready }) => JSON.stringify([...ready].sort(([a], [b]) => byText(a, b))));
  const subsets = [...groups.values()].map((group) => {
    const known = [...(group[0]?.ready ?? [])].sort(([a], [b]) => byText(a, b));
    const those = (wanted: boolean): Address[] =>
      known.flatMap(([id, ready]) => (ready === wanted ? [addresses.get(id) as Address] : []));
    const own = orderedForEndpoints(group.flatMap(({ port }) => (port ? [port] : [])));
    return subsetOf(those(true), those(false), own);
  });
  return subsets.sort((a, b) => byText(orderOf(a), orderOf(b)));
}

const subsetOf = (ready: readonly Address[], notReady: readonly Address[], ports: readonly EndpointPort[]): Subset => ({
  ...(ready.length && { addresses: ready }),
  ...(notReady.length && { notReadyAddresses: notReady }),
  ...(ports.length && { ports }),
});

/** A lasting order of subsets; upstream's hash of them all, which nobody foretells, is not kept to. */
const orderOf = ({ ports = [] }: Subset): string => fnv128a(ports.map((port: Port) => inEndpoints(port)).join());

const capacity = 1000;

/** Cuts the subsets to what Endpoints hold, each by its share, those not ready first; undefined if nothing is to be cut. */
export function truncated(subsets: readonly Subset[]): Subset[] | undefined {
  const count = (of: (subset: Subset) => number): number => subsets.reduce((sum, subset) => sum + of(subset), 0);
  const ready = count(({ addresses }) => addresses?.length ?? 0);
  const notReady = count(({ notReadyAddresses }) => notReadyAddresses?.length ?? 0);
  if (ready + notReady <= capacity) return undefined;
  const cutsReady = ready > capacity;
  const room = cutsReady ? capacity : capacity - ready;
  const total = cutsReady ? ready : notReady;
  let left = room;
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const own = cutsReady ? addresses : notReadyAddresses;
    const kept = own.slice(0, Math.min(Math.ceil((own.length / total) * room), left));
    left -= kept.length;
    return cutsReady ? subsetOf(kept, [], ports) : subsetOf(addresses, kept, ports);
  });
}
