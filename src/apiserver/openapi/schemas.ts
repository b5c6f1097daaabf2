/** Types as OpenAPI v3 schemas, with the extensions that clients merge by (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3). */
import type { Kind } from "../../api/kind.ts";
import { builtInKinds } from "../../api/kinds.ts";
import type { Field, Scalar, StructType, Type } from "../../api/schema/model.ts";
import { types } from "../../api/schema/types.ts";
import { type CustomKind, customListSchema, customSchema, customSchemaName } from "./custom-schema.ts";
import { apiVersionWords, type Descriptions, kindWords, listMetadataWords } from "./descriptions.ts";
import {
  deleteOptions,
  fixed,
  intOrString,
  microTime,
  ownTypes,
  patch,
  quantity,
  rawExtension,
  referenceTo,
  type Schema,
  time,
  unions,
  unmarkedLists,
  versionInfo,
  watchEvent,
} from "./fixed-schemas.ts";

/** What custom kinds say differs between the two. */
export type Form = "v2" | "v3";

/** The folder of a group in Go's package path: `core`, `apps`, `networking`. */
const packages: Readonly<Record<string, string>> = {
  meta: "io.k8s.apimachinery.pkg.apis.meta",
  metrics: "io.k8s.metrics.pkg.apis.metrics",
  apiextensions: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
  apiregistration: "io.k8s.kube-aggregator.pkg.apis.apiregistration",
};

export function schemaName({ groupVersion, name }: Pick<StructType, "groupVersion" | "name">): string {
  const [group = "", version = ""] = groupVersion.split("/");
  return `${packages[group] ?? `io.k8s.api.${group}`}.${version}.${name}`;
}

const scalars: Readonly<Record<Scalar, Schema | string>> = {
  string: { type: "string" },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  double: { type: "number", format: "double" },
  bytes: { type: "string", format: "byte" },
  Time: time,
  MicroTime: microTime,
  Quantity: quantity,
  IntOrString: intOrString,
};

/** By their folders. */
const groups = new Map(builtInKinds.map(({ group, schema }) => [schema.groupVersion.split("/")[0] ?? "", group]));

/** Collects the schemas that a document needs, each once. */
export class Schemas {
  readonly all = new Map<string, Schema>();
  readonly #descriptions: Descriptions;
  readonly #form: Form;

  constructor(descriptions: Descriptions, form: Form) {
    this.#descriptions = descriptions;
    this.#form = form;
  }

  /** A schema that stands for the type where it is used. */
  use(type: Type): Schema {
    switch (type.kind) {
      case "scalar": {
        const scalar = scalars[type.of];
        return typeof scalar === "string" ? this.#fixed(scalar) : scalar;
      }
      case "list":
        return {
          type: "array",
          items: this.use(type.of),
        };
      case "map":
        return {
          type: "object",
          additionalProperties: this.use(type.of),
          ...(type.atomic && { "x-kubernetes-map-type": "atomic" }),
        };
      case "any":
        return this.#fixed(rawExtension);
      case "struct":
        return type.name && type.groupVersion ? this.struct(type) : this.#object(type);
    }
  }

  /** A reference to the type, which is in the document from now on. */
  struct(type: StructType): Schema {
    const name = schemaName(type);
    if (fixed[name]) return this.#fixed(name, this.#descriptions.of(type));
    if (!this.all.has(name)) {
      this.all.set(name, {});
      this.all.set(name, this.#object(type));
      if (type.typed) this.#markTyped(name, type);
    }
    return { $ref: referenceTo(name) };
  }

  /** Whatever says its kind is one, served or not. */
  #markTyped(name: string, { groupVersion, name: kind }: StructType): void {
    const [folder = "", version = ""] = groupVersion.split("/");
    const group = folder === "meta" ? "" : groups.get(folder);
    if (group !== undefined) this.#mark(name, { group, version }, kind);
  }

  /** A reference to a type by its name: `meta/v1.Status`. */
  type = (name: string): Schema => this.struct(types.struct(name));
  patch = (): Schema => this.#fixed(patch);
  version = (): Schema => this.#fixed(versionInfo);
  watchEvent(): Schema {
    this.#fixed(rawExtension);
    return this.#fixed(watchEvent);
  }

  /** The object of a kind, and the list of such: they say which kind they are. */
  kind(kind: Kind): { readonly one: Schema; readonly list: Schema } {
    this.type("meta/v1.ListMeta");
    return kind.custom ? this.#custom({ ...kind, custom: kind.custom }) : this.#builtIn(kind);
  }

