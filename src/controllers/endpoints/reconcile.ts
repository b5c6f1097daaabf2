/** Keeps the Endpoints of Services, for clients that do not know EndpointSlices. */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { type Endpoints, endpoints, type Pod, pods, type Service, services } from "../../client/kinds.ts";
import { splitKey } from "../../informer/cache.ts";
import { type Controller, done, type ReconcileContext, wake } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { isEndingNamespace, textOf } from "../pods/pod-control.ts";
import { isReady } from "../pods/pod-state.ts";
import {
  addressesOf,
  familiesOf,
  hasClusterIp,
  hasPods,
  headlessLabel,
  hostnameOf,
  isEndpoint,
  isSelected,
  portsOf,
  triggerTimeAnnotation,
  wakeOnPods,
} from "./service-pods.ts";
import { packSubsets, type Reached, truncated } from "./subsets.ts";
import { TriggerTimes } from "./trigger-time.ts";

const managedByLabel = "endpoints.kubernetes.io/managed-by";
const manager = "endpoint-controller";
const overCapacity = "endpoints.kubernetes.io/over-capacity";
/** Endpoints that have no service but are somebody's lock. */
const lockAnnotation = "control-plane.alpha.kubernetes.io/leader";

export function endpointsController(): Controller<core.Service> {
  const times = new TriggerTimes();
  return {
    name: "endpoint-controller",
    reconciles: services,
    wakes: [
      wakeOnPods,
      wake(endpoints, ({ before, after }, cache) => {
        const { namespace, name, annotations } = (after ?? before)?.metadata ?? {};
        const key = `${namespace}/${name}`;
        const isLeftOver = before === undefined && !annotations?.[lockAnnotation] && !cache(services).get(key);
        return after === undefined || (isLeftOver && after.metadata.labels?.[managedByLabel] === manager) ? [key] : [];
      }),
    ],
    async reconcile(key, context) {
      const service = context.cache(services).get(key);
      if (!service) {
        times.forget(key);
        await removeLeftOver(key, context);
      } else if (hasPods(service)) await reconcile(key, service, times, context);
      return done;
    },
  };
}

async function removeLeftOver(key: string, { client, cache }: ReconcileContext): Promise<void> {
  if (!cache(endpoints).get(key)) return;
  try {
    await client.delete(endpoints, splitKey(key));
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}

async function reconcile(
  key: string,
  service: Service,
  times: TriggerTimes,
  { cache, client, events }: ReconcileContext,
): Promise<void> {
  const selected = cache(pods)
    .list(service.metadata.namespace)
    .filter((pod) => isSelected(service, pod.metadata.labels));
  const triggered = times.next(key, service, selected);
  const current = cache(endpoints).get(key);
  const next = endpointsOf(service, selected, current, triggered);
  if (current && isSettled(current, next)) return;
  try {
    if (current) await client.update(endpoints, next);
    else await client.create(endpoints, next);
  } catch (error) {
    if (isEndingNamespace(error)) return;
    const text = current ? `Failed to update endpoint ${key}` : `Failed to create endpoint for service ${key}`;
    const reason = current ? "FailedToUpdateEndpoint" : "FailedToCreateEndpoint";
    events.warning(regarding(endpoints, next), reason, `${text}: ${textOf(error)}`);
    throw error;
  }
}

function endpointsOf(
  service: Service,
  selected: readonly Pod[],
  current: Endpoints | undefined,
  triggered: string | undefined,
): Endpoints {
  const { namespace, name, labels } = service.metadata;
  const all = packSubsets(selected.flatMap((pod) => reachedOf(service, pod)));
  const cut = truncated(all);
  const { [triggerTimeAnnotation]: _t, [overCapacity]: _c, ...others } = current?.metadata.annotations ?? {};
  const annotations = {
    ...others,
    ...(triggered !== undefined && { [triggerTimeAnnotation]: triggered }),
    ...(cut && { [overCapacity]: "truncated" }),
  };
  const { annotations: _, ...metadata } = current?.metadata ?? { namespace, name };
  return {
    ...((cut ?? all).length ? { subsets: cut ?? all } : {}),
    metadata: {
      ...metadata,
      ...(Object.keys(annotations).length && { annotations }),
      labels: { ...labels, ...(!hasClusterIp(service) && { [headlessLabel]: "" }), [managedByLabel]: manager },
    },
  };
}

/** What differs from upstream's own view of what is new: annotations alone are none. */
function isSettled(current: Endpoints, next: Endpoints): boolean {
  const isCut = next.metadata.annotations?.[overCapacity] !== undefined;
  if (isCut !== (current.metadata.annotations?.[overCapacity] !== undefined)) return false;
  return (
    deepEqual(current.subsets ?? [], next.subsets ?? []) && deepEqual(current.metadata.labels, next.metadata.labels)
  );
}

function reachedOf(service: Service, pod: Pod): Reached[] {
  const { publishNotReadyAddresses = false, ports, clusterIP } = service.spec;
  if (!isEndpoint(pod, publishNotReadyAddresses)) return [];
  const [ip] = addressesOf(pod, familiesOf(service, [pod])[0] ?? "IPv4");
  if (ip === undefined) return [];
  const { namespace, name = "", uid } = pod.metadata;
  const hostname = hostnameOf(pod, service);
  const address = {
    ip,
    ...(hostname && { hostname }),
    nodeName: pod.spec.nodeName ?? "",
    targetRef: { kind: "Pod", namespace, name, uid },
  };
  const ready = publishNotReadyAddresses || isReady(pod);
  if (!ports?.length) return clusterIP === "None" ? [{ address, ready }] : [];
  return portsOf(service, pod).map(({ name, ...port }) => ({ address, ready, port: name ? { name, ...port } : port }));
}
