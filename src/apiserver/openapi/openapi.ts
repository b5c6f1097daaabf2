/** `/openapi/v3` and `/openapi/v2`: the API in the form that clients generate and check by. All of it follows from the catalog. */
import type { Catalog } from "../../api/catalog.ts";
import { methodNotAllowed } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import { types } from "../../api/schema/types.ts";
import type { Clock } from "../../base/clock.ts";
import { groupBy } from "../../base/group-by.ts";
import { acceptClauses } from "../encode/negotiate.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondText } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";
import { Descriptions, type LoadWords, noWords, type Words } from "./descriptions.ts";
import { Paths } from "./paths.ts";
import { Schemas, versionPath } from "./schemas.ts";
import { swaggerProtobuf } from "./swagger-protobuf.ts";

interface Document {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hash: string;
}

const encoder = new TextEncoder();
const info = { title: "Kubernetes", version: "v1.36.2" };
const security = {
  securitySchemes: {
    BearerToken: { type: "apiKey", description: "Bearer Token authentication", name: "authorization", in: "header" },
  },
};
const protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
/** The older name is one that Go takes for no media type: it is asked for, and never given. */
const protobufTypes = [protobufType, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"];
/** Documents are big and asked for once by each client, who keeps them: only so many are kept here. */
const mostKept = 3;
const yearMs = 365 * 24 * 3600 * 1000;

export class OpenApi implements PathHandler {
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  readonly #loadWords: LoadWords;
  readonly #hashes = new Map<string, string>();
  readonly #documents = new Map<string, Promise<Document>>();
  /** Let go of as soon as nothing is made of them. */
  #words: WeakRef<Words> | undefined;
  #generation = -1;

  constructor(catalog: Catalog, clock: Clock, loadWords: LoadWords = noWords) {
    this.#catalog = catalog;
    this.#clock = clock;
    this.#loadWords = loadWords;
  }

  async handle(request: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    if (path !== "/openapi/v2" && path !== "/openapi/v3" && !path.startsWith("/openapi/v3/")) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
    if (this.#generation !== this.#catalog.generation) {
      this.#documents.clear();
      this.#hashes.clear();
      this.#generation = this.#catalog.generation;
    }
    if (path === "/openapi/v2") return this.#answerV2(request);
    const wanted = path.slice("/openapi/v3/".length);
    if (!wanted) return this.#index();
    const kinds = this.#versions().get(wanted);
    if (!kinds) return undefined;
    const document = await this.#document(wanted, async () => json(v3(kinds, await this.#descriptions())));
    const { query } = request;
    const hash = query.get("hash");
    if (hash && hash !== document.hash) {
      const location = `${path}?hash=${document.hash}`;
      return { status: 301, headers: { location, "content-type": "text/plain; charset=utf-8" }, body: [] };
    }
    return this.#answer(request, document, "application/json", hash !== null);
  }

  async #descriptions(): Promise<Descriptions> {
    let words = this.#words?.deref();
    if (!words) {
      words = await this.#loadWords();
      this.#words = new WeakRef(words);
    }
    return new Descriptions(words);
  }

  #versions(): Map<string, Kind[]> {
    return groupBy(this.#catalog.all(), versionPath);
  }

  async #index(): Promise<HttpResponse> {
    const paths: Record<string, unknown> = {};
    const descriptions = await this.#descriptions();
    for (const [path, kinds] of this.#versions()) {
      const hash =
        this.#hashes.get(path) ?? (await this.#document(path, async () => json(v3(kinds, descriptions)))).hash;
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
    }
    return respondText(200, JSON.stringify({ paths }));
  }

  /** A document is made when it is first asked for, and again when it has made way for others. */
  #document(name: string, make: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Document> {
    let known = this.#documents.get(name);
    if (!known) {
      known = make().then(finish);
      known.then(
        ({ hash }) => this.#hashes.set(name, hash),
        () => this.#documents.delete(name),
      );
    }
    this.#documents.delete(name);
    this.#documents.set(name, known);
    for (const oldest of this.#documents.keys()) {
      if (this.#documents.size <= mostKept) break;
      this.#documents.delete(oldest);
    }
    return known;
  }

  /** The same document never changes: who has its hash may keep it. */
  #answer({ headers }: HttpRequest, { bytes, hash }: Document, type: string, immutable = false): HttpResponse {
    const etag = `"${hash}"`;
    const common = {
      etag,
      vary: "Accept",
      "content-type": type,
      ...(immutable && {
        "cache-control": "public, immutable",
        expires: new Date(this.#clock.now() + yearMs).toUTCString(),
      }),
    };
    if (headers["if-none-match"] === etag) return { status: 304, headers: common, body: [] };
    return { status: 200, headers: common, body: [bytes] };
  }

  /** The older form: definitions of all kinds, without paths. */
  async #answerV2(request: HttpRequest): Promise<HttpResponse> {
    if (acceptClauses(request.headers.accept ?? "").some(({ type }) => protobufTypes.includes(type))) {
      const make = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(swaggerProtobuf(await this.#v2()));
      return this.#answer(request, await this.#document("v2 protobuf", make), protobufType);
    }
    return this.#answer(request, await this.#document("v2", async () => json(await this.#v2())), "application/json");
  }

  async #v2(): Promise<{ readonly [key: string]: unknown }> {
    const schemas = new Schemas(await this.#descriptions());
    for (const kind of this.#catalog.all()) schemas.kind(kind);
    schemas.struct(types.struct("meta/v1.ListMeta"));
    const text = JSON.stringify(Object.fromEntries([...schemas.all].sort(([a], [b]) => (a < b ? -1 : 1))));
    const definitions = JSON.parse(text.replaceAll("#/components/schemas/", "#/definitions/"), inSwagger) as object;
    return { swagger: "2.0", info, paths: {}, definitions };
  }
}

/** The older form knows no choice of types. */
function inSwagger(_: string, value: unknown): unknown {
  if (!value || typeof value !== "object" || !("oneOf" in value)) return value;
  const { oneOf: __, ...rest } = value;
  return { ...rest, type: "string" };
}

const json = (value: object): Uint8Array<ArrayBuffer> => encoder.encode(JSON.stringify(value));

function v3(kinds: readonly Kind[], descriptions: Descriptions): object {
  const schemas = new Schemas(descriptions);
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

async function finish(bytes: Uint8Array<ArrayBuffer>): Promise<Document> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-512", bytes));
  const hash = [...digest]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
  return { bytes, hash };
}
