/** Where the paths `…/proxy` of pods, services and nodes lead. */
import { endpoints as endpointsKind } from "../../api/core/endpoints.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { ApiError, badRequest, notFound, serviceUnavailable } from "../../api/errors.ts";
import type { EndpointAddress, Endpoints, Node, Pod, Service } from "../../api/generated/core-v1.ts";
import { below } from "../../base/random.ts";
import type { Scope } from "../handlers/scope.ts";

export interface ProxyTarget {
  readonly secure: boolean;
  readonly name: string;
  readonly port: string;
}

export interface Place {
  /** The node where it is. */
  readonly node: string;
  /** Undefined: the node itself. */
  readonly pod: Pod | undefined;
  readonly address: string;
  readonly secure: boolean;
  readonly port: number;
}

/** `name`, `name:port`, `scheme:name:port`; the port may be empty, a number or a name. Throws BadRequest. */
export function proxyTarget(text: string): ProxyTarget {
  const parts = text.split(":");
  const [scheme = "", name = "", port = ""] = parts.length > 2 ? parts : ["", ...parts];
  if (parts.length > 3 || !["http", "https", ""].includes(scheme))
    throw badRequest(`invalid request ${JSON.stringify(text)}`);
  return { secure: scheme === "https", name, port };
}

export const unreachable = (why: string): ApiError => serviceUnavailable(`error trying to reach service: ${why}`);

export async function podPlace({ info, registry, stored }: Scope): Promise<Place> {
  const { secure, name, port } = proxyTarget(info.name);
  const pod = (await registry.get(stored, info.namespace, name)) as unknown as Pod;
  const address = pod.status?.podIP;
  if (!address) throw badRequest("address not allowed");
  const first = pod.spec.containers?.find(({ ports }) => ports?.length)?.ports?.[0]?.containerPort;
  const node = pod.spec.nodeName ?? "";
  return { node, pod, address, secure, port: Number(port) || first || (secure ? 443 : 80) };
}

export async function servicePlace(scope: Scope): Promise<Place> {
  const { info, registry, stored } = scope;
  const { secure, name, port } = proxyTarget(info.name);
  let portName = port;
  if (/^[+-]?\d+$/.test(port)) {
    const { spec } = (await registry.get(stored, info.namespace, name)) as unknown as Service;
    const declared = spec.ports?.find((one) => one.port === Number(port));
    if (!declared)
      throw serviceUnavailable(`no service port ${Number(port)} found for service ${JSON.stringify(name)}`);
    portName = declared.name ?? "";
  }
  const found = await registry.find(endpointsKind, info.namespace, name);
  if (!found) throw notFound({ group: "", name: "services" }, name);
  const { subsets } = found as unknown as Endpoints;
  if (!subsets?.length) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  for (const { addresses, ports } of subsets) {
    const served = ports?.find((one) => (one.name ?? "") === portName);
    if (!served || !addresses?.length) continue;
    const from = below(registry.random, addresses.length);
    for (const one of [...addresses.slice(from), ...addresses.slice(0, from)]) {
      const pod = await podAt(scope, one);
      if (pod) return { node: pod.spec.nodeName ?? "", pod, address: one.ip, secure, port: served.port };
    }
  }
  throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(info.name)}`);
}

/** The pod of an address, if it is one's: only to pods do these paths lead. */
async function podAt({ info, registry }: Scope, { ip, targetRef }: EndpointAddress): Promise<Pod | undefined> {
  if (!targetRef?.name || targetRef.namespace !== info.namespace) return undefined;
  const pod = (await registry.find(podKind, info.namespace, targetRef.name)) as unknown as Pod | undefined;
  return pod?.status?.podIPs?.some((one) => one.ip === ip) ? pod : undefined;
}

const kubeletPort = 10250;

/** The kubelet, where no port is named; its own port is asked by TLS, as upstream does. */
export async function nodePlace({ info, registry, stored }: Scope): Promise<Place> {
  const { secure, name, port } = proxyTarget(info.name);
  const { status } = (await registry.get(stored, "", name)) as unknown as Node;
  const address = status?.addresses?.find(({ type }) => type === "InternalIP" || type === "Hostname")?.address;
  if (!address) throw new ApiError("", "no preferred addresses found; known addresses: []", undefined, 500);
  const own = status?.daemonEndpoints?.kubeletEndpoint?.Port || kubeletPort;
  return { node: name, pod: undefined, address, secure, port: Number(port) || own };
}
