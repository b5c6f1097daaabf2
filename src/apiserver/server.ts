/**
 * The API server: a request comes in, whoever carried it, and an answer goes out. In between, in this order: who asks, may
 * they, what is it about, and the work itself. No fault of a request ends anything but that request.
 */
import { Catalog } from "../api/catalog.ts";
import { badRequest, forbidden, timeout, unauthorized } from "../api/errors.ts";
import type { KubeObject } from "../api/object.ts";
import { type Clock, durationMs, preciseMs } from "../base/clock.ts";
import { type Random, uuid } from "../base/random.ts";
import type { Store } from "../store/store.ts";
import { Admission, type AdmissionPlugin } from "./admission/admission.ts";
import type { Aggregator } from "./aggregation/aggregator.ts";
import type { AuditRecord } from "./audit/record.ts";
import { type Authenticator, anonymous, bearerToken, known } from "./authn/authenticator.ts";
import { impersonate } from "./authn/impersonation.ts";
import { type Attributes, type Authorizer, refusal } from "./authz/authorizer.ts";
import type { RequestContext, User } from "./context.ts";
import { Deadlines } from "./deadlines.ts";
import type { HttpRequest, HttpResponse } from "./exchange.ts";
import { dispatch, type Served, type SubresourceHandlers, scopeOf } from "./handlers/dispatch.ts";
import { respondError } from "./handlers/respond.ts";
import type { Scope } from "./handlers/scope.ts";
import { type Onlookers, Passage } from "./passage.ts";
import { Registry } from "./registry/registry.ts";
import { isLongRunning, nameSelected, type RequestInfo, requestInfo } from "./request-info.ts";
import type { Takeover } from "./streams/node-connection.ts";

/** Answers paths that are about no resource: discovery, health, version, OpenAPI. */
export interface PathHandler {
  /** An answer, or undefined if the path is not this handler's. */
  handle(request: HttpRequest, info: RequestInfo): Promise<HttpResponse | undefined> | HttpResponse | undefined;
}

/** What takes over a connection, the answer that refuses it, or undefined for who asks for no session. */
export type Sessions = (
  request: HttpRequest,
  info: RequestInfo,
  scope: () => Scope,
  context: RequestContext,
) => Promise<Takeover | HttpResponse | undefined>;

/** Comes before what a request wants is done, after it was found that it may be. Throws ApiError to make it fail. */
export type Interfere = (about: RequestInfo, user: User) => Promise<void> | void;

