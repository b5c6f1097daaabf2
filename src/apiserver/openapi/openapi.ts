/** `/openapi/v3` and `/openapi/v2`: the API in the form that clients generate and check by. All of it follows from the catalog. */
import type { Catalog } from "../../api/catalog.ts";
import { methodNotAllowed } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import { types } from "../../api/schema/types.ts";
import { groupBy } from "../../base/group-by.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondValue } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";
import { Paths } from "./paths.ts";
import { Schemas, versionPath } from "./schemas.ts";

interface Document {
  readonly text: Uint8Array;
  readonly hash: string;
}

const encoder = new TextEncoder();
const info = { title: "Kubernetes", version: "v1.36.2" };
const security = {
  securitySchemes: {
    BearerToken: { type: "apiKey", description: "Bearer Token authentication", name: "authorization", in: "header" },
  },
};

export class OpenApi implements PathHandler {
  readonly #catalog: Catalog;
  readonly #documents = new Map<string, Promise<Document>>();
  #generation = -1;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  async handle(request: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    if (path !== "/openapi/v2" && path !== "/openapi/v3" && !path.startsWith("/openapi/v3/")) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
    if (this.#generation !== this.#catalog.generation) {
      this.#documents.clear();
      this.#generation = this.#catalog.generation;
    }
    if (path === "/openapi/v2") return this.#answer(request, await this.#document("v2", () => this.#v2()));
    const wanted = path.slice("/openapi/v3/".length);
    if (!wanted) return this.#index(request);
    const kinds = this.#versions().get(wanted);
    if (!kinds) return undefined;
    return this.#answer(request, await this.#document(wanted, () => v3(kinds)));
  }

  #versions(): Map<string, Kind[]> {
    return groupBy(this.#catalog.all(), versionPath);
  }

  async #index(request: HttpRequest): Promise<HttpResponse> {
    const paths: Record<string, unknown> = {};
    for (const [path, kinds] of this.#versions()) {
      const { hash } = await this.#document(path, () => v3(kinds));
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
    }
    return respondValue({ ...request, headers: { ...request.headers, accept: "application/json" } }, 200, { paths });
  }

  /** A document is made when it is first asked for. */
  #document(name: string, make: () => object): Promise<Document> {
    let known = this.#documents.get(name);
    if (!known) {
      known = finish(make());
      this.#documents.set(name, known);
    }
    return known;
  }

  /** The same document never changes: who has its hash may keep it. */
  #answer({ query, headers }: HttpRequest, { text, hash }: Document): HttpResponse {
    const etag = `"${hash}"`;
    const common = {
      etag,
      vary: "Accept",
      "content-type": "application/json",
      ...(query.get("hash") === hash && { "cache-control": "public, immutable" }),
    };
    if (headers["if-none-match"] === etag) return { status: 304, headers: common, body: [] };
    return { status: 200, headers: common, body: [text] };
  }

  /** The older form: definitions of all kinds, without paths. */
  #v2(): object {
    const schemas = new Schemas();
    for (const kind of this.#catalog.all()) schemas.kind(kind);
    schemas.struct(types.struct("meta/v1.ListMeta"));
    const text = JSON.stringify(Object.fromEntries([...schemas.all].sort(([a], [b]) => (a < b ? -1 : 1))));
    const definitions = JSON.parse(text.replaceAll("#/components/schemas/", "#/definitions/")) as object;
    return { swagger: "2.0", info, paths: {}, definitions };
  }
}

function v3(kinds: readonly Kind[]): object {
  const schemas = new Schemas();
  schemas.struct(types.struct("meta/v1.ListMeta"));
  const paths = new Paths(schemas);
  for (const kind of kinds) paths.add(kind);
  const sorted = Object.fromEntries([...schemas.all].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: "3.0.0",
    info,
    paths: paths.all,
    components: { schemas: sorted, ...security },
  };
}

async function finish(value: object): Promise<Document> {
  const text = encoder.encode(JSON.stringify(value));
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-512", text));
  const hash = [...digest]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
  return { text, hash };
}
