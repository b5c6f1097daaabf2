/**
 * The API server: a request comes in, whoever carried it, and an answer goes out. In between, in this order: who asks, may
 * they, what is it about, and the work itself. No fault of a request ends anything but that request.
 */
import { Catalog } from "../api/catalog.ts";
import { forbidden, unauthorized } from "../api/errors.ts";
import type { KubeObject } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import { type Random, uuid } from "../base/random.ts";
import type { Store } from "../store/store.ts";
import { Admission, type AdmissionPlugin } from "./admission/admission.ts";
import { type Authenticator, anonymous, bearerToken, known } from "./authn/authenticator.ts";
import { impersonate } from "./authn/impersonation.ts";
import { type Attributes, type Authorizer, refusal } from "./authz/authorizer.ts";
import type { RequestContext, User } from "./context.ts";
import type { HttpRequest, HttpResponse } from "./exchange.ts";
import { dispatch, type Served, type SubresourceHandlers, scopeOf } from "./handlers/dispatch.ts";
import { respondError } from "./handlers/respond.ts";
import { Registry } from "./registry/registry.ts";
import { nameSelected, type RequestInfo, requestInfo } from "./request-info.ts";
import type { NodeConnections, Takeover } from "./streams/node-connection.ts";
import { isSessionKind, openSession } from "./streams/session.ts";

/** Answers paths that are about no resource: discovery, health, version, OpenAPI. */
export interface PathHandler {
  /** An answer, or undefined if the path is not this handler's. */
  handle(request: HttpRequest, info: RequestInfo): Promise<HttpResponse | undefined> | HttpResponse | undefined;
}

export interface ApiServerOptions {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly random: Random;
  readonly catalog?: Catalog;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
  readonly admission?: (registry: () => Registry) => readonly AdmissionPlugin[];
  readonly paths?: readonly PathHandler[];
  readonly subresources?: SubresourceHandlers;
  /** The way to the nodes, for logs and sessions. */
  readonly nodes?: NodeConnections;
  /** Whether somebody without credentials may ask for a path at all; default: for each. */
  readonly anonymous?: (path: string) => boolean;
  /** Paths that need no permission: health and version. */
  readonly open?: (path: string) => boolean;
}

export class ApiServer {
  readonly registry: Registry;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly paths: PathHandler[];
  readonly subresources: SubresourceHandlers;
  readonly #options: ApiServerOptions;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.catalog = options.catalog ?? new Catalog();
    this.authorizer = options.authorizer;
    this.paths = [...(options.paths ?? [])];
    this.subresources = options.subresources ?? {};
    const plugins = options.admission?.(() => this.registry) ?? [];
    this.registry = new Registry({
      store: options.store,
      admission: new Admission(plugins),
      clock: options.clock,
      random: options.random,
    });
  }

  /** Answers a request. Never rejects: what goes wrong is part of the answer. */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const warnings: string[] = [];
    try {
      const info = requestInfo(request.method, request.path, request.query);
      const user = await this.#authenticate(request);
      const acting = await impersonate(request, user, this.authorizer);
      await this.#authorize(acting, info, request);
      return await this.#answer(request, info, acting, warnings);
    } catch (error) {
      return respondError(request, error, warnings);
    }
  }

  /** What takes a connection over that asks for another protocol, or the answer that refuses. Never rejects. */
  async upgrade(request: HttpRequest): Promise<Takeover | HttpResponse> {
    try {
      const info = requestInfo(request.method, request.path, request.query);
      const acting = await impersonate(request, await this.#authenticate(request), this.authorizer);
      // a session is something made, whatever method asks for it (upstream's `connect` verbs)
      await this.#authorize(acting, info, request);
      const nodes = this.#options.nodes;
      if (!nodes || info.resource !== "pods" || !isSessionKind(info.subresource))
        return this.#answer(request, info, acting, []);
      const scope = scopeOf(this.#served, request, info, this.#context(request, acting, []));
      return await openSession(scope, nodes);
    } catch (error) {
      return respondError(request, error);
    }
  }

  /** The user of a request. Throws Unauthorized for credentials that are no good. */
  async #authenticate(request: HttpRequest): Promise<User> {
    for (const authenticator of this.#options.authenticators) {
      const user = await authenticator.authenticate(request);
      if (user) return known(user);
    }
    // another way to log in than those known is none at all
    if (bearerToken(request) !== undefined || this.#options.anonymous?.(request.path) === false) throw unauthorized();
    return anonymous;
  }

  async #authorize(user: User, info: RequestInfo, { query }: HttpRequest): Promise<void> {
    if (info.verb === "get" && !info.isResource && this.#options.open?.(info.path)) return;
    const fieldSelector = query.get("fieldSelector");
    const name = info.name || (ofCollections.has(info.verb) ? nameSelected(fieldSelector) : "");
    const attributes: Attributes = { ...info, name, user, ...(fieldSelector && { fieldSelector }) };
    const { allowed, reason } = await this.authorizer.authorize(attributes);
    if (allowed) return;
    const resource = info.isResource ? { group: info.group, name: info.resource } : { group: "", name: "" };
    throw forbidden(resource, name, refusal(attributes, reason));
  }

  async #answer(request: HttpRequest, info: RequestInfo, user: User, warnings: string[]): Promise<HttpResponse> {
    if (!info.isResource) {
      for (const handler of this.paths) {
        const answer = await handler.handle(request, info);
        if (answer) return answer;
      }
      return notFoundPage;
    }
    if (info.group && !this.#knows(info)) return notFoundPage;
    return dispatch(this.#served, request, info, this.#context(request, user, warnings));
  }

  /** Groups without built-in kinds know nothing beside what definitions have made. */
  #knows({ group, version, resource, namespace, verb }: RequestInfo): boolean {
    const kind = this.catalog.resource(`${group}/${version}`, resource);
    if (!kind) return this.catalog.all().some((other) => other.group === group && !other.custom);
    if (!kind.custom) return true;
    return kind.namespaced ? namespace !== "" || verb === "list" || verb === "watch" : namespace === "";
  }

  get #served(): Served {
    return { catalog: this.catalog, registry: this.registry, subresources: this.subresources };
  }

  #context(request: HttpRequest, user: User, warnings: string[]): RequestContext {
    return {
      user,
      cause: request.cause ?? { request: uuid(this.registry.random) },
      defaultManager: managerOf(request.headers["user-agent"]),
      warnings,
      signal: request.signal,
      mayCreate: (what) => this.#authorize(user, { ...what, verb: "create" }, request),
    };
  }
}

const ofCollections = new Set(["list", "watch"]);

const notFoundPage: HttpResponse = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body: [new TextEncoder().encode("404 page not found\n")],
};

/** Who writes, where the client does not say: the first word of its user agent. */
export function managerOf(userAgent: string | undefined): string {
  const name = (userAgent ?? "").split("/", 1)[0] || "unknown";
  return name.replace(/[^\x20-\x7e]/g, "").slice(0, 128);
}
