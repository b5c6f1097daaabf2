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
import { type Attributes, refusal } from "./authz/authorizer.ts";
import type { RequestContext, User } from "./context.ts";
import type { HttpRequest } from "./exchange.ts";
import { complete } from "./handlers/write.ts";
import { createObject } from "./registry/create.ts";
import { deleteObject } from "./registry/delete.ts";
import { listObjects } from "./registry/read.ts";
import { updateObject } from "./registry/update.ts";
import { type WatchEvent, watchObjects } from "./registry/watch.ts";
import { nameSelected } from "./request-info.ts";
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
    await this.#authorize("get", kind, namespace, name);
    return shared<T>(await this.#server.registry.get(kind, namespace, name));
  }

  async list<T extends AnyObject>(kind: KindOf<T>, { namespace, ...options }: ListOptions = {}): Promise<List<T>> {
    await this.#authorize("list", kind, namespace ?? "", "", "", options.fieldSelector);
    const list = await listObjects(this.#server.registry, kind, namespace, defined(options));
    return list as unknown as List<T>;
  }

  async watch<T extends AnyObject>(kind: KindOf<T>, request: WatchRequest<T>): Promise<Watching> {
    const { namespace, onEvents, onEnd, onProgress: _, ...options } = request;
    await this.#authorize("watch", kind, namespace ?? "", "", "", options.fieldSelector);
    return watchObjects(this.#server.registry, {
      kind,
      namespace,
      options: defined(options),
      onEvents: (events) => onEvents(events as readonly WatchEvent[] as unknown as readonly Event<T>[]),
      onEnd,
    });
  }

  async create<T extends AnyObject>(
    kind: KindOf<T>,
    object: Shared<T>,
    options: WriteOptions = {},
  ): Promise<Shared<T>> {
    const namespace = object.metadata.namespace ?? "";
    await this.#authorize("create", kind, namespace, "");
    const draft = complete({ kind, stored: kind }, draftOf(kind, object));
    return shared<T>(
      await createObject(this.#server.registry, {
        kind,
        namespace,
        object: draft,
        options: this.#write(options),
        context: this.#context(),
      }),
    );
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
    await this.#authorize("delete", kind, namespace, name);
    await deleteObject(this.#server.registry, {
      kind,
      namespace,
      name,
      options: defined(options),
      context: this.#context(),
    });
  }

  async deleteCollection(kind: Kind, selection: Selection, options: DeleteOptions = {}): Promise<void> {
    const { namespace, ...selectors } = selection;
    await this.#authorize("deletecollection", kind, namespace ?? "", "");
    const { items } = await listObjects(this.#server.registry, kind, namespace, defined(selectors));
    const one = async ({ metadata }: KubeObject): Promise<void> => {
      try {
        await deleteObject(this.#server.registry, {
          kind,
          namespace: metadata.namespace ?? "",
          name: metadata.name ?? "",
          options: defined(options),
          context: this.#context(),
        });
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
      }
    };
    await Promise.all(items.map(one));
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
    await this.#authorize(verb, kind, namespace, name, subresource);
    const { object } = await updateObject(this.#server.registry, {
      kind,
      subresource,
      namespace,
      name,
      change: (current) => complete({ kind, stored: kind }, change(current)),
      options: this.#write(options),
      context: this.#context(),
    });
    return shared<T>(object);
  }

  async #authorize(
    verb: string,
    kind: Kind,
    namespace: string,
    name: string,
    subresource = "",
    fieldSelector = "",
  ): Promise<void> {
    const attributes: Attributes = {
      user: this.#identity.user,
      verb,
      isResource: true,
      group: kind.group,
      version: kind.version,
      resource: kind.plural,
      subresource,
      namespace: kind.plural === "namespaces" ? name : namespace,
      name: name || nameSelected(fieldSelector),
      path: "",
      ...(fieldSelector && { fieldSelector }),
    };
    const { allowed, reason } = await this.#server.authorizer.authorize(attributes);
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

  #context(): RequestContext {
    return {
      user: this.#identity.user,
      cause: this.#cause ?? { request: uuid(this.#server.registry.random) },
      defaultManager: this.#identity.manager,
      warnings: [],
    };
  }

  #write({ dryRun, fieldManager }: WriteOptions): { dryRun: boolean; fieldManager: string } {
    return { dryRun: dryRun ?? false, fieldManager: fieldManager ?? "" };
  }
}

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
  return `${root}${inside}/${kind.plural}/${name}${subresource ? `/${subresource}` : ""}`;
}
