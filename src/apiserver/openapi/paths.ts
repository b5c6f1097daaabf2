/** The operations of kinds as OpenAPI v3 paths: what each takes, and what it answers. */
import type { GroupVersionKind, Kind, Verb } from "../../api/kind.ts";
import { types } from "../../api/schema/types.ts";
import { type Schema, type Schemas, versionPath } from "./schemas.ts";

type Operations = Record<string, unknown>;

const text = (name: string, description: string): Schema => ({
  name,
  in: "query",
  description,
  schema: { type: "string", uniqueItems: true },
});
const flag = (name: string, description: string): Schema => ({
  name,
  in: "query",
  description,
  schema: { type: "boolean", uniqueItems: true },
});
const number = (name: string, description: string): Schema => ({
  name,
  in: "query",
  description,
  schema: { type: "integer", uniqueItems: true },
});

const pretty = text("pretty", "If 'true', the output is printed for people.");
const written = [
  text("dryRun", "When present, nothing is stored; All is the only value."),
  text("fieldManager", "Who makes this change."),
  text("fieldValidation", "What to do about unknown and duplicate fields: Ignore, Warn or Strict."),
];
const listed = [
  flag("allowWatchBookmarks", "Whether a watch may send bookmarks."),
  text("continue", "Where the list goes on."),
  text("fieldSelector", "Only objects with these fields."),
  text("labelSelector", "Only objects with these labels."),
  number("limit", "How many at most."),
  text("resourceVersion", "Which version to read or watch from."),
  text("resourceVersionMatch", "How resourceVersion is meant."),
  flag("sendInitialEvents", "Whether a watch begins with what is there."),
  number("timeoutSeconds", "How long at most."),
  flag("watch", "Watch for changes."),
];
const deleted = [
  written[0] as Schema,
  number("gracePeriodSeconds", "How long the object has before it goes."),
  flag("orphanDependents", "Deprecated: use propagationPolicy."),
  text("propagationPolicy", "What becomes of dependents: Orphan, Background or Foreground."),
];

const media = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const patchMedia = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];

const content = (types_: readonly string[], schema: Schema) =>
  Object.fromEntries(types_.map((type) => [type, { schema }]));
const answers = (schema: Schema, ...codes: readonly string[]) =>
  Object.fromEntries([
    ...codes.map((code) => [
      code,
      { description: code === "200" ? "OK" : code === "201" ? "Created" : "Accepted", content: content(media, schema) },
    ]),
    ["401", { description: "Unauthorized" }],
  ]);

type MakeOperation = (
  verb: string,
  action: string,
  parameters: readonly Schema[],
  responses: object,
  body?: object,
) => object;

