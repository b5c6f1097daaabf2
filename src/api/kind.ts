/**
 * One definition per kind: everything the server, the printers, discovery and the clients need to know of it. Built-in kinds
 * are declared in the folders of their groups, a file each; a CustomResourceDefinition makes the same at run time.
 */

import type { Ending } from "../base/ending.ts";
import type { JsonSchema } from "./apiextensions/schema/json-schema.ts";
import type { Draft, KubeObject } from "./object.ts";
import type { StructType } from "./schema/model.ts";
import { types } from "./schema/types.ts";
import type { FieldError } from "./validation/field-error.ts";
import { type NameRule, subdomainName } from "./validation/names.ts";

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";
export const allVerbs: readonly Verb[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Who makes an object, as authentication knows them. */
export interface Maker {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * What makes a kind behave as it does between the client and the store. All hooks are pure but for the object they are
 * handed first, which is theirs to change.
 */
export interface Strategy {
  /** Fills in what the client left out; runs on every write, before admission. */
  readonly defaults?: (object: Draft) => void;
  /** Drops what a client may not set, and sets what the server decides. The status is dropped before, if there is one. */
  readonly prepareForCreate?: (object: Draft) => void;
  /** Writes on a new object who makes it, whatever the client says of that. */
  readonly signCreate?: (object: Draft, maker: Maker) => void;
  /** Whoever makes the object tells its status too (nodes, which kubelets register). */
  readonly createsStatus?: boolean;
  /** Keeps what an update may not change. The old status is put back before, if there is one. */
  readonly prepareForUpdate?: (object: Draft, old: KubeObject) => void;
  readonly nameRule?: NameRule;
  /** Runs on create, after `metadata` was found valid or not. */
  readonly validate?: (object: KubeObject) => FieldError[];
  /** Runs on update. Default: `validate` of the new object. `warn` takes what is a fault, but was one before. */
  readonly validateUpdate?: (object: KubeObject, old: KubeObject, warn?: (text: string) => void) => FieldError[];
  /** Warnings for the client, on create and (with `old`) on update. */
  readonly warnings?: (object: KubeObject, old?: KubeObject) => string[];
  /** `metadata.generation` is 1 at first and rises when something beside metadata and status changes. */
  readonly generation?: boolean;
  /** A PUT may make the object. */
  readonly allowCreateOnUpdate?: boolean;
  /** An update need not say which resourceVersion it changes; default true. */
  readonly allowUnconditionalUpdate?: boolean;
  /**
   * Deletion that takes its time: the grace period in seconds for this object and the one asked for; 0 deletes at once.
   */
  readonly gracefulDeletion?: (object: KubeObject, requestedSeconds: number | undefined) => number;
  /** Something beside `metadata.finalizers` still holds the object (`spec.finalizers` of namespaces). */
  readonly holdsDeletion?: (object: KubeObject) => boolean;
  /** Finalizers that an object gets when it is to be deleted. */
  readonly deletionFinalizers?: readonly string[];
  /** Marks an object whose deletion waits for finalizers. */
  readonly onDeletion?: (object: Draft, nowMs: number) => void;
  /** Why the object of this name may not be deleted, if so. */
  readonly undeletable?: (name: string) => string | undefined;
  /** A DELETE answers with the object, not with a Status. */
  readonly returnsDeleted?: boolean;
  /** Objects go by themselves when they have not been written for so long. */
  readonly timeToLiveSeconds?: number;
  /** What becomes of dependents when a DELETE does not say; default `background`. */
  readonly defaultPropagation?: "background" | "orphan";
  /** A warning for a DELETE that does not say. */
  readonly propagationWarning?: string;
}

/** A subresource that shows the object itself (`status` and its like), changed through rules of its own. */
export interface ObjectSubresource {
  readonly verbs: readonly Verb[];
  /** Default: everything but `status` and `metadata` is as it was. `nowMs` in milliseconds since 1970. */
  readonly prepareForUpdate?: (object: Draft, old: KubeObject, nowMs: number) => void;
  readonly validateUpdate?: Strategy["validateUpdate"];
}

/** Where `scale` finds its numbers. */
export interface ScaleSubresource {
  readonly replicas: (object: KubeObject) => number;
  readonly setReplicas: (object: Draft, replicas: number) => void;
  /** Where the number lies; default `spec`, `replicas`. */
  readonly replicasPath?: readonly string[];
  readonly statusReplicas: (object: KubeObject) => number;
  /** The selector as text. */
  readonly selector: (object: KubeObject) => string;
  /** Why an object has no number to scale, if so; default: it always has. */
  readonly missing?: (object: KubeObject) => string | undefined;
}

/** A subresource with a kind of its own (`binding`, `eviction`, `token`) or none (`log`, `exec`): the server has the code. */
export interface ForeignSubresource {
  readonly verbs: readonly Verb[];
  readonly kind: GroupVersionKind;
}

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: "" | "name";
  readonly description: string;
  /** 0: always shown; 1: with `-o wide`. */
  readonly priority?: number;
}

export type Cell = string | number | boolean | null;

/** How `kubectl get` shows objects of a kind. */
export interface Printer {
  readonly columns: readonly Column[];
  /** The cells of a row; `now` in milliseconds since 1970. */
  readonly cells: (object: KubeObject, now: number) => readonly Cell[];
  /** Conditions of the row (`Completed` for pods that have ended). */
  readonly rowConditions?: (
    object: KubeObject,
  ) => readonly { type: string; status: string; reason: string; message: string }[];
}

export interface Kind extends GroupVersionKind {
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly schema: StructType;
  readonly strategy: Strategy;
  /** Field selectors beside `metadata.name` and `metadata.namespace`. */
  readonly selectableFields: Readonly<Record<string, (object: KubeObject) => string>>;
  readonly hasStatus: boolean;
  readonly objectSubresources: Readonly<Record<string, ObjectSubresource>>;
  readonly scale?: ScaleSubresource;
  readonly foreignSubresources: Readonly<Record<string, ForeignSubresource>>;
  readonly printer?: Printer;
  /** Another version or group of a kind that is stored in its own form: `autoscaling/v1`, `events.k8s.io`. */
  readonly storedAs?: StoredAs;
  /** Of the stored kind: all versions it is served in. Default: itself and the built-in kinds that are stored as it. */
  readonly versions?: () => readonly Kind[];
  /** Of kinds that definitions make. */
  readonly custom?: CustomForm;
  /** Answers a create without storing anything (the review kinds). */
  readonly virtual: boolean;
  /** What every request for it is warned of, if it should no longer be used. */
  readonly deprecation?: string;
  /** The version that upstream stores it in, where that is another than is served: clients see a hash of it. */
  readonly storageVersion?: string;
}

/** How objects of a kind become objects of the kind they are stored as, and back. */
export interface StoredAs {
  readonly kind: Kind;
  readonly toStored: (object: KubeObject) => Draft;
  readonly fromStored: (object: KubeObject) => KubeObject;
}

/** What is different about kinds that a CustomResourceDefinition makes, a kind for each version that it serves. */
export interface CustomForm {
  /** The schema, as OpenAPI shows it to clients. */
  readonly jsonSchema: JsonSchema;
  /** What lists of it are called. */
  readonly listKind: string;
  /** The definition is going: nothing new is made. */
  readonly isTerminating: boolean;
  /** Another version stands for the resource where versions do not matter (garbage collection, deletion of namespaces). */
  readonly isSecondary: boolean;
  readonly forms: StoredForms;
  /** Ends when the kind is served no more, or in another form. */
  readonly served: Ending;
  /** Objects of one version of the kind in another, as the definition's conversion makes them. Rejects with ApiError. */
  readonly convertTo: (
    objects: readonly KubeObject[],
    apiVersion: string,
  ) => readonly KubeObject[] | Promise<readonly KubeObject[]>;
  /**
   * Brings an object from one version into another, as managed fields see it; undefined if there is no such version. Throws
   * ConversionWanted.
   */
  readonly convert: (object: KubeObject, from: string, to: string) => VersionedObject | undefined;
}

export interface VersionedObject {
  readonly schema: StructType;
  readonly object: KubeObject;
}

/** Objects whose store holds them in any of several versions, seen in one of them. */
export interface StoredForms {
  /** Objects of the store as this version shows them: frozen, and the same ones where nothing differs. Rejects with ApiError. */
  read(objects: readonly KubeObject[]): readonly KubeObject[] | Promise<readonly KubeObject[]>;
  /** An object of this version as the store is to keep it. Rejects with ApiError. */
  write(object: Draft): Draft | Promise<Draft>;
  /** Whether an object that was read is stored in another version than it would be written in now. */
  isOutdated(object: KubeObject): boolean;
}

/** What a declaration says; the rest follows. */
export interface KindDeclaration extends GroupVersionKind {
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs?: readonly Verb[];
  /** The name of its type in the notation: `apps/v1.Deployment`. */
  readonly type: string;
  readonly strategy?: Strategy;
  readonly selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>;
  readonly status?: ObjectSubresource | true;
  readonly objectSubresources?: Readonly<Record<string, ObjectSubresource>>;
  readonly scale?: ScaleSubresource;
  readonly foreignSubresources?: Readonly<Record<string, ForeignSubresource>>;
  readonly printer?: Printer;
  readonly storedAs?: StoredAs;
  readonly virtual?: boolean;
  readonly deprecation?: string;
  readonly storageVersion?: string;
}

const statusVerbs: readonly Verb[] = ["get", "patch", "update"];

export function defineKind(declared: KindDeclaration): Kind {
  const { type, status, ...rest } = declared;
  return {
    shortNames: [],
    categories: [],
    verbs: allVerbs,
    strategy: {},
    selectableFields: {},
    foreignSubresources: {},
    virtual: false,
    ...rest,
    singular: declared.kind.toLowerCase(),
    hasStatus: status !== undefined,
    objectSubresources: {
      ...(status && { status: status === true ? { verbs: statusVerbs } : status }),
      ...declared.objectSubresources,
    },
    get schema() {
      return types.struct(type);
    },
  };
}

export const groupVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `${group}/${version}` : version;

/** What a list of objects calls itself. */
export const listKindOf = ({ kind, custom }: Pick<Kind, "kind" | "custom">): string =>
  custom?.listKind ?? `${kind}List`;

/** The resource as errors name it. */
export const resourceOf = (kind: Kind): { group: string; name: string } => ({ group: kind.group, name: kind.plural });
/** The kind as errors name it. */
export const kindOf = (kind: GroupVersionKind): { group: string; name: string } => ({
  group: kind.group,
  name: kind.kind,
});
export const nameRuleOf = (kind: Kind): NameRule => kind.strategy.nameRule ?? subdomainName;
