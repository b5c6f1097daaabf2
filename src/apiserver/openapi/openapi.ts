/** `/openapi/v3` and `/openapi/v2`: the API in the form that clients generate and check by. All of it follows from the catalog. */
import type { Catalog } from "../../api/catalog.ts";
import { methodNotAllowed } from "../../api/errors.ts";
import type { Clock } from "../../base/clock.ts";
import { acceptClauses } from "../encode/negotiate.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondText } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";
import { Descriptions, type LoadWords, noWords, type Words } from "./descriptions.ts";
import { partsOf, swagger, type V3Part, v3Document } from "./documents.ts";
import { mergedSwagger, type Swagger } from "./merge-swagger.ts";
import { swaggerProtobuf } from "./swagger-protobuf.ts";

/** Documents of other servers, and a key that is another when they are others. */
export type Others = () => Promise<{ readonly key: string; readonly documents: readonly Swagger[] }>;
const nobody: Others = async () => ({ key: "", documents: [] });

interface Document {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hash: string;
}

const encoder = new TextEncoder();
const jsonType = "application/json";
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
  readonly #others: Others;
  readonly #hashes = new Map<string, string>();
  readonly #documents = new Map<string, Promise<Document>>();
  /** Let go of as soon as nothing is made of them. */
  #words: WeakRef<Words> | undefined;
  #parts: ReadonlyMap<string, V3Part> = new Map();
  #generation = -1;

  /** `others`: whose documents of v2 stand in ours. */
  constructor(catalog: Catalog, clock: Clock, loadWords: LoadWords = noWords, others: Others = nobody) {
    this.#others = others;
    this.#catalog = catalog;
    this.#clock = clock;
    this.#loadWords = loadWords;
  }

  async handle(request: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    if (path !== "/openapi/v2" && path !== "/openapi/v3" && !path.startsWith("/openapi/v3/")) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
    this.#forgetChanged();
    if (path === "/openapi/v2") return this.#answerV2(request);
    const wanted = path.slice("/openapi/v3/".length);
    if (!wanted) return this.#index();
    const part = this.#parts.get(wanted);
    if (!part) return { status: 404, headers: {}, body: [] };
    if (!chosen(request, [jsonType])) return notAcceptable;
    const document = await this.#document(wanted, async () => json(v3Document(part, await this.#descriptions())));
    const { query } = request;
    const hash = query.get("hash");
    if (hash && hash !== document.hash) {
      const location = `${path}?hash=${document.hash}`;
      return { status: 301, headers: { location, "content-type": "text/plain; charset=utf-8" }, body: [] };
    }
    return this.#answer(request, document, jsonType, hash !== null);
  }

  async #descriptions(): Promise<Descriptions> {
    let words = this.#words?.deref();
    if (!words) {
      words = await this.#loadWords();
      this.#words = new WeakRef(words);
    }
    return new Descriptions(words);
  }

  /** Only what is about other kinds than before is made anew. */
  #forgetChanged(): void {
    if (this.#generation === this.#catalog.generation) return;
    this.#generation = this.#catalog.generation;
    const parts = partsOf(this.#catalog);
    for (const name of [...this.#hashes.keys(), ...this.#documents.keys()]) {
      const [old, next] = [this.#parts.get(name), parts.get(name)];
      if (old && next && old.kinds.length === next.kinds.length && old.kinds.every((kind, i) => kind === next.kinds[i]))
        continue;
      this.#hashes.delete(name);
      this.#documents.delete(name);
    }
    this.#parts = parts;
  }

  async #index(): Promise<HttpResponse> {
    const paths: Record<string, unknown> = {};
    const descriptions = await this.#descriptions();
    for (const [path, part] of this.#parts) {
      const hash =
        this.#hashes.get(path) ?? (await this.#document(path, async () => json(v3Document(part, descriptions)))).hash;
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
    }
    return respondText(200, JSON.stringify({ paths }));
  }

  /** A document is made when it is first asked for, and again when it has made way for others. */
  #document(name: string, make: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Document> {
    let known = this.#documents.get(name);
    if (!known) {
      known = make().then(finish);
      const generation = this.#generation;
      known.then(
        ({ hash }) => generation === this.#generation && this.#hashes.set(name, hash),
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
    if (isKnown(headers["if-none-match"], etag)) return { status: 304, headers: common, body: [] };
    return { status: 200, headers: common, body: [bytes] };
  }

  /** The older form: all kinds in one document. */
  async #answerV2(request: HttpRequest): Promise<HttpResponse> {
    const type = chosen(request, [jsonType, ...protobufTypes]);
    if (!type) return notAcceptable;
    const { key, documents } = await this.#others();
    const isJson = type === jsonType;
    const make = async (): Promise<Uint8Array<ArrayBuffer>> => {
      const own = swagger(this.#catalog, await this.#descriptions());
      const whole = documents.length ? mergedSwagger(own, documents) : own;
      return isJson ? json(whole) : new Uint8Array(swaggerProtobuf(whole));
    };
    const document = await this.#document(`v2 ${isJson ? "JSON" : "protobuf"} ${key}`, make);
    return this.#answer(request, document, isJson ? jsonType : protobufType);
  }
}

const json = (value: object): Uint8Array<ArrayBuffer> => encoder.encode(JSON.stringify(value));

const notAcceptable: HttpResponse = { status: 406, headers: { vary: "Accept" }, body: [] };

/** The first type that the client takes, in its own order. */
function chosen({ headers }: HttpRequest, offered: readonly string[]): string | undefined {
  for (const { type } of acceptClauses(headers.accept || "*/*")) {
    if (type === "*/*" || type === "application/*") return offered[0];
    if (offered.includes(type)) return type;
  }
  return undefined;
}

/** Whether the client has the document already; it may name several, and call them weak. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag) ?? false;

async function finish(bytes: Uint8Array<ArrayBuffer>): Promise<Document> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-512", bytes));
  const hash = [...digest]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
  return { bytes, hash };
}
