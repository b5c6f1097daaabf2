/** OpenAPI v3 of other servers: it is named in our index, and passed on. */
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondText } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";
import { identityHeaders } from "./aggregator.ts";
import { type ApiServices, groupVersionOf, isAvailable, type RemoteApiService } from "./api-services.ts";
import { textOf } from "./remote-discovery.ts";
import type { RemoteServers } from "./remote-server.ts";

/** As upstream asks for descriptions. */
export const asReader = identityHeaders({ name: "system:aggregator", groups: ["system:authenticated"] });
const prefix = "/openapi/v3";

interface Index {
  readonly paths?: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

export class RemoteOpenApi implements PathHandler {
  readonly #own: PathHandler;
  readonly #services: ApiServices;
  readonly #servers: RemoteServers;

  constructor(own: PathHandler, services: ApiServices, servers: RemoteServers) {
    this.#own = own;
    this.#services = services;
    this.#servers = servers;
  }

  async handle(request: HttpRequest, info: RequestInfo): Promise<HttpResponse | undefined> {
    const remote = this.#services.remote.filter(isAvailable);
    if (!remote.length || request.method !== "GET") return this.#own.handle(request, info);
    const { path } = info;
    if (path === prefix || path === `${prefix}/`) return this.#index(request, info, remote);
    const of = remote.find((one) => path === `${prefix}/apis/${groupVersionOf(one)}`);
    if (!of) return this.#own.handle(request, info);
    const query = request.query.size ? `?${request.query}` : "";
    const { accept = "application/json", "if-none-match": match } = request.headers;
    const headers = { ...asReader, accept, ...(match !== undefined && { "if-none-match": match }) };
    return this.#servers.ask(of, {
      method: "GET",
      path: path + query,
      headers,
      body: new Uint8Array(),
      signal: request.signal,
    });
  }

  async #index(
    request: HttpRequest,
    info: RequestInfo,
    remote: readonly RemoteApiService[],
  ): Promise<HttpResponse | undefined> {
    const own = await this.#own.handle(request, info);
    if (own?.status !== 200) return own;
    const { paths } = JSON.parse(await textOf(own)) as Required<Index>;
    const others = await Promise.all(remote.map((one) => this.#pathOf(one, request.signal).catch(() => undefined)));
    const added = others.filter((one) => one !== undefined);
    return respondText(200, JSON.stringify({ paths: { ...paths, ...Object.fromEntries(added) } }));
  }

  async #pathOf(of: RemoteApiService, signal: AbortSignal): Promise<readonly [string, object] | undefined> {
    const headers = { ...asReader, accept: "application/json" };
    const answer = await this.#servers.ask(of, {
      method: "GET",
      path: prefix,
      headers,
      body: new Uint8Array(),
      signal,
    });
    if (answer.status !== 200) return undefined;
    const name = `apis/${groupVersionOf(of)}`;
    const found = (JSON.parse(await textOf(answer)) as Index).paths?.[name];
    return found && [name, found];
  }
}
