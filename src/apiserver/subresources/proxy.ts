/** Paths that lead on to what a pod, service or node serves (`…/proxy`). */
import { endpoints as endpointsKind } from "../../api/core/endpoints.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { ApiError, badRequest, notFound, serviceUnavailable } from "../../api/errors.ts";
import type { EndpointAddress, Endpoints, Node, Pod, Service } from "../../api/generated/core-v1.ts";
import { below } from "../../base/random.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { Scope } from "../handlers/scope.ts";
import type { NodeConnections } from "../streams/node-connection.ts";
import { targetOf } from "../streams/pod-container.ts";
import { asSeenFromOutside } from "./proxied-answer.ts";

export interface ProxyTarget {
  readonly secure: boolean;
  readonly name: string;
  readonly port: string;
}

/** `name`, `name:port`, `scheme:name:port`; the port may be empty, a number or a name. Throws BadRequest. */
export function proxyTarget(text: string): ProxyTarget {
  const parts = text.split(":");
  const [scheme = "", name = "", port = ""] = parts.length > 2 ? parts : ["", ...parts];
  if (parts.length > 3 || !["http", "https", ""].includes(scheme))
    throw badRequest(`invalid request ${JSON.stringify(text)}`);
  return { secure: scheme === "https", name, port };
}

const unreachable = (why: string): ApiError => serviceUnavailable(`error trying to reach service: ${why}`);
const noWay = (where: string): ApiError => unreachable(`no way from this server to ${where}`);

export function podProxy(nodes: NodeConnections): (scope: Scope) => Promise<HttpResponse> {
  return async (scope) => {
    const { info, registry, stored } = scope;
    const { secure, name, port } = proxyTarget(info.name);
    const pod = (await registry.get(stored, info.namespace, name)) as unknown as Pod;
    const address = pod.status?.podIP;
    if (!address) throw badRequest("address not allowed");
    const first = pod.spec.containers?.find(({ ports }) => ports?.length)?.ports?.[0]?.containerPort;
    return askPod(scope, nodes, { pod, address, secure, port: Number(port) || first || (secure ? 443 : 80) });
  };
}

export function serviceProxy(nodes: NodeConnections): (scope: Scope) => Promise<HttpResponse> {
  return async (scope) => {
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
        if (pod) return askPod(scope, nodes, { pod, address: one.ip, secure, port: served.port });
      }
    }
    throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(info.name)}`);
  };
}

/** The pod of an address, if it is one's: only to pods do these paths lead. */
async function podAt({ info, registry }: Scope, { ip, targetRef }: EndpointAddress): Promise<Pod | undefined> {
  if (!targetRef?.name || targetRef.namespace !== info.namespace) return undefined;
  const pod = (await registry.find(podKind, info.namespace, targetRef.name)) as unknown as Pod | undefined;
  return pod?.status?.podIPs?.some((one) => one.ip === ip) ? pod : undefined;
}

/** There is no way to a kubelet's own port: kubelets here have none. */
export async function nodeProxy({ info, registry, stored }: Scope): Promise<HttpResponse> {
  const { name } = proxyTarget(info.name);
  const { status } = (await registry.get(stored, "", name)) as unknown as Node;
  const address = status?.addresses?.find(({ type }) => type === "InternalIP" || type === "Hostname")?.address;
  if (!address) throw serviceUnavailable("no preferred addresses found; known addresses: []");
  throw noWay(address);
}

interface Place {
  readonly pod: Pod;
  readonly address: string;
  readonly secure: boolean;
  readonly port: number;
}

/** The path up to where it leads on, and what follows. */
const divided = /^(.*?\/(?:pods|services)\/[^/]+\/proxy)(.*)$/;
/** What concerns one connection alone, and what tells the pod whose path it is. */
const dropped = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|authorization|impersonate-.*)$/;

async function askPod({ request }: Scope, nodes: NodeConnections, { pod, ...at }: Place): Promise<HttpResponse> {
  const [, before = "", path = ""] = divided.exec(request.path) ?? [];
  const query = request.query.size ? `?${request.query}` : "";
  if (!path && (request.method === "GET" || request.method === "HEAD"))
    return { status: 301, headers: { location: `${request.path}/${query}` }, body: [] };
  const connection = nodes.to(pod.spec.nodeName ?? "");
  if (!connection) throw noWay(at.address);
  const body = await request.body();
  const asked = {
    ...{ ...at, body, method: request.method, path: `${path || "/"}${query}`, signal: request.signal },
    headers: headersFor(request, body.length),
  };
  const answer = await connection.ask(targetOf(pod), asked).catch((error: unknown) => {
    throw error instanceof ApiError ? error : unreachable(error instanceof Error ? error.message : String(error));
  });
  const own = [request.headers.host ?? "", `${at.address}:${at.port}`, at.address];
  return asSeenFromOutside(answer, { before, host: request.headers.host ?? "", own });
}

function headersFor({ headers, path, remoteAddress, method }: HttpRequest, length: number): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !dropped.test(name) && name !== "content-length") given[name] = value;
  // pages come as they are, so that their links can be led this way
  delete given["accept-encoding"];
  if (length || !["GET", "HEAD", "DELETE"].includes(method)) given["content-length"] = String(length);
  const chain = [headers["x-forwarded-for"], remoteAddress].filter(Boolean).join(", ");
  return {
    ...given,
    ...(chain && { "x-forwarded-for": chain }),
    ...{ "x-forwarded-host": headers.host ?? "", "x-forwarded-proto": "https", "x-forwarded-uri": path },
  };
}
