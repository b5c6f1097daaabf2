/** The types of expressions, and how messages name them. */

export type Kind =
  | "dyn"
  | "error"
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "null"
  | "timestamp"
  | "duration"
  | "list"
  | "map"
  | "type"
  | "struct"
  | "opaque"
  /** A parameter of an overload, or a variable of the checker. */
  | "param";

export interface Type {
  readonly kind: Kind;
  /** As values of the type answer `type(x)`. */
  readonly name: string;
  readonly params: readonly Type[];
  /** Of structs: the types of their fields. */
  readonly fields?: ReadonlyMap<string, Type>;
}

const simple = (kind: Kind, name: string = kind): Type => ({ kind, name, params: [] });

export const types = {
  dyn: simple("dyn"),
  error: simple("error", "!error!"),
  bool: simple("bool"),
  int: simple("int"),
  uint: simple("uint"),
  double: simple("double"),
  string: simple("string"),
  bytes: simple("bytes"),
  null: simple("null", "null_type"),
  timestamp: simple("timestamp", "google.protobuf.Timestamp"),
  duration: simple("duration", "google.protobuf.Duration"),
  type: simple("type"),
} as const;

export const listOf = (element: Type): Type => ({ kind: "list", name: "list", params: [element] });
export const mapOf = (key: Type, value: Type): Type => ({ kind: "map", name: "map", params: [key, value] });
export const typeOf = (of: Type): Type => ({ kind: "type", name: "type", params: [of] });
export const param = (name: string): Type => ({ kind: "param", name, params: [] });
export const opaque = (name: string, ...params: readonly Type[]): Type => ({ kind: "opaque", name, params });
export const optionalOf = (of: Type): Type => opaque("optional_type", of);
export const struct = (name: string, fields: ReadonlyMap<string, Type>): Type => ({
  kind: "struct",
  name,
  params: [],
  fields,
});

/** A type of objects that only functions look into. */
export const foreign = (name: string): Type => ({ kind: "struct", name, params: [] });

export const isOptional = (type: Type): boolean => type.kind === "opaque" && type.name === "optional_type";

/** The type within an optional one; others as they are. */
export const unwrapped = (type: Type): Type => (isOptional(type) ? (type.params[0] as Type) : type);

export function isSame(a: Type, b: Type): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((each, i) => isSame(each, b.params[i] as Type))
  );
}

const shownAs: Partial<Record<Kind, string>> = { null: "null", timestamp: "timestamp", duration: "duration" };

export function showType(type: Type): string {
  if (type.params.length === 0) return shownAs[type.kind] ?? type.name;
  return `${type.name}(${type.params.map(showType).join(", ")})`;
}

/** A call's arguments, as messages show them: `string.(int)`. */
export function showArguments(args: readonly Type[], isMember: boolean): string {
  const shown = args.map(showType);
  return isMember ? `${shown[0]}.(${shown.slice(1).join(", ")})` : `(${shown.join(", ")})`;
}
