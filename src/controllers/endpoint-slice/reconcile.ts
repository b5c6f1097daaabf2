/** Keeps the EndpointSlices of Services (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/). */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type { Client } from "../../client/client.ts";
import { type EndpointSlice, endpointSlices, nodes, pods, type Service, services } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import { type Controller, done, type ReconcileContext, type Wake, wake } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import {
  familiesOf,
  hasClusterIp,
  hasPods,
  headlessLabel,
  isSelected,
  triggerTimeAnnotation,
  wakeOnPods,
} from "../endpoints/service-pods.ts";
import { TriggerTimes } from "../endpoints/trigger-time.ts";
import { isNoRoom } from "../namespace/room.ts";
import { ownerReference } from "../ownership/claim.ts";
import { byNode } from "../pods/by-node.ts";
import { isEndingNamespace, textOf } from "../pods/pod-control.ts";
import { desiredGroups } from "./desired.ts";
import { planSlices, type SliceForm, type SlicePlan } from "./plan.ts";

export const serviceNameLabel = "kubernetes.io/service-name";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const manager = "endpointslice-controller.k8s.io";
const maxEndpoints = 100;
const zoneLabel = "topology.kubernetes.io/zone";

const byService = ({ metadata: { namespace, labels } }: EndpointSlice): readonly string[] => {
  const name = labels?.[serviceNameLabel];
  return name ? [`${namespace}/${name}\u0000${labels[managedByLabel]}`] : [];
};

/** The slices that `by` keeps for the service. */
export const slicesOf = ({ cache }: Pick<ReconcileContext, "cache">, key: string, by: string): EndpointSlice[] =>
  cache(endpointSlices)
    .by("service", `${key}\u0000${by}`, byService)
    .filter(({ metadata }) => !metadata.deletionTimestamp);

/** Wakes the services whose slices changed, or changed hands. */
export const wakeOnSlices = (by: string): Wake =>
  wake(endpointSlices, function* (change) {
    const keys = new Set<string>();
    for (const slice of [change.before, change.after]) {
      const { namespace, labels } = slice?.metadata ?? {};
      if (labels?.[managedByLabel] === by && labels[serviceNameLabel])
        keys.add(`${namespace}/${labels[serviceNameLabel]}`);
    }
    yield* keys;
  });

/** A pod's node that comes late, or is told its zone. */
const wakeOnNodes = wake(nodes, function* ({ before, after }, cache) {
  const known = before !== undefined && after !== undefined;
  if (known && before.metadata.labels?.[zoneLabel] === after.metadata.labels?.[zoneLabel]) return;
  const name = (after ?? before)?.metadata.name ?? "";
  for (const pod of cache(pods).by("node", name, byNode)) {
    for (const service of cache(services).list(pod.metadata.namespace))
      if (isSelected(service, pod.metadata.labels)) yield cacheKey(service);
  }
});

export function endpointSliceController(): Controller<core.Service> {
  const times = new TriggerTimes();
  return {
    name: "endpointslice-controller",
    reconciles: services,
    wakes: [wakeOnPods, wakeOnSlices(manager), wakeOnNodes],
    async reconcile(key, context) {
      const service = context.cache(services).get(key);
      if (!service) times.forget(key);
      if (!service || !hasPods(service)) return done;
      await reconcile(key, service, times, context);
      return done;
    },
  };
}

async function reconcile(key: string, service: Service, times: TriggerTimes, context: ReconcileContext): Promise<void> {
  const { cache, client, events } = context;
  const selected = cache(pods)
    .list(service.metadata.namespace)
    .filter((pod) => isSelected(service, pod.metadata.labels));
  const triggered = times.next(key, service, selected);
  const families = familiesOf(service, selected);
  const existing = slicesOf(context, key, manager);
  const isOwn = ({ metadata }: EndpointSlice): boolean =>
    metadata.ownerReferences?.some((ref) => ref.controller && ref.uid === service.metadata.uid) ?? false;
  const form = formOf(service);
  const plans = families.map((family) =>
    planSlices(
      existing.filter((slice) => isOwn(slice) && slice.addressType === family),
      desiredGroups(service, selected, family, (name) => cache(nodes).get(name)),
      family,
      form,
    ),
  );
  const others = existing.filter((slice) => !isOwn(slice) || !families.some((family) => family === slice.addressType));
  const plan: SlicePlan = {
    create: service.metadata.deletionTimestamp ? [] : plans.flatMap(({ create }) => create),
    update: plans.flatMap(({ update }) => update),
    remove: [...others, ...plans.flatMap(({ remove }) => remove)],
  };
  try {
    await carryOut(plan, client, (slice) => withTriggerTime(slice, triggered));
  } catch (error) {
    if (isEndingNamespace(error)) return;
    const text = `Error updating Endpoint Slices for Service ${key}: ${textOf(error)}`;
    events.warning(regarding(services, service), "FailedToUpdateEndpointSlices", text);
    throw error;
  }
}

function formOf(service: Service): SliceForm {
  const { namespace, name = "", labels } = service.metadata;
  return {
    max: maxEndpoints,
    metadata: {
      namespace,
      generateName: prefixOf(name),
      labels: {
        ...labels,
        ...(!hasClusterIp(service) && { [headlessLabel]: "" }),
        [serviceNameLabel]: name,
        [managedByLabel]: manager,
      },
      ownerReferences: [ownerReference({ kind: services, object: service })],
    },
  };
}

/** A name's beginning must leave room for what makes it unique. */
export const prefixOf = (name: string): string => (name.length < 253 ? `${name}-` : name);

function withTriggerTime(slice: EndpointSlice, at: string | undefined): EndpointSlice {
  const { [triggerTimeAnnotation]: _, ...others } = slice.metadata.annotations ?? {};
  const annotations = at === undefined ? others : { ...others, [triggerTimeAnnotation]: at };
  const { annotations: _before, ...metadata } = slice.metadata;
  return { ...slice, metadata: Object.keys(annotations).length ? { ...metadata, annotations } : metadata };
}

/** Throws what goes wrong first. */
export async function carryOut(
  { create, update, remove }: SlicePlan,
  client: Client,
  finish: (slice: EndpointSlice) => EndpointSlice = (slice) => slice,
): Promise<void> {
  for (const slice of create) await client.create(endpointSlices, finish(slice));
  for (const slice of update) await client.update(endpointSlices, finish(slice));
  for (const { metadata } of remove) {
    try {
      await client.delete(endpointSlices, { namespace: metadata.namespace, name: metadata.name ?? "" });
    } catch (error) {
      if (!(error instanceof ApiError && isNoRoom(error))) throw error;
    }
  }
}
