/** Paths that lead on to what a pod, service or node serves (`…/proxy`): plain requests, and connections that change their protocol. */
import { ApiError } from "../../api/errors.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { Scope } from "../handlers/scope.ts";
import type { NodeConnection, NodeConnections, PodRequest, Takeover } from "../streams/node-connection.ts";
import { targetOf } from "../streams/pod-container.ts";
import { asSeenFromOutside } from "./proxied-answer.ts";
import { nodePlace, type Place, podPlace, servicePlace, unreachable } from "./proxy-target.ts";

type Find = (scope: Scope) => Promise<Place>;
const places: Readonly<Record<string, Find>> = { pods: podPlace, services: servicePlace, nodes: nodePlace };

const proxy =
  (nodes: NodeConnections, find: Find) =>
  async (scope: Scope): Promise<HttpResponse> =>
    askThrough(scope, nodes, await find(scope));

export const podProxy = (nodes: NodeConnections) => proxy(nodes, podPlace);
export const serviceProxy = (nodes: NodeConnections) => proxy(nodes, servicePlace);
export const nodeProxy = (nodes: NodeConnections) => proxy(nodes, nodePlace);

/** What takes over a connection on a path that leads on; undefined: it is on no such path. */
export async function proxyUpgrade(scope: Scope, nodes: NodeConnections): Promise<Takeover | undefined> {
  const find = scope.info.subresource === "proxy" ? places[scope.info.resource] : undefined;
  if (!find) return undefined;
  const place = await find(scope);
  const { request } = scope;
  const [, , path = ""] = divided.exec(request.path) ?? [];
  const asked = requestTo(request, place, path || "/", new Uint8Array());
  const { connection = "Upgrade", upgrade = "" } = request.headers;
  const headers = { ...asked.headers, host: `${place.address}:${place.port}`, connection, upgrade };
  return reached(() => wayTo(nodes, place).upgrade(place.pod && targetOf(place.pod), { ...asked, headers }));
}

/** The path up to where it leads on, and what follows. */
const divided = /^(.*?\/(?:pods|services|nodes)\/[^/]+\/proxy)(.*)$/;
/** What concerns one connection alone, and what tells the pod whose path it is. */
const dropped = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|authorization|impersonate-.*)$/;

function wayTo(nodes: NodeConnections, { node, address }: Place): NodeConnection {
  const connection = nodes.to(node);
  if (!connection) throw unreachable(`no way from this server to ${address}`);
  return connection;
}

/** What nobody answers is told in upstream's words. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ApiError ? error : unreachable(error instanceof Error ? error.message : String(error));
  }
}

async function askThrough({ request }: Scope, nodes: NodeConnections, place: Place): Promise<HttpResponse> {
  const [, before = "", path = ""] = divided.exec(request.path) ?? [];
  const query = request.query.size ? `?${request.query}` : "";
  if (!path && (request.method === "GET" || request.method === "HEAD"))
    return { status: 301, headers: { location: `${request.path}/${query}` }, body: [] };
  const connection = wayTo(nodes, place);
  const asked = requestTo(request, place, path || "/", await request.body());
  const answer = await reached(() => connection.ask(place.pod && targetOf(place.pod), asked));
  const own = [request.headers.host ?? "", `${place.address}:${place.port}`, place.address];
  return asSeenFromOutside(answer, { before, host: request.headers.host ?? "", own });
}

function requestTo(request: HttpRequest, { address, port, secure }: Place, path: string, body: Uint8Array): PodRequest {
  const query = request.query.size ? `?${request.query}` : "";
  return {
    ...{ address, port, secure, body, method: request.method, path: `${path}${query}`, signal: request.signal },
    headers: headersFor(request, body.length),
  };
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
