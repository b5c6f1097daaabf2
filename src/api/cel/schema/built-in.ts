/** The types of built-in objects, as upstream's own schemas declare them to expressions. */
import type { Type as ApiType, Scalar, StructType } from "../../schema/model.ts";
import { listOf, mapOf, struct, type Type, types } from "../types/type.ts";
import { escapeName } from "./names.ts";

const scalars: Readonly<Record<Scalar, Type>> = {
  string: types.string,
  bool: types.bool,
  int32: types.int,
  int64: types.int,
  double: types.double,
  bytes: types.bytes,
  Time: types.timestamp,
  MicroTime: types.timestamp,
  Quantity: types.string,
  IntOrString: types.dyn,
};

/** Types are named after the way to them from `name`; those within themselves end where they would begin anew. */
export const builtInType = (type: StructType, name: string): Type => declared(type, name, []);

function declared(type: ApiType, name: string, around: readonly ApiType[]): Type {
  switch (type.kind) {
    case "scalar":
      return scalars[type.of];
    case "list":
      return listOf(declared(type.of, `${name}.@idx`, around));
    case "map":
      return mapOf(types.string, declared(type.of, `${name}.@elem`, around));
    case "any":
      return struct(name, new Map());
    case "struct":
      return around.includes(type) ? struct(name, new Map()) : fieldsOf(type, name, [...around, type]);
  }
}

function fieldsOf(type: StructType, name: string, around: readonly ApiType[]): Type {
  const fields = new Map<string, Type>();
  if (type.typed) fields.set("apiVersion", types.string).set("kind", types.string);
  for (const [field, { type: inner }] of type.byName) {
    const escaped = escapeName(field);
    if (escaped !== undefined) fields.set(escaped, declared(inner, `${name}.${escaped}`, around));
  }
  return struct(name, fields);
}
