/**
 * Which slices to write so that they hold the endpoints that are wanted. As upstream does: as few writes as can be, not as
 * few slices; what is in a slice stays there.
 */
import { deepEqual } from "../../api/object.ts";
import { groupBy } from "../../base/group-by.ts";
import type { EndpointSlice } from "../../client/kinds.ts";
import type { Port } from "../endpoints/port-order.ts";
import type { Family } from "../endpoints/service-pods.ts";
import type { Endpoint, Group } from "./desired.ts";

export interface SlicePlan {
  /** Slices without names yet. */
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** What all slices of a service have in common. */
export interface SliceForm {
  readonly metadata: EndpointSlice["metadata"];
  readonly max: number;
}

interface Changes {
  readonly create: EndpointSlice[];
  readonly update: EndpointSlice[];
  readonly remove: EndpointSlice[];
}

/** Plans for one family; `existing` are the service's slices of that family. */
export function planSlices(
  existing: readonly EndpointSlice[],
  wanted: readonly Group[],
  family: Family,
  form: SliceForm,
): SlicePlan {
  const changes: Changes = { create: [], update: [], remove: [] };
  const byPorts = groupBy(existing, ({ ports }) => portsKey(ports ?? []));
  for (const { ports, endpoints } of wanted) {
    const key = portsKey(ports);
    planGroup(byPorts.get(key) ?? [], { ports, endpoints }, family, form, changes);
    byPorts.delete(key);
  }
  for (const slices of byPorts.values()) changes.remove.push(...slices);
  if (existing.length === changes.remove.length && !changes.create.length) placeholder(family, form, changes);
  return recycle(changes);
}

const portsKey = (ports: readonly Port[]): string =>
  JSON.stringify(ports.map(({ name, protocol, port, appProtocol }) => [name, protocol, port, appProtocol]));

/** What makes two endpoints the same one, however its state changed. */
const identity = ({ addresses, hostname, targetRef }: Endpoint): string =>
  JSON.stringify([addresses?.toSorted(), hostname, targetRef?.kind, targetRef?.name]);

function planGroup(
  existing: readonly EndpointSlice[],
  { ports, endpoints }: Group,
  family: Family,
  form: SliceForm,
  { create, update, remove }: Changes,
): void {
  const missing = new Map(endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const changed: EndpointSlice[] = [];
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept: Endpoint[] = [];
    let differs = false;
    for (const before of slice.endpoints ?? []) {
      const id = identity(before);
      const now = missing.get(id);
      if (now) {
        kept.push(now);
        missing.delete(id);
      }
      if (!now || !deepEqual(now, before)) differs = true;
    }
    if (differs && !kept.length) remove.push(slice);
    else if (differs || !deepEqual(slice.metadata.labels, form.metadata.labels))
      changed.push(withEndpoints(slice, kept, form));
    else unchanged.push(slice);
  }
  const rest = [...missing.values()];
  const room = (slice: EndpointSlice): number => form.max - (slice.endpoints?.length ?? 0);
  const fill = (slice: EndpointSlice): EndpointSlice =>
    withEndpoints(slice, [...(slice.endpoints ?? []), ...rest.splice(0, room(slice))], form);
  update.push(...changed.toSorted((a, b) => room(a) - room(b)).map((slice) => (rest.length ? fill(slice) : slice)));
  while (rest.length) {
    const fitting = unchanged.filter((slice) => room(slice) >= rest.length);
    const fullest = fitting.toSorted((a, b) => room(a) - room(b))[0];
    if (fullest) update.push(fill(fullest));
    else create.push(fill(newSlice(family, ports, form)));
  }
}

const withEndpoints = (slice: EndpointSlice, endpoints: readonly Endpoint[], form: SliceForm): EndpointSlice => ({
  ...slice,
  metadata: slice.metadata.name ? { ...slice.metadata, labels: form.metadata.labels } : slice.metadata,
  endpoints,
});

const newSlice = (family: Family, ports: readonly Port[], { metadata }: SliceForm): EndpointSlice => ({
  metadata,
  addressType: family,
  endpoints: null,
  ports: ports.length ? ports : null,
});

/** A service without endpoints has one empty slice all the same. */
function placeholder(family: Family, form: SliceForm, { create, remove }: Changes): void {
  const [only] = remove;
  const stands =
    remove.length === 1 &&
    !only?.endpoints?.length &&
    !only?.ports?.length &&
    deepEqual(only?.metadata.labels, form.metadata.labels) &&
    deepEqual(only?.metadata.ownerReferences, form.metadata.ownerReferences);
  if (stands) remove.pop();
  else create.push(newSlice(family, [], form));
}

/** Rather than to delete one slice and make another, the one is written over. */
function recycle({ create, update, remove }: Changes): SlicePlan {
  const count = Math.min(create.length, remove.length);
  const recycled = remove.slice(0, count).map((slice, i): EndpointSlice => {
    const made = create[create.length - 1 - i] as EndpointSlice;
    const { labels, ownerReferences } = made.metadata;
    return { ...made, metadata: { ...slice.metadata, labels, ownerReferences } };
  });
  return {
    create: create.slice(0, create.length - count),
    update: [...update, ...recycled],
    remove: remove.slice(count),
  };
}
