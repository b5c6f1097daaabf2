/**
 * The client of whoever lives in the server's own process: the same authorization, admission and validation as for
 * everyone, but objects go by reference and nothing is encoded.
 */
import { ApiError, conflict, forbidden } from "../api/errors.ts";
import { groupVersionOf, type Kind, resourceOf } from "../api/kind.ts";
import type { Draft, KubeObject } from "../api/object.ts";
import { mergePatch } from "../api/patch/merge-patch.ts";
import { decode } from "../api/schema/decode.ts";
import { uuid } from "../base/random.ts";
import type {
  AnyObject,
  Cause,
  Client,
  DeleteOptions,
  Event,
  KindOf,
  List,
  ListOptions,
  PatchOptions,
  Selection,
  Shared,
  Target,
  Watching,
  WatchRequest,
  WriteOptions,
} from "../client/client.ts";
import type { AuditRecord } from "./audit/record.ts";
import { type Attributes, refusal } from "./authz/authorizer.ts";
import type { RequestContext, User } from "./context.ts";
import type { HttpRequest } from "./exchange.ts";
import { complete } from "./handlers/write.ts";
import { Passage } from "./passage.ts";
import { createObject } from "./registry/create.ts";
import { deleteObject } from "./registry/delete.ts";
import { listObjects } from "./registry/read.ts";
import { updateObject } from "./registry/update.ts";
import { type WatchEvent, watchObjects } from "./registry/watch.ts";
import { nameSelected, type RequestInfo } from "./request-info.ts";
import type { ApiServer } from "./server.ts";

export interface LocalIdentity {
  readonly user: User;
  /** The field manager of writes that name none. */
  readonly manager: string;
}

export class LocalClient implements Client {
  readonly #server: ApiServer;
  readonly #identity: LocalIdentity;
  readonly #cause: Cause | undefined;

  constructor(server: ApiServer, identity: LocalIdentity, cause?: Cause) {
    this.#server = server;
    this.#identity = identity;
    this.#cause = cause;
  }

  because(cause: Cause | undefined): Client {
    return new LocalClient(this.#server, this.#identity, cause);
  }

  async get<T extends AnyObject>(kind: KindOf<T>, { namespace = "", name }: Target): Promise<Shared<T>> {
    const call = { verb: "get", kind, namespace, name };
    return this.#call(call, async () => shared<T>(await this.#server.registry.get(kind, namespace, name)));
  }

  async list<T extends AnyObject>(kind: KindOf<T>, { namespace, ...options }: ListOptions = {}): Promise<List<T>> {
    const { fieldSelector = "" } = options;
    const call = { verb: "list", kind, namespace: namespace ?? "", name: "", fieldSelector };
    return this.#call(call, async () => {
      const list = await listObjects(this.#server.registry, kind, namespace, defined(options));
      return list as unknown as List<T>;
    });
  }

