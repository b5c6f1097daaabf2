/** The endpoints that the pods of a Service make, grouped by the ports they have. */
import type * as discovery from "../../api/generated/discovery-v1.ts";
import type { Shared } from "../../api/object.ts";
import type { Node, Pod, Service } from "../../client/kinds.ts";
import { orderedForSlice, type Port } from "../endpoints/port-order.ts";
import { addressesOf, type Family, hostnameOf, isEndpoint, portsOf } from "../endpoints/service-pods.ts";
import { isReady } from "../pods/pod-state.ts";

export type Endpoint = Shared<discovery.Endpoint>;

/** Endpoints that share their ports, and so their slices. */
export interface Group {
  readonly ports: readonly Port[];
  readonly endpoints: readonly Endpoint[];
}

const zoneLabel = "topology.kubernetes.io/zone";

/** A pod on a node that is not known is left out, unless the service publishes what is not ready. */
export function desiredGroups(
  service: Service,
  pods: readonly Pod[],
  family: Family,
  nodeOf: (name: string) => Node | undefined,
): Group[] {
  const groups = new Map<string, { ports: readonly Port[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    if (!isEndpoint(pod, true)) continue;
    const { nodeName } = pod.spec;
    const node = nodeName ? nodeOf(nodeName) : undefined;
    if (nodeName && !node && !service.spec.publishNotReadyAddresses) continue;
    const endpoint = endpointOf(service, pod, family, node);
    if (!endpoint) continue;
    const ports = orderedForSlice(portsOf(service, pod));
    const key = JSON.stringify(ports);
    const group = groups.get(key);
    if (group) group.endpoints.push(endpoint);
    else groups.set(key, { ports, endpoints: [endpoint] });
  }
  return [...groups.values()];
}

function endpointOf(service: Service, pod: Pod, family: Family, node: Node | undefined): Endpoint | undefined {
  const addresses = addressesOf(pod, family);
  if (!addresses.length) return undefined;
  const { namespace, name = "", uid } = pod.metadata;
  const serving = isReady(pod);
  const terminating = Boolean(pod.metadata.deletionTimestamp);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameOf(pod, service);
  const zone = node?.metadata.labels?.[zoneLabel];
  const { nodeName } = pod.spec;
  const hints = ready ? hintsOf(service, zone, nodeName) : undefined;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname && { hostname }),
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
    ...(hints && { hints }),
  };
}

/** Who should rather use the endpoint (https://kubernetes.io/docs/concepts/services-networking/service/#traffic-distribution). */
function hintsOf(
  { spec: { trafficDistribution } }: Service,
  zone: string | undefined,
  node: string | undefined,
): Endpoint["hints"] {
  const forZones = zone ? { forZones: [{ name: zone }] } : undefined;
  switch (trafficDistribution) {
    case "PreferClose":
    case "PreferSameZone":
      return forZones;
    case "PreferSameNode":
      return node ? { ...forZones, forNodes: [{ name: node }] } : forZones;
    default:
      return undefined;
  }
}
