/**
 * A definition's versions as kinds: everything the server knows of `apps/v1` Deployments, of what somebody defined a moment
 * ago (https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/).
 */
import type { Ending } from "../../base/ending.ts";
import { allVerbs, type CustomForm, type Kind, type StoredForms, type VersionedObject } from "../kind.ts";
import { type Draft, deepEqual, deepFreeze, type KubeObject } from "../object.ts";
import { type JsonObject, structuredCopy } from "../schema/decode.ts";
import type { StructType } from "../schema/model.ts";
import { Conversions } from "./conversions.ts";
import { customPrinter } from "./custom-printer.ts";
import { customScale, customStrategy } from "./custom-strategy.ts";
import type { Names } from "./definition/names.ts";
import { type Definition, type DefinitionVersion, schemaOf, versionsOf } from "./definition/versions.ts";
import { coerceEmbedded, readMetadata } from "./schema/embedded.ts";
import { fieldAt } from "./schema/field-path.ts";
import type { JsonSchema } from "./schema/json-schema.ts";
import { applyDefaults, prune, pruneNulls } from "./schema/prune.ts";
import { structTypeOf } from "./schema/struct-type.ts";

/** Objects of one version as those of another. `objects` are all of the same version, which is not the one wanted. */
export type ConvertObjects = (
  objects: readonly KubeObject[],
  apiVersion: string,
) => readonly KubeObject[] | Promise<readonly KubeObject[]>;

/** Only what an object calls itself changes. */
export const convertByName: ConvertObjects = (objects, apiVersion) =>
  objects.map((object) => ({ ...object, apiVersion }));

/** The kinds that a definition serves, under the names it has been granted, until `served` ends; `convert` brings objects from one to another. */
export function customKinds(
  definition: Definition,
  names: Names,
  convert: ConvertObjects,
  served: Ending,
): readonly Kind[] {
  const { group } = definition.spec;
  const versions = new Map(
    versionsOf(definition.spec).map((version) => [`${group}/${version.name}`, new Version(version)]),
  );
  const storage = versionsOf(definition.spec).find((version) => version.storage);
  const shared: Shared = {
    definition,
    names,
    versions,
    served,
    convert,
    conversions: new Conversions(convert),
    storageVersion: storage?.name ?? "",
    // the one that stands for all: that of the store, if it is served
    primary: (storage?.served ? storage : versionsOf(definition.spec).find(({ served }) => served))?.name ?? "",
  };
  return [...versions.values()].filter(({ version }) => version.served).map((version) => kindOf(version, shared));
}

interface Shared {
  readonly definition: Definition;
  readonly names: Names;
  /** By apiVersion, those that are not served too. */
  readonly versions: ReadonlyMap<string, Version>;
  readonly served: Ending;
  readonly convert: ConvertObjects;
  readonly conversions: Conversions;
  readonly storageVersion: string;
  readonly primary: string;
}

/** A version's schema, and how its objects are read by it. */
class Version {
  readonly version: DefinitionVersion;
  readonly schema: JsonSchema;
  readonly type: StructType;

  constructor(version: DefinitionVersion) {
    this.version = version;
    this.schema = schemaOf(version) ?? {};
    this.type = structTypeOf(this.schema, (json, unknown) => this.read(json, unknown));
  }

  /** An object as it comes from outside: known fields only, without nulls that mean nothing. Throws DecodeError. */
  read(json: JsonObject, unknown?: string[]): JsonObject {
    const { metadata, ...rest } = json;
    const object: JsonObject = structuredCopy(rest);
    const dropped = prune(object, this.schema);
    pruneNulls(object, this.schema);
    coerceEmbedded(object, this.schema, dropped);
    const ofMetadata: string[] = [];
    const read = readMetadata(metadata ?? {}, "metadata", ofMetadata);
    unknown?.push(...[...dropped, ...ofMetadata].map((path) => `unknown field "${path}"`));
    const { apiVersion, kind, ...fields } = object;
    return {
      ...(apiVersion !== undefined && { apiVersion }),
      ...(kind !== undefined && { kind }),
      metadata: read,
      ...fields,
    };
  }

  /** Whether an object of the store reads as it is written there; if not, how it reads. */
  restored(object: KubeObject): KubeObject {
    const read = this.read(object as JsonObject);
    applyDefaults(read, this.schema);
    return deepEqual(read, object) ? object : (read as unknown as KubeObject);
  }

  pruned(object: KubeObject): KubeObject {
    return this.read(object as JsonObject) as unknown as KubeObject;
  }
}