  async watch<T extends AnyObject>(kind: KindOf<T>, request: WatchRequest<T>): Promise<Watching> {
    const { namespace, onEvents, onEnd, onProgress: _, ...options } = request;
    const { fieldSelector = "" } = options;
    return this.#call({ verb: "watch", kind, namespace: namespace ?? "", name: "", fieldSelector }, () =>
      watchObjects(this.#server.registry, {
        kind,
        namespace,
        options: defined(options),
        onEvents: (events) => onEvents(events as readonly WatchEvent[] as unknown as readonly Event<T>[]),
        onEnd,
      }),
    );
  }

  async create<T extends AnyObject>(
    kind: KindOf<T>,
    object: Shared<T>,
    options: WriteOptions = {},
  ): Promise<Shared<T>> {
    const namespace = object.metadata.namespace ?? "";
    return this.#call({ verb: "create", kind, namespace, name: "" }, async (context) => {
      const draft = complete({ kind, stored: kind }, draftOf(kind, object));
      context.audited?.requestObject(structuredClone(draft));
      const made = await createObject(this.#server.registry, {
        ...{ kind, namespace, object: draft, context },
        options: this.#write(options),
      });
      return shared<T>(made);
    });
  }

  async update<T extends AnyObject>(
    kind: KindOf<T>,
    object: Shared<T>,
    options: WriteOptions = {},
  ): Promise<Shared<T>> {
    const { namespace = "", name = "" } = object.metadata;
    return this.#change(kind, { namespace, name }, options, "update", () => draftOf(kind, object));
  }

  async patch<T extends AnyObject>(
    kind: KindOf<T>,
    target: Target,
    patch: unknown,
    options: PatchOptions = {},
  ): Promise<Shared<T>> {
    const { type = "merge", force, ...rest } = options;
    if (type === "merge") {
      return this.#change(kind, target, rest, "patch", (current) => {
        const next = mergePatch(current, patch) as Draft;
        return draftOf(kind, { ...next, metadata: { ...next.metadata } });
      });
    }
    const media = {
      json: "json-patch+json",
      strategic: "strategic-merge-patch+json",
      apply: "apply-patch+yaml",
    }[type];
    const query = new URLSearchParams();
    if (rest.fieldManager) query.set("fieldManager", rest.fieldManager);
    if (rest.dryRun) query.set("dryRun", "All");
    if (force) query.set("force", "true");
    const path = pathOf(kind, target, rest.subresource);
    return (await this.#request("PATCH", path, query, patch, `application/${media}`)) as Shared<T>;
  }

  async delete(kind: Kind, { namespace = "", name }: Target, options: DeleteOptions = {}): Promise<void> {
    await this.#call({ verb: "delete", kind, namespace, name }, (context) =>
      deleteObject(this.#server.registry, { kind, namespace, name, options: defined(options), context }),
    );
  }

  async deleteCollection(kind: Kind, selection: Selection, options: DeleteOptions = {}): Promise<void> {
    const { namespace, ...selectors } = selection;
    const { registry } = this.#server;
    await this.#call({ verb: "deletecollection", kind, namespace: namespace ?? "", name: "" }, async (context) => {
      const { items } = await listObjects(registry, kind, namespace, defined(selectors));
      const one = async ({ metadata }: KubeObject): Promise<void> => {
        const { namespace: of = "", name = "" } = metadata;
        try {
          const about = { kind, namespace: of, name, options: defined(options), context, inCollection: true };
          await deleteObject(registry, about);
        } catch (error) {
          if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
        }
      };
      await Promise.all(items.map(one));
    });
  }

  async post(kind: Kind, target: Target, subresource: string, body: object): Promise<unknown> {
    const path = pathOf(kind, target, subresource);
    return this.#request("POST", path, new URLSearchParams(), body, "application/json");
  }

  async #change<T extends AnyObject>(
    kind: KindOf<T>,
    { namespace = "", name }: Target,
    options: WriteOptions,
    verb: string,
    change: (current: KubeObject) => Draft,
  ): Promise<Shared<T>> {
    const subresource = options.subresource ?? "";
    return this.#call({ verb, kind, namespace, name, subresource }, async (context) => {
      const { object } = await updateObject(this.#server.registry, {
        ...{ kind, subresource, namespace, name, context },
        change: (current) => complete({ kind, stored: kind }, change(current)),
        options: this.#write(options),
      });
      return shared<T>(object);
    });
  }

  /** Carries out what the identity may do, noted and counted as a request from outside is. */
  async #call<T>(call: Call, run: (context: RequestContext) => Promise<T>): Promise<T> {
    const { onlookers, registry } = this.#server;
    if (!onlookers.auditor && !onlookers.requests) {
      await this.#authorize(call);
      await this.#server.interfere?.(infoOf(call), this.#identity.user);
      return run(this.#context(uuid(registry.random)));
    }
    const passage = new Passage(uuid(registry.random), infoOf(call), registry.clock);
    passage.route = onlookers.requests?.route(passage.info, "");
    const { user, manager } = this.#identity;
    const uri = pathOf(call.kind, call, call.subresource);
    passage.record = onlookers.auditor?.beginLocal(uri, manager, passage.info, user, passage.id);
    let code = call.verb === "create" ? 201 : 200;
    try {
      await this.#authorize(call, passage.record);
      await this.#server.interfere?.(passage.info, this.#identity.user);
      return await run(this.#context(passage.id, passage.record));
    } catch (error) {
      passage.fault = error;
      code = error instanceof ApiError ? error.code : 500;
      throw error;
    } finally {
      passage.finish({ status: code, headers: {}, body: [] }, onlookers.requests, registry.clock);
    }
  }

  async #authorize(
    { verb, kind, namespace, name, subresource = "", fieldSelector = "" }: Call,
    record?: AuditRecord,
  ): Promise<void> {
    const attributes: Attributes = {
      ...infoOf({ verb, kind, namespace, name, subresource }),
      user: this.#identity.user,
      name: name || nameSelected(fieldSelector),
      ...(fieldSelector && { fieldSelector }),
    };
    const { allowed, reason } = await this.#server.authorizer.authorize(attributes);
    record?.annotate("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
    record?.annotate("authorization.k8s.io/reason", reason);
    if (!allowed) throw forbidden(resourceOf(kind), name, refusal(attributes, reason));
  }

  /** Goes the way of requests from outside, for what only handlers can do. */
  async #request(method: string, path: string, query: URLSearchParams, body: unknown, type: string): Promise<unknown> {
    const request: HttpRequest = {
      method,
      path,
      query,
      headers: { "content-type": type, accept: "application/json", "user-agent": this.#identity.manager },
      body: async () => new TextEncoder().encode(JSON.stringify(body)),
      certificateUser: this.#identity.user,
      signal: new AbortController().signal,
      ...(this.#cause && { cause: this.#cause }),
    };
    const response = await this.#server.handle(request);
    if (typeof response.body === "function") throw conflict({ group: "", name: path }, "", "the answer is a stream");
    const text = response.body.map((part) => new TextDecoder().decode(part)).join("");
    const answer = JSON.parse(text) as unknown;
    if (response.status >= 400) throw ApiError.from(answer, response.status);
    return answer;
  }

  #context(id: string, record?: AuditRecord): RequestContext {
    return {
      user: this.#identity.user,
      cause: this.#cause ?? { request: id },
      defaultManager: this.#identity.manager,
      warnings: [],
      ...(record && { audited: record, audit: (key, value) => record.annotate(key, value) }),
    };
  }

  #write({ dryRun, fieldManager }: WriteOptions): { dryRun: boolean; fieldManager: string } {
    return { dryRun: dryRun ?? false, fieldManager: fieldManager ?? "" };
  }
}