  #custom(kind: CustomKind): { readonly one: Schema; readonly list: Schema } {
    const name = customSchemaName(kind, kind.kind);
    const listName = customSchemaName(kind, kind.custom.listKind);
    if (!this.all.has(name)) {
      this.type("meta/v1.ObjectMeta");
      this.all.set(name, customSchema(kind, this.#form));
      this.all.set(listName, customListSchema(kind));
    }
    return { one: { $ref: referenceTo(name) }, list: { $ref: referenceTo(listName) } };
  }

  #builtIn(kind: Kind): { readonly one: Schema; readonly list: Schema } {
    const { schema } = kind;
    const one = this.struct(schema);
    const name = schemaName(schema);
    const listName = `${name}List`;
    const both = { one, list: { $ref: referenceTo(listName) } };
    this.#mark(name, kind, kind.kind);
    this.#markShared(kind);
    if (!kind.verbs.includes("list")) return both;
    const ofList = this.#descriptions.of({ groupVersion: schema.groupVersion, name: `${schema.name}List` });
    if (!this.all.has(listName))
      this.all.set(listName, this.#list(one, ofList ?? `${kind.kind}List is a list of ${kind.kind}.`));
    this.#mark(listName, kind, `${kind.kind}List`);
    return both;
  }

  #list = (of: Schema, description: string): Schema => ({
    description,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: { type: "string", description: apiVersionWords },
      items: { type: "array", items: of },
      kind: { type: "string", description: kindWords },
      metadata: {
        description: listMetadataWords,
        allOf: [{ $ref: referenceTo("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta") }],
        default: {},
      },
    },
  });

  /** Every version has the options of deletions, and the events of watches, as kinds of its own too. */
  #markShared(kind: Kind): void {
    for (const { schema, name } of [
      { schema: deleteOptions, name: "DeleteOptions" },
      { schema: watchEvent, name: "WatchEvent" },
    ])
      if (this.all.has(schema)) this.#mark(schema, kind, name);
  }

  #mark(name: string, { group, version }: Pick<Kind, "group" | "version">, kind: string): void {
    const known = this.all.get(name) ?? {};
    const mark = { group, kind, version };
    const marks = (known["x-kubernetes-group-version-kind"] ?? []) as (typeof mark)[];
    if (marks.some((m) => m.group === group && m.kind === kind && m.version === version)) return;
    this.all.set(name, { ...known, "x-kubernetes-group-version-kind": [...marks, mark] });
  }

  #fixed(name: string, description?: string): Schema {
    if (!this.all.has(name)) this.all.set(name, { ...fixed[name], ...(description && { description }) });
    return { $ref: referenceTo(name) };
  }

  #object(type: StructType): Schema {
    const union = unions[`${type.groupVersion}.${type.name}`];
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    if (type.typed) {
      properties.apiVersion = { type: "string", description: apiVersionWords };
      properties.kind = { type: "string", description: kindWords };
    }
    for (const [name, field] of type.byName) {
      properties[name] = described(this.#descriptions.ofField(type, field), this.#field(type, field));
      if (field.required) required.push(name);
    }
    const sorted = Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      ...(type.name && { description: this.#descriptions.of(type) ?? `${type.name} of ${type.groupVersion}.` }),
      type: "object",
      ...(required.length && { required }),
      ...(Object.keys(sorted).length && { properties: sorted }),
      ...(type.atomic && { "x-kubernetes-map-type": "atomic" }),
      ...(union && { "x-kubernetes-unions": [union] }),
      ...(type.preserveUnknown && { "x-kubernetes-preserve-unknown-fields": true }),
    };
  }

  #typeOf(owner: StructType, { name, type }: Field): Schema {
    const place = `${owner.groupVersion}.${owner.name}.${name}`;
    const own = ownTypes[place];
    if (type.kind !== "list") return own ? this.#fixed(own) : this.use(type);
    return {
      type: "array",
      items: own ? this.#fixed(own) : this.use(type.of),
      ...(!unmarkedLists.has(place) && { "x-kubernetes-list-type": type.topology }),
      ...(type.topology === "map" && { "x-kubernetes-list-map-keys": type.keys }),
    };
  }

  #field(owner: StructType, field: Field): Schema {
    const { patch: merging } = field;
    const schema = this.#typeOf(owner, field);
    const value = defaultOf(field);
    const strategies = [
      merging?.merge && "merge",
      merging?.replace && "replace",
      merging?.retainKeys && "retainKeys",
    ].filter(Boolean);
    return {
      // A reference cannot stand beside other words: it is wrapped.
      ...(schema.$ref ? { allOf: [schema] } : withEnum(schema, field.enum)),
      ...(value !== undefined && { default: value }),
      ...(merging?.mergeKey && { "x-kubernetes-patch-merge-key": merging.mergeKey }),
      ...(strategies.length && { "x-kubernetes-patch-strategy": strategies.join(",") }),
    };
  }
}

/** Of a list, what its items may be. */
const withEnum = (schema: Schema, values: Field["enum"]): Schema =>
  !values
    ? schema
    : schema.items
      ? { ...schema, items: { ...(schema.items as Schema), enum: values } }
      : { ...schema, enum: values };

const zeros: Readonly<Partial<Record<Scalar, unknown>>> = { string: "", bool: false, int32: 0, int64: 0, double: 0 };

/** What is there even if nobody says so has its zero for a default. */
function defaultOf({ default: own, type, pointer, always }: Field): unknown {
  if (own !== undefined || pointer) return own;
  if (type.kind === "struct") return {};
  return type.kind === "scalar" && always ? zeros[type.of] : undefined;
}

const described = (description: string | undefined, schema: Schema): Schema =>
  description ? { description, ...schema } : schema;
