/**
 * Objects of any resource over HTTP, as they are: read, listed, watched, written. Warnings of the server are handed on.
 * Failures are ApiError; a server that cannot be reached is Unreachable.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import { groupVersionOf, type Resource } from "./discovery.ts";
import { apiError, type HttpRequest, readAll, type Transport } from "./transport.ts";

export type PathOf = Pick<Resource, "group" | "version" | "plural" | "namespaced">;
export type Query = Readonly<Record<string, string | undefined>>;

export interface ListAnswer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

export interface TableRow {
  readonly cells: readonly (string | number | boolean | null)[];
  readonly object: KubeObject;
}
export interface TableAnswer {
  readonly kind: "Table";
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions: readonly { readonly name: string; readonly type: string; readonly priority: number }[];
  readonly rows: readonly TableRow[];
}

export type PatchType = "json" | "merge" | "strategic" | "apply";
const patchTypes: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

export const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/** `/apis/apps/v1/namespaces/web/deployments/front/scale`. */
export function pathOf(resource: PathOf, namespace: string | undefined, name?: string, subresource?: string): string {
  const parts = [
    resource.group ? `/apis/${groupVersionOf(resource)}` : `/api/${resource.version}`,
    ...(resource.namespaced && namespace ? ["namespaces", encodeURIComponent(namespace)] : []),
    resource.plural,
    ...(name ? [encodeURIComponent(name)] : []),
    ...(subresource ? [subresource] : []),
  ];
  return parts.join("/");
}

export class RestClient {
  readonly transport: Transport;
  readonly #warn: (text: string) => void;

  constructor(transport: Transport, warn: (text: string) => void = () => {}) {
    this.transport = transport;
    this.#warn = warn;
  }

  /** Any request whose answer is JSON. */
  async json<T>(request: HttpRequest): Promise<T> {
    const { text, headers } = await this.transport.text(request);
    for (const warning of warningsIn(headers.warning)) this.#warn(warning);
    return JSON.parse(text) as T;
  }

  get(resource: PathOf, namespace: string | undefined, name: string, subresource?: string): Promise<KubeObject> {
    return this.json({ path: pathOf(resource, namespace, name, subresource) });
  }

  list(resource: PathOf, namespace: string | undefined, query: Query = {}): Promise<ListAnswer> {
    return this.#pages<ListAnswer>({ path: pathOf(resource, namespace) }, query, (all, page) => ({
      ...all,
      items: [...all.items, ...page.items],
    }));
  }

  /** One object, or with no name a list, as the server prints it. Some servers answer with what they cannot print. */
  table(path: string, query: Query = {}): Promise<TableAnswer | KubeObject> {
    return this.#pages<TableAnswer>(
      { path, accept: tableAccept },
      { includeObject: "Metadata", ...query },
      (all, page) => ({
        ...all,
        rows: [...all.rows, ...page.rows],
      }),
    );
  }

  create(resource: PathOf, namespace: string | undefined, object: object, query: Query = {}): Promise<KubeObject> {
    return this.json({ method: "POST", path: pathOf(resource, namespace), query, body: JSON.stringify(object) });
  }

  update(
    resource: PathOf,
    namespace: string | undefined,
    object: KubeObject,
    query: Query = {},
    subresource?: string,
  ): Promise<KubeObject> {
    const path = pathOf(resource, namespace, object.metadata.name, subresource);
    return this.json({ method: "PUT", path, query, body: JSON.stringify(object) });
  }

  patch(
    resource: PathOf,
    namespace: string | undefined,
    name: string,
    {
      type,
      body,
      query = {},
      subresource,
    }: { type: PatchType; body: string; query?: Query; subresource?: string | undefined },
  ): Promise<KubeObject> {
    const path = pathOf(resource, namespace, name, subresource);
    return this.json({ method: "PATCH", path, query, body, contentType: patchTypes[type] });
  }

  delete(
    resource: PathOf,
    namespace: string | undefined,
    name: string,
    options: object = {},
    query: Query = {},
  ): Promise<KubeObject> {
    return this.json({
      method: "DELETE",
      path: pathOf(resource, namespace, name),
      query,
      body: JSON.stringify(options),
    });
  }

  /** Posts to a subresource with a kind of its own: `eviction`, `token`. */
  post(
    resource: PathOf,
    namespace: string | undefined,
    name: string,
    subresource: string,
    body: object,
  ): Promise<KubeObject> {
    return this.json({
      method: "POST",
      path: pathOf(resource, namespace, name, subresource),
      body: JSON.stringify(body),
    });
  }

  /** The bytes of an answer as they come: logs, `--raw`. */
  async stream(request: HttpRequest): Promise<Readable> {
    const { status, body, headers } = await this.transport.send(request);
    for (const warning of warningsIn(headers.warning)) this.#warn(warning);
    if (status >= 400) throw apiError(await readAll(body), status);
    return body;
  }

  /** Events of one list, until the server ends it or `signal` aborts. Throws ApiError for an ERROR event. */
  async *watch<T = KubeObject>(
    path: string,
    query: Query,
    signal: AbortSignal,
    accept = "application/json",
  ): AsyncGenerator<WatchEvent<T>> {
    const body = await this.stream({ path, query: { ...query, watch: "true" }, accept, signal });
    try {
      for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (!line) continue;
        const event = JSON.parse(line) as WatchEvent<T>;
        if (event.type === "ERROR") throw ApiError.from(event.object, (event.object as { code?: number }).code ?? 500);
        yield event;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      body.destroy();
    }
  }

  async #pages<T extends { readonly metadata: { readonly continue?: string } }>(
    request: HttpRequest,
    query: Query,
    join: (all: T, page: T) => T,
  ): Promise<T> {
    let all = await this.json<T>({ ...request, query });
    while (query.limit && query.limit !== "0" && all.metadata?.continue) {
      const page = await this.json<T>({ ...request, query: { ...query, continue: all.metadata.continue } });
      all = { ...join(all, page), metadata: page.metadata };
    }
    return all;
  }
}

/** The texts in a `Warning` header (RFC 7234, 5.5): `299 - "text"`, several with commas between. */
export function warningsIn(header: string | readonly string[] | undefined): string[] {
  const text = [header ?? []].flat().join(", ");
  return [...text.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = ""]) => quoted.replace(/\\(.)/g, "$1"));
}
