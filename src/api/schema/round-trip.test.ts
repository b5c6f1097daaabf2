/** Every type of every version, served or not, goes from JSON to protobuf and back with nothing lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAlternative } from "./alternatives.ts";
import { decode, type JsonObject } from "./decode.ts";
import type { Field, Scalar, StructType, Type } from "./model.ts";
import { decodeProtobuf, encodeProtobuf, openEnvelope } from "./protobuf.ts";
import { types } from "./types.ts";
import { unserved } from "./unserved.ts";

const versions = new Set([...types.names()].map((name) => name.split(".")[0] ?? ""));
for (const { groupVersion } of unserved) versions.add(groupVersion);

/** Values that no two fields of a struct share: what lands under the wrong number is seen. */
function scalar(of: Scalar, at: number): unknown {
  switch (of) {
    case "string":
      return `text ${at}`;
    case "bool":
      return true;
    case "int32":
    case "int64":
      return at + 1;
    case "double":
      return at + 0.5;
    case "bytes":
      return Buffer.from(`bytes ${at}`).toString("base64");
    case "Time":
      return `2030-01-01T00:00:${String(at % 60).padStart(2, "0")}Z`;
    case "MicroTime":
      return `2030-01-01T00:00:${String(at % 60).padStart(2, "0")}.000007Z`;
    case "Quantity":
      return `${at + 1}Mi`;
    case "IntOrString":
      return at % 2 ? at : `${at}%`;
  }
}

/** `above`: the structs that this one lies in; types that refer to one another in circles end there. */
function filled(type: StructType, above: readonly string[]): JsonObject {
  const name = `${type.groupVersion}.${type.name}`;
  const out: JsonObject = {};
  for (const field of type.fields) {
    if (field.inline && field.type.kind === "struct") Object.assign(out, filled(field.type, [...above, name]));
    else {
      const value = filledField(field, [...above, name]);
      if (value !== undefined) out[field.name] = value;
    }
  }
  return out;
}

function filledField({ number, type }: Field, above: readonly string[]): unknown {
  const value = (of: Type): unknown => {
    switch (of.kind) {
      case "scalar":
        return scalar(of.of, number);
      case "any":
        return { any: number };
      case "struct":
        if (isAlternative(of)) return of.name === "JSONSchemaPropsOrBool" ? false : [];
        if (of.name === "Duration") return `${number}.5s`;
        return above.includes(`${of.groupVersion}.${of.name}`) ? undefined : filled(of, above);
      case "list": {
        const item = value(of.of);
        return item === undefined ? undefined : [item, item];
      }
      case "map": {
        const item = value(of.of);
        return item === undefined ? undefined : { "a.b/c": item };
      }
    }
  };
  return value(type);
}

const without = ({ apiVersion: _a, kind: _k, ...rest }: JsonObject): JsonObject => rest;

for (const groupVersion of versions) {
  test(`${groupVersion}: every type survives JSON, protobuf, JSON`, () => {
    const names = [...types.namesOf(groupVersion)];
    assert.notEqual(names.length, 0);
    for (const name of names) {
      const type = types.struct(`${groupVersion}.${name}`);
      if (isAlternative(type) || name === "Duration") continue; // no structs in JSON
      const object = filled(type, []);
      const unknown: string[] = [];
      const read = decode(type, object, unknown);
      assert.deepEqual(unknown, [], name);
      if (type.fields.some((field) => field.number === 0)) continue; // without a form in protobuf
      const { raw } = openEnvelope(encodeProtobuf(type, groupVersion, name, read));
      const back = decodeProtobuf(type, raw);
      assert.deepEqual(type.typed ? without(back) : back, type.typed ? without(read) : read, name);
      assert.deepEqual(openEnvelope(encodeProtobuf(type, groupVersion, name, back)).raw, raw, name);
    }
  });
}

for (const groupVersion of versions) {
  test(`${groupVersion}: no field number stands twice`, () => {
    for (const name of types.namesOf(groupVersion)) {
      const numbers = types.struct(`${groupVersion}.${name}`).fields.map((field) => field.number);
      const given = numbers.filter((number) => number !== 0);
      assert.equal(new Set(given).size, given.length, name);
    }
  });
}
