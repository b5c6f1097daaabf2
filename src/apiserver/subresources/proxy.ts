/**
 * Paths that lead on to what a pod, service or node serves (`…/proxy`). The server has no way there: it answers as one whose
 * connection failed does, after what upstream finds out before it connects.
 */
import { endpoints as endpointsKind } from "../../api/core/endpoints.ts";
import { badRequest, notFound, serviceUnavailable } from "../../api/errors.ts";
import type { Endpoints, Node, Pod } from "../../api/generated/core-v1.ts";
import type { HttpResponse } from "../exchange.ts";
import type { Scope } from "../handlers/scope.ts";

/** `name`, `name:port`, `scheme:name:port`; the port may be empty, a number or a name. Throws BadRequest. */
export function proxyTarget(text: string): { readonly name: string; readonly port: string } {
  const parts = text.split(":");
  if (parts.length === 1) return { name: text, port: "" };
  if (parts.length === 2) return { name: parts[0] ?? "", port: parts[1] ?? "" };
  const [scheme = "", name = "", port = ""] = parts;
  if (parts.length > 3 || !["http", "https", ""].includes(scheme))
    throw badRequest(`invalid request ${JSON.stringify(text)}`);
  return { name, port };
}

const unreachable = (where: string): never => {
  throw serviceUnavailable(`error trying to reach service: no way from this server to ${where}`);
};

export async function podProxy({ info, registry, stored }: Scope): Promise<HttpResponse> {
  const { name } = proxyTarget(info.name);
  const { status } = (await registry.get(stored, info.namespace, name)) as unknown as Pod;
  if (!status?.podIP) throw badRequest("address not allowed");
  return unreachable(status.podIP);
}

export async function serviceProxy({ info, registry }: Scope): Promise<HttpResponse> {
  const { name, port } = proxyTarget(info.name);
  const found = await registry.find(endpointsKind, info.namespace, name);
  if (!found) throw notFound({ group: "", name: "services" }, name);
  const { subsets } = found as unknown as Endpoints;
  const isAsked = (one: { name?: string | undefined; port: number }): boolean =>
    !port || one.name === port || String(one.port) === port;
  const subset = subsets?.find((one) => one.addresses?.length && one.ports?.some(isAsked));
  const address = subset?.addresses?.[0]?.ip;
  if (!address) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  return unreachable(address);
}

export async function nodeProxy({ info, registry, stored }: Scope): Promise<HttpResponse> {
  const { name } = proxyTarget(info.name);
  const { status } = (await registry.get(stored, "", name)) as unknown as Node;
  const address = status?.addresses?.find(({ type }) => type === "InternalIP" || type === "Hostname")?.address;
  if (!address) throw serviceUnavailable("no preferred addresses found; known addresses: []");
  return unreachable(address);
}
