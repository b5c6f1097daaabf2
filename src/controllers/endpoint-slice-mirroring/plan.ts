/** The slices that Endpoints made by hand become: one per subset and family, 1000 addresses at most each. */
import { deepEqual } from "../../api/object.ts";
import { formatAddress, parseAddress } from "../../api/validation/ip.ts";
import { groupBy } from "../../base/group-by.ts";
import { type EndpointSlice, type Endpoints, endpoints as endpointsKind } from "../../client/kinds.ts";
import type { Endpoint } from "../endpoint-slice/desired.ts";
import type { SlicePlan } from "../endpoint-slice/plan.ts";
import { managedByLabel, prefixOf, serviceNameLabel } from "../endpoint-slice/reconcile.ts";
import { orderedForSlice, type Port } from "../endpoints/port-order.ts";
import { type Family, triggerTimeAnnotation } from "../endpoints/service-pods.ts";
import { type Address, packSubsets, type Subset } from "../endpoints/subsets.ts";
import { ownerReference } from "../ownership/claim.ts";

export const manager = "endpointslicemirroring-controller.k8s.io";
export const maxPerSubset = 1000;
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

export interface MirrorPlan extends SlicePlan {
  /** Addresses that are none. */
  readonly invalid: number;
  /** Addresses that are over the limit. */
  readonly skipped: number;
}

interface Group {
  readonly family: Family;
  readonly ports: readonly Port[];
  readonly endpoints: Endpoint[];
}

export function planMirror(endpoints: Endpoints, existing: readonly EndpointSlice[]): MirrorPlan {
  const { groups, invalid, skipped } = groupsOf(endpoints);
  const left = groupBy(existing, groupKey);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  for (const group of groups) {
    const key = groupKey({ addressType: group.family, ports: group.ports });
    const [first, ...more] = left.get(key) ?? [];
    left.delete(key);
    remove.push(...more);
    const wanted = mirrorOf(endpoints, group);
    if (!first) create.push(wanted);
    else if (!isMirror(first, wanted)) update.push(over(first, wanted));
  }
  for (const slices of left.values()) remove.push(...slices);
  const recycled = Math.min(create.length, remove.length);
  for (const slice of remove.splice(0, recycled)) update.push(over(slice, create.pop() as EndpointSlice));
  return { create: endpoints.metadata.deletionTimestamp ? [] : create, update, remove, invalid, skipped };
}

const groupKey = ({ addressType, ports }: Pick<EndpointSlice, "addressType" | "ports">): string =>
  JSON.stringify([addressType, (ports ?? []).map((p) => [p.name, p.protocol, p.port, p.appProtocol])]);

const over = ({ metadata }: EndpointSlice, wanted: EndpointSlice): EndpointSlice => {
  const { annotations, labels, ownerReferences } = wanted.metadata;
  const { annotations: _, ...kept } = metadata;
  return { ...wanted, metadata: { ...kept, ...(annotations && { annotations }), labels, ownerReferences } };
};

const isMirror = (slice: EndpointSlice, wanted: EndpointSlice): boolean =>
  deepEqual(slice.endpoints, wanted.endpoints) &&
  deepEqual(slice.metadata.labels, wanted.metadata.labels) &&
  deepEqual(slice.metadata.annotations, wanted.metadata.annotations) &&
  deepEqual(slice.metadata.ownerReferences, wanted.metadata.ownerReferences);

function groupsOf({ subsets }: Endpoints): { groups: Group[]; invalid: number; skipped: number } {
  const groups: Group[] = [];
  let invalid = 0;
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of repack(subsets ?? [])) {
    const own = orderedForSlice(ports.map(({ name = "", ...port }) => ({ name, ...port })));
    const byFamily = new Map<Family, Group>();
    let added = 0;
    const all = [...addresses.map((a) => [a, true] as const), ...notReadyAddresses.map((a) => [a, false] as const)];
    for (const [address, ready] of all) {
      const parsed = parseAddress(address.ip);
      if (!parsed) invalid++;
      else if (added >= maxPerSubset) skipped++;
      else {
        added++;
        const family = parsed.family === 6 ? "IPv6" : "IPv4";
        const group = byFamily.get(family) ?? { family, ports: own, endpoints: [] };
        byFamily.set(family, group);
        group.endpoints.push(endpointOf(address, formatAddress(parsed), ready));
      }
    }
    groups.push(...byFamily.values());
  }
  return { groups, invalid, skipped };
}

/** The same addresses, each set of ports once. */
const repack = (subsets: readonly Subset[]): Subset[] =>
  packSubsets(
    subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
      const of = (all: readonly Address[], ready: boolean) =>
        all.flatMap((address) =>
          ports.length ? ports.map((port) => ({ address, port, ready })) : [{ address, ready }],
        );
      return [...of(addresses, true), ...of(notReadyAddresses, false)];
    }),
  );

const endpointOf = ({ nodeName, hostname, targetRef }: Address, ip: string, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname && { hostname }),
  ...(targetRef && { targetRef }),
  ...(nodeName !== undefined && { nodeName }),
});

function mirrorOf(endpoints: Endpoints, { family, ports, endpoints: list }: Group): EndpointSlice {
  const { namespace, name = "", labels, annotations = {} } = endpoints.metadata;
  const { [triggerTimeAnnotation]: _t, [lastApplied]: _l, ...mirrored } = annotations;
  return {
    metadata: {
      namespace,
      generateName: prefixOf(name),
      labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: manager },
      ...(Object.keys(mirrored).length && { annotations: mirrored }),
      ownerReferences: [ownerReference({ kind: endpointsKind, object: endpoints })],
    },
    addressType: family,
    endpoints: list,
    ports: ports.length ? ports : null,
  };
}