/** Says when a request may begin. */
export interface FlowControl {
  /** Resolves when it may, or to the answer that refuses it; undefined: nobody counts it. */
  enter(
    request: HttpRequest,
    info: RequestInfo,
    user: User,
  ): Admitted | HttpResponse | undefined | Promise<Admitted | HttpResponse>;
}
export interface Admitted {
  /** To be called once its work is done. */
  leave(): void;
  readonly waitedMs: number;
  readonly headers: Readonly<Record<string, string>>;
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
  /** Opens sessions: undefined for a request that asks for none that there is. */
  readonly sessions?: Sessions;
  /** Lets requests in by their priority; without it all come in. */
  readonly flow?: FlowControl | undefined;
  /** Passes on what other servers serve. */
  readonly aggregator?: Aggregator | undefined;
  readonly onlookers?: Onlookers;
  readonly requestTimeoutMs?: number;
  readonly minWatchMs?: number;
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
  readonly onlookers: Onlookers;
  /** Lets requests fail or wait, for tests. */
  interfere: Interfere | undefined;
  readonly #options: ApiServerOptions;
  readonly #deadlines: Deadlines;
  readonly #clock: Clock;
  /** Aborts when streams are to end, for the server does. */
  readonly #closing = new AbortController();

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.onlookers = options.onlookers ?? {};
    this.#deadlines = new Deadlines(options.clock);
    this.#clock = options.clock;
    this.catalog = options.catalog ?? new Catalog();
    this.authorizer = options.authorizer;
    this.paths = [...(options.paths ?? [])];
    this.subresources = options.subresources ?? {};
    const plugins = options.admission?.(() => this.registry) ?? [];
    this.registry = new Registry({
      store: options.store,
      admission: new Admission(plugins, this.onlookers.admission),
      clock: options.clock,
      random: options.random,
    });
  }

  /** Ends watches and other streams as if their time were up; requests are answered as before. */
  endStreams(): void {
    this.#closing.abort();
  }

  /** Answers a request. Never rejects: what goes wrong is part of the answer. */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const passage = this.#begin(request);
    const isMutating = !readOnly.has(passage.info.verb);
    const isLong = isLongRunning(passage.info);
    const { requests } = this.onlookers;
    if (!isLong) requests?.begin(isMutating);
    try {
      const work = this.#serve(request, passage);
      return this.#finish(passage, await (isLong ? work : this.#inTime(request, passage, work)));
    } catch (error) {
      return this.#fail(request, passage, error);
    } finally {
      if (!isLong) requests?.end(isMutating);
    }
  }

  /** What takes a connection over that asks for another protocol, or the answer that refuses. Never rejects. */
  async upgrade(request: HttpRequest): Promise<Takeover | HttpResponse> {
    const passage = this.#begin(request);
    const { info } = passage;
    try {
      const acting = await this.#identify(request, passage);
      // a session is something made, whatever method asks for it (upstream's `connect` verbs)
      await this.#authorize(acting, info, request, passage.record);
      const { sessions: open, aggregator } = this.#options;
      const context = this.#context(request, acting, passage);
      const remote = aggregator?.serving(info);
      const takeover =
        aggregator && remote
          ? await aggregator.upgrade(remote, request, acting)
          : await open?.(request, info, () => scopeOf(this.#served, request, info, context), context);
      if (!takeover) return this.#finish(passage, await this.#answer(request, acting, passage));
      if (typeof takeover !== "function") return this.#finish(passage, takeover);
      passage.handOver(this.onlookers.requests, this.#clock, request.signal);
      return takeover;
    } catch (error) {
      return this.#fail(request, passage, error);
    }
  }

  #begin(request: HttpRequest): Passage {
    const info = requestInfo(request.method, request.path, request.query);
    const given = request.headers["audit-id"];
    const id = given && given.length <= longestId ? given : uuid(this.registry.random);
    const passage = new Passage(id, info, this.#clock);
    const { requests } = this.onlookers;
    if (requests && this.#isCounted(info)) {
      passage.dryRun = request.query.has("dryRun") ? (request.query.get("dryRun") === "All" ? "All" : "invalid") : "";
      passage.route = requests.route(info, passage.dryRun, request.headers["content-type"]);
    }
    return passage;
  }

  /** Only what there is has labels: no client can make more of them. */
  #isCounted({ isResource, group, version, resource, path }: RequestInfo): boolean {
    if (!isResource) return countedPaths.test(path);
    return this.catalog.resource(group ? `${group}/${version}` : version, resource) !== undefined;
  }

  async #serve(request: HttpRequest, passage: Passage): Promise<HttpResponse> {
    const user = await this.#identify(request, passage);
    const entered = this.#options.flow?.enter(request, passage.info, user);
    const admitted = entered instanceof Promise ? await entered : entered;
    if (admitted && "status" in admitted) {
      if (passage.route) this.onlookers.requests?.terminated(passage.route, admitted.status);
      return admitted;
    }
    if (admitted) {
      passage.waitedMs = admitted.waitedMs;
      Object.assign(passage.headers, admitted.headers);
    }
    try {
      await this.#authorize(user, passage.info, request, passage.record);
      return await this.#answer(request, user, passage);
    } finally {
      admitted?.leave();
    }
  }

  /** As whom the request is carried out. From then on it has an audit record. */
  async #identify(request: HttpRequest, passage: Passage): Promise<User> {
    const { info, id, arrivedMs } = passage;
    const { auditor } = this.onlookers;
    const { logins } = this.onlookers;
    const began = logins ? preciseMs(this.#clock) : 0;
    let user: User;
    try {
      user = await this.#authenticate(request);
      logins?.loggedIn("success", preciseMs(this.#clock) - began, user.name);
    } catch (error) {
      logins?.loggedIn("error", preciseMs(this.#clock) - began);
      auditor?.refused(request, info, id, arrivedMs);
      throw error;
    }
    passage.record = auditor?.begin(request, info, user, id, arrivedMs);
    const acting = await impersonate(request, user, this.authorizer);
    if (acting !== user) passage.record?.impersonated(acting);
    return acting;
  }

  /** The work, or 504 once it has taken as long as the server or the client allows. Throws BadRequest. */
  #inTime(request: HttpRequest, passage: Passage, work: Promise<HttpResponse>): Promise<HttpResponse> {
    const { requestTimeoutMs: most = usualTimeoutMs } = this.#options;
    const asked = request.query.get("timeout");
    const ms = asked === null ? undefined : durationMs(asked);
    if (asked && ms === undefined) {
      work.catch(() => {});
      throw badRequest("invalid timeout specified in the request URL");
    }
    return this.#deadlines.within(ms ? Math.min(ms, most) : most, work, () => {
      if (passage.route) this.onlookers.requests?.terminated(passage.route, 504);
      return timeout("request did not complete within the allotted timeout");
    });
  }

  #finish(passage: Passage, response: HttpResponse): HttpResponse {
    return passage.finish(response, this.onlookers.requests, this.#clock, this.#closing.signal);
  }

  #fail(request: HttpRequest, passage: Passage, error: unknown): HttpResponse {
    passage.fault = error;
    return this.#finish(passage, respondError(request, error, passage.warnings));
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

  async #authorize(user: User, info: RequestInfo, { query }: HttpRequest, record?: AuditRecord): Promise<void> {
    if (info.verb === "get" && !info.isResource && this.#options.open?.(info.path)) return;
    const fieldSelector = query.get("fieldSelector");
    const name = info.name || (ofCollections.has(info.verb) ? nameSelected(fieldSelector) : "");
    const attributes: Attributes = { ...info, name, user, ...(fieldSelector && { fieldSelector }) };
    const { logins } = this.onlookers;
    const began = logins ? preciseMs(this.#clock) : 0;
    const { allowed, denied, reason } = await this.authorizer.authorize(attributes);
    logins?.judged(allowed ? "allowed" : denied ? "denied" : "no-opinion", preciseMs(this.#clock) - began);
    record?.annotate("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
    record?.annotate("authorization.k8s.io/reason", reason);
    if (allowed) return;
    const resource = info.isResource ? { group: info.group, name: info.resource } : { group: "", name: "" };
    throw forbidden(resource, name, refusal(attributes, reason));
  }

  async #answer(request: HttpRequest, user: User, passage: Passage): Promise<HttpResponse> {
    const { info } = passage;
    const { aggregator } = this.#options;
    if (info.isResource) await this.interfere?.(info, user);
    const remote = aggregator?.serving(info);
    if (aggregator && remote) return aggregator.handle(remote, request, user);
    if (!info.isResource) {
      for (const handler of this.paths) {
        const answer = await handler.handle(request, info);
        if (answer) return answer;
      }
      return notFoundPage;
    }
    if (info.group && !this.#knows(info)) return notFoundPage;
    return dispatch(this.#served, request, info, this.#context(request, user, passage));
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

  #context(request: HttpRequest, user: User, { id, warnings, record, info }: Passage): RequestContext {
    const { minWatchMs } = this.#options;
    return {
      user,
      cause: request.cause ?? { request: id },
      defaultManager: managerOf(request.headers["user-agent"]),
      warnings,
      signal: request.signal,
      ...(minWatchMs !== undefined && { minWatchMs }),
      audited: record,
      countEvent: info.verb === "watch" ? this.onlookers.requests?.eventCounter(info) : undefined,
      audit: (key, value) => {
        record?.annotate(key, value);
        if (key === "k8s.io/deprecated") this.onlookers.requests?.deprecated(info);
      },
      mayCreate: (what) => this.#authorize(user, { ...what, verb: "create" }, request),
    };
  }
}

const readOnly = new Set(["get", "list", "watch", "head"]);
/** Upstream's `--request-timeout`. */
const usualTimeoutMs = 60_000;
const longestId = 64;
const countedPaths = /^\/(healthz|livez|readyz|metrics|version|configz|openapi\/v[23]|apis?)\/?$/;
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
