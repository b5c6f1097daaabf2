/** The downward API: fields of a pod and resources of its containers, as text (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/). */
import type * as core from "../../api/generated/core-v1.ts";
import { milliValue, wholeValue } from "../../api/quantity.ts";
import type { Shared } from "../../client/client.ts";
import type { Pod } from "../../client/kinds.ts";
import { type Container, findContainer } from "../pod/spec.ts";

export interface PodFacts {
  readonly pod: Pod;
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
  readonly nodeName: string;
  /** What a container without limits may use: the node's allocatable. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of a field path, or undefined if the kubelet does not know it. */
export function fieldValue(path: string, { pod, podIPs, hostIPs, nodeName }: PodFacts): string | undefined {
  const { metadata, spec } = pod;
  const annotations = { ...metadata.annotations, ...sourceOf(pod) };
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript) return (subscript[1] === "labels" ? metadata.labels : annotations)?.[subscript[2] ?? ""] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    case "metadata.labels":
      return mapText(metadata.labels);
    case "metadata.annotations":
      return mapText(annotations);
    case "spec.nodeName":
      return spec.nodeName ?? nodeName;
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "";
    case "status.hostIP":
      return hostIPs[0] ?? "";
    case "status.hostIPs":
      return hostIPs.join(",");
    case "status.podIP":
      return podIPs[0] ?? "";
    case "status.podIPs":
      return podIPs.join(",");
    default:
      return undefined;
  }
}

/** What a kubelet notes on the pods it is given. */
const sourceOf = ({ metadata, status }: Pod): Record<string, string> => ({
  "kubernetes.io/config.seen": status.startTime ?? metadata.creationTimestamp ?? "",
  "kubernetes.io/config.source": "api",
});

/** `key="value"` a line, sorted, escaped as Go quotes. */
const mapText = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");

type ResourceReference = Shared<core.ResourceFieldSelector>;

/** A request or limit in units of the divisor, rounded up. Throws where the container or the resource is not known. */
export function resourceValue(reference: ResourceReference, facts: PodFacts, own: Container | undefined): string {
  const container = reference.containerName ? findContainer(facts.pod, reference.containerName)?.container : own;
  if (!container) throw new Error(`container ${reference.containerName} not found`);
  const [which, ...rest] = reference.resource.split(".");
  const resource = rest.join(".");
  if (which !== "limits" && which !== "requests")
    throw new Error(`unsupported container resource : ${reference.resource}`);
  const { limits, requests } = container.resources;
  const given = which === "limits" ? limits?.[resource] : (requests?.[resource] ?? limits?.[resource]);
  const unlimited = which === "limits" ? facts.allocatable[resource] : undefined;
  const quantity = given ?? unlimited ?? "0";
  const divisor = reference.divisor && reference.divisor !== "0" ? reference.divisor : "1";
  const [value, by] =
    resource === "cpu" ? [milliValue(quantity), milliValue(divisor)] : [wholeValue(quantity), wholeValue(divisor)];
  return String((value + by - 1n) / by);
}