/** What is called for. */
interface Call {
  readonly verb: string;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly subresource?: string;
  readonly fieldSelector?: string;
}

const infoOf = ({ verb, kind, namespace, name, subresource = "" }: Call): RequestInfo => ({
  ...{ verb, name, subresource, isResource: true, path: "", rest: "" },
  ...{ group: kind.group, version: kind.version, resource: kind.plural },
  namespace: kind.plural === "namespaces" ? name : namespace,
});

const shared = <T>(object: KubeObject): Shared<T> => object as unknown as Shared<T>;

/** The options without those that are undefined. */
function defined<O extends object>(options: O): { [K in keyof O]: Exclude<O[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof O]: Exclude<O[K], undefined>;
  };
}

/** A draft as one from outside would be: what Go always writes is there, such as a container's empty `resources`. */
const draftOf = (kind: Kind, object: unknown): Draft => decode(kind.schema, object) as Draft;

/** Where the API serves an object or its subresource. */
export function pathOf(kind: Kind, { namespace, name }: Target, subresource?: string): string {
  const root = kind.group ? `/apis/${groupVersionOf(kind)}` : `/api/${kind.version}`;
  const inside = kind.namespaced && namespace ? `/namespaces/${namespace}` : "";
  return `${root}${inside}/${kind.plural}${name && `/${name}`}${subresource ? `/${subresource}` : ""}`;
}
