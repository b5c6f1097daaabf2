/** The operations of built-in kinds. */
import type { GroupVersionKind, Kind, Verb } from "../../api/kind.ts";
import type { Schema } from "./fixed-schemas.ts";
import type { Options } from "./options.ts";
import {
  capital,
  type Method,
  nameParameter,
  namespaceParameter,
  type Parameter,
  pathWithin,
  pretty,
  type Route,
  versionPath,
  withArticle,
} from "./routes.ts";
import type { Schemas } from "./schemas.ts";

export const media = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const streamed = [...media, "application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];
const patchMedia = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];
const anything = ["*/*"];
const text: Schema = { type: "string" };
/** Sessions are opened with any of these. */
const proxied: readonly Method[] = ["get", "put", "post", "delete", "options", "head", "patch"];
const connected: readonly Method[] = ["get", "post"];

interface Asked {
  readonly path: string;
  readonly method: Method;
  readonly action: string;
  readonly operation: string;
  readonly words: string;
  readonly about?: GroupVersionKind;
  readonly parameters?: readonly Parameter[];
  readonly body?: Schema;
  readonly produces?: readonly string[];
  readonly answers: Route["responses"];
}

export class KindRoutes {
  readonly #schemas: Schemas;
  readonly #options: Options;

  constructor(schemas: Schemas, options: Options) {
    this.#schemas = schemas;
    this.#options = options;
  }

  of(kind: Kind): Route[] {
    const asked = [
      ...this.#collection(kind),
      ...this.#single(kind),
      ...this.#watches(kind),
      ...this.#ownSubresources(kind),
      ...this.#foreignSubresources(kind),
    ];
    return asked.map((one) => routeOf(kind, one));
  }