function kindOf(of: Version, shared: Shared): Kind {
  const { definition, names } = shared;
  const { version, schema } = of;
  const { group, scope } = definition.spec;
  const { strategy, status } = customStrategy({
    kind: names.kind,
    apiVersion: `${group}/${version.name}`,
    schema,
    version,
  });
  const scale = customScale(version);
  const { deprecated, deprecationWarning } = version;
  const text = deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`;
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    verbs: allVerbs,
    schema: of.type,
    strategy,
    selectableFields: selectableFields(version, schema),
    hasStatus: status !== undefined,
    objectSubresources: status ? { status } : {},
    ...(scale && { scale }),
    foreignSubresources: {},
    printer: customPrinter(version),
    virtual: false,
    storageVersion: shared.storageVersion,
    ...(deprecated && { deprecation: text }),
    custom: customForm(of, shared),
  };
}

function customForm(of: Version, shared: Shared): CustomForm {
  const { definition, names, versions } = shared;
  return {
    jsonSchema: of.schema,
    isTerminating: definition.metadata.deletionTimestamp !== undefined,
    listKind: names.listKind || `${names.kind}List`,
    isSecondary: of.version.name !== shared.primary,
    forms: new Forms(`${definition.spec.group}/${of.version.name}`, shared),
    served: shared.served,
    convertTo: shared.convert,
    convert: (object, _from, to): VersionedObject | undefined => {
      const target = versions.get(to);
      return target && { schema: target.type, object: shared.conversions.get(object, to) };
    },
  };
}

function selectableFields(version: DefinitionVersion, schema: JsonSchema): Kind["selectableFields"] {
  const fields: Record<string, (object: KubeObject) => string> = {};
  for (const { jsonPath } of version.selectableFields ?? []) {
    const found = fieldAt(jsonPath, schema, { brackets: false });
    if (typeof found === "string") continue;
    fields[jsonPath.replace(/^\./, "")] = (object) => {
      const value = found.steps.reduce<unknown>((at, step) => (at as JsonObject | undefined)?.[step], object);
      return value === undefined || value === null ? "" : String(value);
    };
  }
  return fields;
}

/** Objects of the store in one version. What has been read once is remembered as long as the store holds it. */
class Forms implements StoredForms {
  readonly #apiVersion: string;
  readonly #shared: Shared;
  readonly #known = new WeakMap<KubeObject, KubeObject>();
  readonly #outdated = new WeakSet<KubeObject>();

  constructor(apiVersion: string, shared: Shared) {
    this.#apiVersion = apiVersion;
    this.#shared = shared;
  }

  read(objects: readonly KubeObject[]): readonly KubeObject[] | Promise<readonly KubeObject[]> {
    const fresh = objects.filter((object) => !this.#known.has(object));
    const all = (): readonly KubeObject[] => objects.map((object) => this.#known.get(object) ?? object);
    const reading = fresh.length ? this.#readFresh(fresh) : undefined;
    return reading instanceof Promise ? reading.then(all) : all();
  }

  /** As upstream's codec: completed in the version they are stored in, converted, and cut to what the version wanted knows. */
  #readFresh(objects: readonly KubeObject[]): Promise<unknown> | undefined {
    const pending: Promise<unknown>[] = [];
    const { versions, convert } = this.#shared;
    const byVersion = new Map<string, KubeObject[]>();
    for (const object of objects) {
      const stored = object.apiVersion ?? "";
      if (stored === this.#apiVersion) this.#keep(object, versions.get(stored)?.restored(object) ?? object);
      else byVersion.set(stored, [...(byVersion.get(stored) ?? []), object]);
    }
    for (const [stored, of] of byVersion) {
      const restored = of.map((object) => versions.get(stored)?.restored(object) ?? object);
      const keep = (converted: readonly KubeObject[]): void => {
        for (const [i, object] of converted.entries())
          this.#keep(of[i] as KubeObject, versions.get(this.#apiVersion)?.pruned(object) ?? object);
      };
      const converted = convert(restored, this.#apiVersion);
      if (converted instanceof Promise) pending.push(converted.then(keep));
      else keep(converted);
    }
    return pending.length ? Promise.all(pending) : undefined;
  }

  #keep(stored: KubeObject, read: KubeObject): void {
    const kept = read === stored ? stored : deepFreeze(read);
    this.#known.set(stored, kept);
    if (stored.apiVersion !== this.#written) this.#outdated.add(kept);
  }

  isOutdated(object: KubeObject): boolean {
    return this.#outdated.has(object);
  }

  get #written(): string {
    return `${this.#shared.definition.spec.group}/${this.#shared.storageVersion}`;
  }

  write(object: Draft): Draft | Promise<Draft> {
    const { versions, convert } = this.#shared;
    const wanted = this.#written;
    if (this.#apiVersion === wanted) return object;
    const finish = ([converted]: readonly KubeObject[]): Draft => {
      const pruned = versions.get(wanted)?.pruned(converted ?? (object as KubeObject)) ?? object;
      return pruned as Draft;
    };
    const converted = convert([object as KubeObject], wanted);
    return converted instanceof Promise ? converted.then(finish) : finish(converted);
  }
}
