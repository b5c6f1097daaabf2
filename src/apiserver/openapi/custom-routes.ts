/** The operations of custom kinds: fewer than those of the built-in ones, and told a little differently. */
import type { GroupVersionKind, Kind } from "../../api/kind.ts";
import type { Schema } from "./fixed-schemas.ts";
import type { Options } from "./options.ts";
import {
  capital,
  type Method,
  nameParameter,
  namespaceParameter,
  type Parameter,
  pretty,
  type Route,
  versionPath,
  withArticle,
} from "./routes.ts";
import type { Schemas } from "./schemas.ts";

const media = ["application/json", "application/yaml"];
const patchMedia = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

interface Places {
  readonly collection: string;
  readonly everywhere?: string;
}

function placesOf(kind: Kind): Places {
  const root = `/${versionPath(kind)}`;
  const everywhere = `${root}/${kind.plural}`;
  return kind.namespaced
    ? { collection: `${root}/namespaces/{namespace}/${kind.plural}`, everywhere }
    : { collection: everywhere };
}

interface Asked {
  readonly path: string;
  readonly method: Method;
  readonly action: string;
  /** What the operation's name begins with. */
  readonly verb: string;
  readonly subresource?: string;
  readonly words: string;
  readonly options: readonly Parameter[];
  readonly body?: Schema;
  readonly answers: Route["responses"];
}

export class CustomRoutes {
  readonly #schemas: Schemas;
  readonly #options: Options;

  constructor(schemas: Schemas, options: Options) {
    this.#schemas = schemas;
    this.#options = options;
  }

  of(kind: Kind): Route[] {
    const { collection } = placesOf(kind);
    const { one } = this.#schemas.kind(kind);
    const named = `${collection}/{name}`;
    const route = (asked: Asked): Route => routeOf(kind, asked);
    const options = this.#options;
    const status = this.#schemas.type("meta/v1.Status");
    return [
      ...this.#collection(kind, status),
      ...this.#single(kind, named, one, ""),
      route({
        path: named,
        method: "delete",
        action: "delete",
        verb: "delete",
        words: `delete ${withArticle(kind.kind)}`,
        options: options.of("meta/v1.DeleteOptions"),
        body: this.#schemas.type("meta/v1.DeleteOptions"),
        answers: { 200: status, 202: status },
      }),
      ...(kind.hasStatus ? this.#single(kind, `${named}/status`, one, "status") : []),
      ...(kind.scale ? this.#single(kind, `${named}/scale`, this.#schemas.type("autoscaling/v1.Scale"), "scale") : []),
    ];
  }

  #collection(kind: Kind, status: Schema): Route[] {
    const { collection, everywhere } = placesOf(kind);
    const { one, list } = this.#schemas.kind(kind);
    const options = this.#options.of("meta/v1.ListOptions");
    const route = (asked: Asked): Route => routeOf(kind, asked);
    const words = `list objects of kind ${kind.kind}`;
    const listing: Asked = {
      path: collection,
      method: "get",
      action: "list",
      verb: "list",
      words,
      options,
      answers: { 200: list },
    };
    return [
      ...(everywhere
        ? [{ ...route({ ...listing, path: everywhere }), operation: `list${kind.kind}ForAllNamespaces` }]
        : []),
      route(listing),
      route({
        path: collection,
        method: "post",
        action: "post",
        verb: "create",
        words: `create ${withArticle(kind.kind)}`,
        options: this.#options.of("meta/v1.CreateOptions"),
        body: one,
        answers: { 200: one, 201: one, 202: one },
      }),
      route({
        path: collection,
        method: "delete",
        action: "deletecollection",
        verb: "deletecollection",
        words: `delete collection of ${kind.kind}`,
        options,
        answers: { 200: status },
      }),
    ];
  }

  /** Reading, replacing and patching: of objects, and of their subresources. */
  #single(kind: Kind, path: string, schema: Schema, subresource: string): Route[] {
    const of = `${subresource && `${subresource} of `}the specified ${kind.kind}`;
    const common = { path, subresource };
    const asked: Asked[] = [
      {
        ...common,
        method: "get",
        action: "get",
        verb: "read",
        words: `read ${of}`,
        options: this.#options.of("meta/v1.GetOptions"),
        answers: { 200: schema },
      },
      {
        ...common,
        method: "put",
        action: "put",
        verb: "replace",
        words: `replace ${of}`,
        options: this.#options.of("meta/v1.UpdateOptions"),
        body: schema,
        answers: { 200: schema, 201: schema },
      },
      {
        ...common,
        method: "patch",
        action: "patch",
        verb: "patch",
        words: `partially update ${of}`,
        options: this.#options.of("meta/v1.PatchOptions"),
        body: this.#schemas.patch(),
        answers: { 200: schema },
      },
    ];
    return asked.map((one) => routeOf(kind, one));
  }
}

function routeOf(kind: Kind, asked: Asked): Route {
  const { path, method, action, verb, subresource = "", words, options, body, answers } = asked;
  const about: GroupVersionKind = { group: kind.group, version: kind.version, kind: kind.kind };
  return {
    path,
    method,
    action,
    operation: `${verb}${kind.namespaced ? "Namespaced" : ""}${kind.kind}${capital(subresource)}`,
    description: words,
    kind: about,
    parameters: [
      pretty,
      ...(path.includes("{namespace}") ? [namespaceParameter] : []),
      ...(path.includes("{name}") ? [nameParameter(kind.kind)] : []),
      ...options,
    ],
    ...(body && { body: { schema: body, isRequired: method !== "delete" } }),
    consumes: method === "patch" ? patchMedia : media,
    produces: media,
    responses: answers,
  };
}