  #collection(kind: Kind): Asked[] {
    const { collection: path, everywhere, named } = placesOf(kind);
    const { one, list } = this.#schemas.kind(kind);
    const has = (verb: Verb): boolean => kind.verbs.includes(verb);
    const listing: Asked = {
      path,
      method: "get",
      action: "list",
      operation: `list${named}`,
      words: `list ${has("watch") ? "or watch " : ""}objects of kind ${kind.kind}`,
      parameters: this.#options.of("meta/v1.ListOptions"),
      produces: streamed,
      answers: { 200: list },
    };
    const all: Asked[] = [];
    if (has("list") && everywhere)
      all.push({ ...listing, path: everywhere, operation: `list${kind.kind}ForAllNamespaces` });
    if (has("list")) all.push(listing);
    if (has("create")) all.push(this.#create(path, kind.kind, named, one));
    if (has("deletecollection")) all.push(this.#deleteCollection(path, kind.kind, named));
    return all;
  }

  #create = (path: string, noun: string, named: string, schema: Schema, subresource = ""): Asked => ({
    path,
    method: "post",
    action: "post",
    operation: `create${named}`,
    words: `create ${subresource && `${subresource} of `}${withArticle(noun)}`,
    parameters: this.#options.of("meta/v1.CreateOptions"),
    body: schema,
    answers: { 200: schema, 201: schema, 202: schema },
  });

  #deleteCollection(path: string, noun: string, named: string): Asked {
    return {
      path,
      method: "delete",
      action: "deletecollection",
      operation: `deletecollection${named}`,
      words: `delete collection of ${noun}`,
      parameters: [
        ...this.#options.of("meta/v1.DeleteOptions"),
        ...this.#options.of("meta/v1.ListOptions", "watch", "allowWatchBookmarks"),
      ],
      body: this.#schemas.type("meta/v1.DeleteOptions"),
      answers: { 200: this.#schemas.type("meta/v1.Status") },
    };
  }

  #single(kind: Kind): Asked[] {
    const { collection, named } = placesOf(kind);
    const { one } = this.#schemas.kind(kind);
    const path = `${collection}/{name}`;
    const all = this.#readsAndWrites(kind.verbs, path, `the specified ${kind.kind}`, named, one);
    if (!kind.verbs.includes("delete")) return all;
    const { returnsDeleted, deletionFinalizers, holdsDeletion } = kind.strategy;
    // Objects that others hold are shown while they go, which documents do not tell.
    const isHeld = deletionFinalizers !== undefined || holdsDeletion !== undefined;
    const deleted = returnsDeleted && !isHeld ? one : this.#schemas.type("meta/v1.Status");
    return [
      ...all,
      {
        path,
        method: "delete",
        action: "delete",
        operation: `delete${named}`,
        words: `delete ${withArticle(kind.kind)}`,
        parameters: this.#options.of("meta/v1.DeleteOptions"),
        body: this.#schemas.type("meta/v1.DeleteOptions"),
        answers: { 200: deleted, 202: deleted },
      },
    ];
  }

  #readsAndWrites(verbs: readonly Verb[], path: string, of: string, named: string, schema: Schema): Asked[] {
    const all: Asked[] = [];
    const answers = { 200: schema, 201: schema };
    if (verbs.includes("get"))
      all.push({
        path,
        method: "get",
        action: "get",
        operation: `read${named}`,
        words: `read ${of}`,
        answers: { 200: schema },
      });
    if (verbs.includes("update"))
      all.push({
        path,
        method: "put",
        action: "put",
        operation: `replace${named}`,
        words: `replace ${of}`,
        parameters: this.#options.of("meta/v1.UpdateOptions"),
        body: schema,
        answers,
      });
    if (verbs.includes("patch"))
      all.push({
        path,
        method: "patch",
        action: "patch",
        operation: `patch${named}`,
        words: `partially update ${of}`,
        parameters: this.#options.of("meta/v1.PatchOptions"),
        body: this.#schemas.patch(),
        answers,
      });
    return all;
  }

  /** The old paths of watches, which still lead there. */
  #watches(kind: Kind): Asked[] {
    if (!kind.verbs.includes("watch")) return [];
    const { collection, everywhere, named } = placesOf(kind, "/watch");
    const common = {
      method: "get" as const,
      parameters: this.#options.of("meta/v1.ListOptions"),
      produces: streamed,
      answers: { 200: this.#schemas.watchEvent() },
    };
    const old = "deprecated: use the 'watch' parameter with a list operation instead";
    const lists = {
      ...common,
      action: "watchlist",
      words: `watch individual changes to a list of ${kind.kind}. ${old}.`,
    };
    return [
      ...(everywhere ? [{ ...lists, path: everywhere, operation: `watch${kind.kind}ListForAllNamespaces` }] : []),
      { ...lists, path: collection, operation: `watch${named}List` },
      {
        ...common,
        action: "watch",
        path: `${collection}/{name}`,
        operation: `watch${named}`,
        words: `watch changes to an object of kind ${kind.kind}. ${old}, filtered to a single item with the 'fieldSelector' parameter.`,
      },
    ];
  }

  #ownSubresources(kind: Kind): Asked[] {
    const { collection, named } = placesOf(kind);
    const { one } = this.#schemas.kind(kind);
    const of = `of the specified ${kind.kind}`;
    const all = Object.entries(kind.objectSubresources).flatMap(([name, { verbs }]) =>
      this.#readsAndWrites(verbs, `${collection}/{name}/${name}`, `${name} ${of}`, named + capital(name), one),
    );
    if (!kind.scale) return all;
    const schema = this.#schemas.type("autoscaling/v1.Scale");
    const about = { group: "autoscaling", version: "v1", kind: "Scale" };
    const scale = this.#readsAndWrites(
      ["get", "update", "patch"],
      `${collection}/{name}/scale`,
      `scale ${of}`,
      `${named}Scale`,
      schema,
    );
    return [...all, ...scale.map((asked) => ({ ...asked, about }))];
  }

  #foreignSubresources(kind: Kind): Asked[] {
    const { collection, named } = placesOf(kind);
    return Object.entries(kind.foreignSubresources).flatMap(([name, { kind: about }]): Asked[] => {
      const path = `${collection}/{name}/${name}`;
      if (name === "log") return [this.#log(kind, path, named)];
      if (about.kind.endsWith("Options")) return this.#connections(kind, name, about);
      const schema = this.#schemas.type(typeOf(about));
      return [{ ...this.#create(path, kind.kind, named + capital(name), schema, name), about }];
    });
  }

  #log = (kind: Kind, path: string, named: string): Asked => ({
    path,
    method: "get",
    action: "get",
    operation: `read${named}Log`,
    words: `read log of the specified ${kind.kind}`,
    parameters: this.#options.of("core/v1.PodLogOptions"),
    produces: ["text/plain", ...media],
    answers: { 200: text },
  });

  #connections(kind: Kind, name: string, about: GroupVersionKind): Asked[] {
    const { collection, named } = placesOf(kind);
    const isProxy = name === "proxy";
    const places = [
      { path: `${collection}/{name}/${name}`, suffix: "" },
      ...(isProxy ? [{ path: `${collection}/{name}/${name}/{path}`, suffix: "WithPath" }] : []),
    ];
    return places.flatMap(({ path, suffix }) =>
      (isProxy ? proxied : connected).map((method) => ({
        path,
        method,
        action: "connect",
        operation: `connect${capital(method)}${named}${capital(name)}${suffix}`,
        words: `connect ${method.toUpperCase()} requests to ${name} of ${kind.kind}`,
        about,
        parameters: this.#options.of(typeOf(about)),
        produces: anything,
        answers: { 200: text },
      })),
    );
  }
}

/** The folder of a group is the first part of its name; the core group has one too. */
const typeOf = ({ group, version, kind }: GroupVersionKind): string =>
  `${group.split(".")[0] || "core"}/${version}.${kind}`;

function placesOf(
  kind: Kind,
  inside = "",
): { readonly collection: string; readonly everywhere?: string; readonly named: string } {
  const root = `/${versionPath(kind)}${inside}`;
  const everywhere = `${root}/${kind.plural}`;
  if (!kind.namespaced) return { collection: everywhere, named: kind.kind };
  return { collection: `${root}/namespaces/{namespace}/${kind.plural}`, everywhere, named: `Namespaced${kind.kind}` };
}

function routeOf(kind: Kind, asked: Asked): Route {
  const { path, method, action, operation, words, body, produces = media, answers } = asked;
  const { group, version, kind: name } = asked.about ?? kind;
  return {
    path,
    method,
    action,
    operation,
    description: words,
    kind: { group, version, kind: name },
    parameters: [
      ...(action === "connect" ? [] : [pretty]),
      ...(path.includes("{namespace}") ? [namespaceParameter] : []),
      ...(path.includes("{name}") ? [nameParameter(name)] : []),
      ...(path.endsWith("{path}") ? [pathWithin] : []),
      ...(asked.parameters ?? []),
    ],
    ...(body && { body: { schema: body, isRequired: method !== "delete" } }),
    consumes: method === "patch" && action !== "connect" ? patchMedia : anything,
    produces,
    responses: answers,
  };
}
