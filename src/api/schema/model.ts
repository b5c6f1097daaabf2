/**
 * The shape of API objects: what decoding, patching, applying, protobuf, OpenAPI and `explain` all read.
 * Built-in types come from the notation (notation.ts); a CustomResourceDefinition makes the same at run time.
 */
export type Scalar =
  | "string"
  | "bool"
  | "int32"
  | "int64"
  | "double"
  | "bytes"
  | "Time"
  | "MicroTime"
  | "Quantity"
  | "IntOrString";

export interface ScalarType {
  readonly kind: "scalar";
  readonly of: Scalar;
}

/** How lists merge (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy). */
export type ListTopology = "atomic" | "set" | "map";

export interface ListType {
  readonly kind: "list";
  readonly of: Type;
  readonly topology: ListTopology;
  /** The fields that tell the items of a `map` list apart. */
  readonly keys: readonly string[];
}

export interface MapType {
  readonly kind: "map";
  readonly of: Type;
  readonly atomic: boolean;
}

export interface StructType {
  readonly kind: "struct";
  /** Group (by its folder's name) and version: `core/v1`; empty for anonymous ones. */
  readonly groupVersion: string;
  readonly name: string;
  readonly atomic: boolean;
  /** It carries `apiVersion` and `kind`. */
  readonly typed: boolean;
  /** In the order of their declaration; inlined structs stand as one field here. */
  readonly fields: readonly Field[];
  /** All fields that JSON shows, those of inlined structs too. */
  readonly byName: ReadonlyMap<string, Field>;
  /** Fields that are written even when they are missing. */
  readonly always: readonly Field[];
  /** Fields that have a default of their own. */
  readonly defaulted: readonly Field[];
  /** Fields outside the schema are kept (custom resources). */
  readonly preserveUnknown: boolean;
  /**
   * Of custom resources: reads an object as its definition says, in place of decoding. The result is the caller's own;
   * `unknown` receives what was dropped. Throws DecodeError.
   */
  readonly read?: (json: { readonly [field: string]: unknown }, unknown?: string[]) => { [field: string]: unknown };
}

/** Any JSON: RawExtension, FieldsV1, values of `preserve-unknown-fields`. */
export interface AnyType {
  readonly kind: "any";
}

export type Type = ScalarType | ListType | MapType | StructType | AnyType;

export interface Field {
  readonly name: string;
  /** Protobuf field number; 0 where there is none. */
  readonly number: number;
  readonly type: Type;
  /** Told apart from its zero value: absent is not zero. */
  readonly pointer: boolean;
  /** Its zero value is written, not left out. */
  readonly always: boolean;
  readonly inline: boolean;
  /** An empty list is told apart from an absent one when it is read; it is never stored. */
  readonly keepEmpty: boolean;
  /** A list that travels in protobuf as a message that holds it. */
  readonly wrapped: boolean;
  readonly required: boolean;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** Strategic merge patch: how a list or struct is merged. */
  readonly patch?: {
    readonly merge: boolean;
    readonly mergeKey?: string;
    readonly retainKeys: boolean;
    readonly replace: boolean;
  };
}