export class Paths {
  readonly all: Record<string, Operations> = {};
  readonly #schemas: Schemas;

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** Adds all paths of a kind. */
  add(kind: Kind): void {
    const { one, list } = this.#schemas.kind(kind);
    const root = `/${versionPath(kind)}`;
    const inside = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
    const has = (verb: Verb): boolean => kind.verbs.includes(verb);
    const operation = this.#operation(kind, kind);
    const collection: Operations = {
      ...(has("list") && { get: operation("list", "list", listed, answers(list, "200")) }),
      ...(has("create") && {
        post: operation("create", "post", written, answers(one, "200", "201", "202"), content(["*/*"], one)),
      }),
      ...(has("deletecollection") && {
        delete: operation(
          "deletecollection",
          "deletecollection",
          [...deleted, ...listed],
          answers(this.#status(), "200"),
          content(["*/*"], this.#deleteOptions()),
        ),
      }),
    };
    this.#put(inside, collection, [...(kind.namespaced ? [namespaceParameter] : []), pretty]);
    if (kind.namespaced && has("list")) {
      this.#put(
        `${root}/${kind.plural}`,
        { get: operation("listForAllNamespaces", "list", [], answers(list, "200")) },
        [...listed, pretty],
      );
    }
    this.#put(`${inside}/{name}`, this.#single(kind, one, has), this.#named(kind));
    this.#subresources(kind, one, inside);
  }

  #single(kind: Kind, one: Schema, has: (verb: Verb) => boolean): Operations {
    const operation = this.#operation(kind, kind);
    return {
      ...(has("get") && { get: operation("read", "get", [], answers(one, "200")) }),
      ...(has("update") && {
        put: operation("replace", "put", written, answers(one, "200", "201"), content(["*/*"], one)),
      }),
      ...(has("patch") && { patch: this.#patch(operation, one) }),
      ...(has("delete") && {
        delete: operation(
          "delete",
          "delete",
          deleted,
          answers(this.#status(), "200", "202"),
          content(["*/*"], this.#deleteOptions()),
        ),
      }),
    };
  }

  #subresources(kind: Kind, one: Schema, inside: string): void {
    const named = this.#named(kind);
    for (const [name, { verbs }] of Object.entries(kind.objectSubresources)) {
      const operation = this.#operation(kind, kind, name);
      const operations: Operations = {
        ...(verbs.includes("get") && { get: operation("read", "get", [], answers(one, "200")) }),
        ...(verbs.includes("update") && {
          put: operation("replace", "put", written, answers(one, "200", "201"), content(["*/*"], one)),
        }),
        ...(verbs.includes("patch") && { patch: this.#patch(operation, one) }),
      };
      this.#put(`${inside}/{name}/${name}`, operations, named);
    }
    if (kind.scale) {
      const scale = this.#schemas.struct(types.struct("autoscaling/v1.Scale"));
      const operation = this.#operation(kind, { group: "autoscaling", version: "v1", kind: "Scale" }, "scale");
      const operations = {
        get: operation("read", "get", [], answers(scale, "200")),
        put: operation("replace", "put", written, answers(scale, "200", "201"), content(["*/*"], scale)),
        patch: this.#patch(operation, scale),
      };
      this.#put(`${inside}/{name}/scale`, operations, named);
    }
    for (const [name, { verbs, kind: own }] of Object.entries(kind.foreignSubresources)) {
      const operation = this.#operation(kind, own, name);
      const answer = {
        "200": { description: "OK", content: content(["*/*"], { type: "string" }) },
        "401": { description: "Unauthorized" },
      };
      const operations: Operations = {
        ...(verbs.includes("get") && { get: operation("connectGet", "connect", [], answer) }),
        ...(verbs.includes("create") && { post: operation("create", "post", [], answer) }),
      };
      this.#put(`${inside}/{name}/${name}`, operations, named);
    }
  }

  #operation(kind: Kind, shown: GroupVersionKind, subresource = ""): MakeOperation {
    const group = (kind.group || "core").split(".")[0] as string;
    const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
    const suffix = `${title(group)}${title(kind.version)}${kind.namespaced ? "Namespaced" : ""}${kind.kind}${title(subresource)}`;
    return (verb, action, parameters, responses, body) => ({
      tags: [`${group}_${kind.version}`],
      description: `${verb} ${kind.kind}${subresource ? ` (${subresource})` : ""}`,
      operationId: `${verb}${suffix}`,
      ...(parameters.length && { parameters }),
      ...(body && { requestBody: { content: body } }),
      responses,
      "x-kubernetes-action": action,
      "x-kubernetes-group-version-kind": { group: shown.group, kind: shown.kind, version: shown.version },
    });
  }

  #patch(operation: MakeOperation, one: Schema): object {
    const patch = { description: "A patch, in the form that its content type says.", type: "object" };
    const force = flag("force", "Take over fields that others manage (apply).");
    return operation("patch", "patch", [...written, force], answers(one, "200", "201"), content(patchMedia, patch));
  }

  #named = (kind: Kind): Schema[] => [
    {
      name: "name",
      in: "path",
      description: `The name of the ${kind.kind}.`,
      required: true,
      schema: { type: "string", uniqueItems: true },
    },
    ...(kind.namespaced ? [namespaceParameter] : []),
    pretty,
  ];

  #status = (): Schema => this.#schemas.struct(types.struct("meta/v1.Status"));
  #deleteOptions = (): Schema => this.#schemas.struct(types.struct("meta/v1.DeleteOptions"));

  #put(path: string, operations: Operations, parameters: readonly Schema[]): void {
    if (Object.keys(operations).length) this.all[path] = { ...operations, parameters };
  }
}

const namespaceParameter: Schema = {
  name: "namespace",
  in: "path",
  description: "The namespace.",
  required: true,
  schema: { type: "string", uniqueItems: true },
};
