/**
 * Whether plain JSON can become an object of a type, told in the words of upstream's converter, which strategic merge
 * patches and applied objects go through in place of the JSON decoder.
 */
import { alternativeOf } from "../schema/alternatives.ts";
import { canonicalBase64, DecodeError, decode, type JsonObject } from "../schema/decode.ts";
import type { Scalar, StructType, Type } from "../schema/model.ts";
import { goKind, goTypeName } from "./go-text.ts";

/** The object as `type`; fields that it does not know are dropped and told. Throws DecodeError. */
export function restore(type: StructType, json: unknown, unknown?: string[]): JsonObject {
  if (type.read) return decode(type, json, unknown);
  const found: string[] = [];
  check(type, json, "", found);
  unknown?.push(...found.sort());
  return decode(type, json);
}

function check(type: Type, value: unknown, path: string, unknown: string[]): void {
  if (value === null || value === undefined) return;
  switch (type.kind) {
    case "any":
      return;
    case "scalar":
      checkScalar(type.of, value);
      return;
    case "list":
      if (!Array.isArray(value)) throw new DecodeError(`cannot restore slice from ${goKind(value)}`);
      for (const [i, item] of value.entries()) check(type.of, item, `${path}[${i}]`, unknown);
      return;
    case "map":
      if (goKind(value) !== "map") throw new DecodeError(`cannot restore map from ${goKind(value)}`);
      for (const key in value) check(type.of, (value as JsonObject)[key], inside(path, key), unknown);
      return;
    case "struct": {
      const chosen = alternativeOf(type, value);
      if (chosen) check(chosen, value, path, unknown);
      if (chosen) return;
      if (goKind(value) !== "map") throw new DecodeError(`cannot restore struct from: ${goKind(value)}`);
      checkFields(type, value as JsonObject, path, unknown);
    }
  }
}

const inside = (path: string, name: string): string => (path ? `${path}.${name}` : name);

function checkFields(type: StructType, value: JsonObject, path: string, unknown: string[]): void {
  for (const field of type.byName.values()) {
    if (field.name in value) check(field.type, value[field.name], inside(path, field.name), unknown);
  }
  if (type.preserveUnknown) return;
  for (const name of Object.keys(value).sort()) {
    const known = type.byName.has(name) || (type.typed && (name === "kind" || name === "apiVersion"));
    if (!known) unknown.push(`unknown field "${inside(path, name)}"`);
  }
}

function checkBytes(value: unknown): void {
  if (typeof value !== "string") throw new DecodeError(`cannot restore slice from ${goKind(value)}`);
  try {
    canonicalBase64(value);
  } catch (error) {
    throw new DecodeError(`error decoding from json: ${(error as Error).message}`);
  }
}

const goTypes: Partial<Record<Scalar, string>> = {
  string: "string",
  bool: "bool",
  int32: "int32",
  int64: "int64",
  double: "float64",
};

function checkScalar(of: Scalar, value: unknown): void {
  if (of === "bytes") {
    checkBytes(value);
    return;
  }
  const wanted = goTypes[of];
  if (!wanted) return; // read from JSON there too
  const given = goTypeName(value);
  const fits =
    of === "string" || of === "bool" ? given === wanted : given === "int64" || (given === "float64" && of === "double");
  if (fits) return;
  // Go converts whole numbers to text, though the converter does not let it, and numbers to one another
  const convertible = of === "string" ? given === "int64" : of !== "bool" && given === "float64";
  throw new DecodeError(convertible ? `cannot convert ${given} to ${wanted}` : `unrecognized type: ${wanted}`);
}
