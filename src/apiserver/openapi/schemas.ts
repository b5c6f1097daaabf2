/** Types as OpenAPI v3 schemas, with the extensions that clients merge by (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3). */
import type { Kind } from "../../api/kind.ts";
import type { Field, Scalar, StructType, Type } from "../../api/schema/model.ts";
import { types } from "../../api/schema/types.ts";
import { type CustomKind, customListSchema, customSchema, customSchemaName } from "./custom-schema.ts";
import { apiVersionWords, type Descriptions, kindWords, listMetadataWords } from "./descriptions.ts";

export type Schema = { readonly [key: string]: unknown };
/** What custom kinds say differs between the two. */
export type Form = "v2" | "v3";

/** The folder of a group in Go's package path: `core`, `apps`, `networking`. */
const packages: Readonly<Record<string, string>> = {
  meta: "io.k8s.apimachinery.pkg.apis.meta",
  apiextensions: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
  apiregistration: "io.k8s.kube-aggregator.pkg.apis.apiregistration",
};

export function schemaName({ groupVersion, name }: Pick<StructType, "groupVersion" | "name">): string {
  const [group = "", version = ""] = groupVersion.split("/");
  return `${packages[group] ?? `io.k8s.api.${group}`}.${version}.${name}`;
}

const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
const microTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
const rawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension";
const fieldsV1 = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1";
const patch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
const watchEvent = "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent";
const versionInfo = "io.k8s.apimachinery.pkg.version.Info";

/** Fields of any JSON that have a type of their own in Go. */
const anyFields: Readonly<Record<string, string>> = { "meta/v1.ManagedFieldsEntry.fieldsV1": fieldsV1 };

const versionFields = [
  "buildDate compiler emulationMajor emulationMinor gitCommit gitTreeState gitVersion goVersion major",
  "minCompatibilityMajor minCompatibilityMinor minor platform",
].flatMap((line) => line.split(" "));
const versionOptional = /^(emulation|minCompatibility)/;

const fixed: Readonly<Record<string, Schema>> = {
  [quantity]: {
    description: "A number with a unit, such as 500m, 1.5Gi or 12e3.",
    oneOf: [{ type: "string" }, { type: "number" }],
  },
  [intOrString]: {
    description: "A number or a text.",
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
  [time]: { description: "A time in RFC 3339, to the second.", type: "string", format: "date-time" },
  [microTime]: { description: "A time in RFC 3339, to the microsecond.", type: "string", format: "date-time" },
  [rawExtension]: { description: "Any object.", type: "object" },
  [fieldsV1]: { description: "Who manages which fields: a trie of them.", type: "object" },
  [patch]: { description: "A patch, in the form that its content type says.", type: "object" },
  [versionInfo]: {
    description: "Which version the server is of, and how it was built.",
    type: "object",
    required: versionFields.filter((name) => !versionOptional.test(name)),
    properties: Object.fromEntries(
      versionFields.map((name) => [name, { type: "string", ...(!versionOptional.test(name) && { default: "" }) }]),
    ),
  },
};

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

const referenceTo = (name: string): string => `#/components/schemas/${name}`;

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
          items: withDefault(this.use(type.of), type.of),
          ...(type.topology !== "atomic" && { "x-kubernetes-list-type": type.topology }),
          ...(type.topology === "map" && { "x-kubernetes-list-map-keys": type.keys }),
        };
      case "map":
        return {
          type: "object",
          additionalProperties: withDefault(this.use(type.of), type.of),
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
    if (!this.all.has(name)) {
      this.all.set(name, {});
      this.all.set(name, this.#object(type));
    }
    return { $ref: referenceTo(name) };
  }

  /** A reference to a type by its name: `meta/v1.Status`. */
  type = (name: string): Schema => this.struct(types.struct(name));
  patch = (): Schema => this.#fixed(patch);
  version = (): Schema => this.#fixed(versionInfo);
  watchEvent(): Schema {
    this.all.set(watchEvent, {
      description: "A change, as watches tell it.",
      type: "object",
      required: ["type", "object"],
      properties: { object: this.#fixed(rawExtension), type: { type: "string", default: "" } },
    });
    return { $ref: referenceTo(watchEvent) };
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
      items: { type: "array", items: { allOf: [of], default: {} } },
      kind: { type: "string", description: kindWords },
      metadata: {
        description: listMetadataWords,
        allOf: [{ $ref: referenceTo("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta") }],
        default: {},
      },
    },
  });

  #mark(name: string, { group, version }: Kind, kind: string): void {
    const known = this.all.get(name) ?? {};
    const mark = { group, kind, version };
    const marks = (known["x-kubernetes-group-version-kind"] ?? []) as (typeof mark)[];
    if (marks.some((m) => m.group === group && m.kind === kind && m.version === version)) return;
    this.all.set(name, { ...known, "x-kubernetes-group-version-kind": [...marks, mark] });
  }

  #fixed(name: string): Schema {
    this.all.set(name, fixed[name] as Schema);
    return { $ref: referenceTo(name) };
  }

  #object(type: StructType): Schema {
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
      ...(type.preserveUnknown && { "x-kubernetes-preserve-unknown-fields": true }),
    };
  }

  #field(owner: StructType, field: Field): Schema {
    const { patch } = field;
    const own = anyFields[`${owner.groupVersion}.${owner.name}.${field.name}`];
    const base = withDefault(own ? this.#fixed(own) : this.use(field.type), field.type, field);
    const strategies = [patch?.merge && "merge", patch?.replace && "replace", patch?.retainKeys && "retainKeys"].filter(
      Boolean,
    );
    return {
      ...base,
      ...(field.enum && { enum: field.enum }),
      ...(patch?.mergeKey && { "x-kubernetes-patch-merge-key": patch.mergeKey }),
      ...(strategies.length && { "x-kubernetes-patch-strategy": strategies.join(",") }),
    };
  }
}

/** A reference cannot stand beside other words: it is wrapped. */
const described = (description: string | undefined, schema: Schema): Schema =>
  !description ? schema : schema.$ref ? { description, allOf: [schema] } : { description, ...schema };

/** A reference cannot stand beside other words: it is wrapped where a default comes with it. */
function withDefault(schema: Schema, type: Type, field?: Field): Schema {
  const isStruct = type.kind === "struct" && !field?.pointer;
  const value = field?.default ?? (isStruct ? {} : undefined);
  if (value === undefined) return schema.$ref && field?.patch ? { allOf: [schema] } : schema;
  return schema.$ref ? { allOf: [schema], default: value } : { ...schema, default: value };
}
