/**
 * Requests for groups that other servers serve: authenticated and authorized here, then passed on with who asks in their
 * headers (https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/).
 */
import type { User } from "../context.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { RequestInfo } from "../request-info.ts";
import type { Takeover } from "../streams/node-connection.ts";
import { type ApiServices, isAvailable, type RemoteApiService } from "./api-services.ts";
import { type RemoteRequest, type RemoteServers, Unreachable } from "./remote-server.ts";

/** What concerns one connection alone, what says who asked us, and what others must not make up. */
const dropped =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|authorization|impersonate-.*|x-remote-.*|x-forwarded-.*)$/;
const hop = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

export class Aggregator {
  readonly #services: ApiServices;
  readonly #servers: RemoteServers;

  constructor(services: ApiServices, servers: RemoteServers) {
    this.#services = services;
    this.#servers = servers;
  }

  /** Who serves what a request is about, if it is another server. */
  serving({ path, isResource, group, version }: RequestInfo): RemoteApiService | undefined {
    // the pages of groups are ours: several servers may serve a group's versions
    if (!version || (!isResource && !/^\/apis?\//.test(path))) return undefined;
    return this.#services.serving(group, version);
  }

  async handle(of: RemoteApiService, request: HttpRequest, user: User): Promise<HttpResponse> {
    if (!isAvailable(of)) return unavailable;
    try {
      const answer = await this.#servers.ask(of, await asRemote(request, user));
      const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hop.test(name)));
      return { ...answer, headers };
    } catch (error) {
      return failed(error);
    }
  }

  async upgrade(of: RemoteApiService, request: HttpRequest, user: User): Promise<Takeover | HttpResponse> {
    if (!isAvailable(of)) return unavailable;
    try {
      const { connection = "Upgrade", upgrade = "" } = request.headers;
      const asked = await asRemote(request, user, new Uint8Array());
      return await this.#servers.upgrade(of, { ...asked, headers: { ...asked.headers, connection, upgrade } });
    } catch (error) {
      return failed(error);
    }
  }
}

const page = (status: number, text: string): HttpResponse => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body: [new TextEncoder().encode(`${text}\n`)],
});

export const unavailable = page(503, "service unavailable");

const failed = (error: unknown): HttpResponse =>
  error instanceof Unreachable
    ? unavailable
    : page(503, `error trying to reach service: ${error instanceof Error ? error.message : String(error)}`);

async function asRemote(request: HttpRequest, user: User, body?: Uint8Array): Promise<RemoteRequest> {
  const { method, path, query, headers, remoteAddress, signal } = request;
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !dropped.test(name)) given[name] = value;
  const from = [headers["x-forwarded-for"], remoteAddress].filter(Boolean).join(", ");
  return {
    ...{ method, signal, body: body ?? (await request.body()) },
    path: query.size ? `${path}?${query}` : path,
    headers: {
      ...given,
      ...(from && { "x-forwarded-for": from }),
      ...{ "x-forwarded-host": headers.host ?? "", "x-forwarded-proto": "https", "x-forwarded-uri": path },
      ...identityHeaders(user),
    },
  };
}

/** Who asks, as other servers read it from one that may speak for others. */
export function identityHeaders({ name, uid, groups, extra = {} }: User): Record<string, string | readonly string[]> {
  const out: Record<string, string | readonly string[]> = {
    "X-Remote-User": name,
    ...(uid && { "X-Remote-Uid": uid }),
    ...(groups.length && { "X-Remote-Group": groups }),
  };
  for (const [key, values] of Object.entries(extra)) out[`X-Remote-Extra-${escaped(key)}`] = values;
  return out;
}

/** What cannot stand in a header's name is written as in a URL. */
const escaped = (key: string): string =>
  [...new TextEncoder().encode(key)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+.^_`|~-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
