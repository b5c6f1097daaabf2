/** The query parameters of operations: the fields of the options types, with their words. */
import type { Scalar, StructType, Type } from "../../api/schema/model.ts";
import { types } from "../../api/schema/types.ts";
import type { Descriptions } from "./descriptions.ts";
import type { Parameter } from "./routes.ts";

const ofScalar: Readonly<Partial<Record<Scalar, Parameter["type"]>>> = {
  string: "string",
  bool: "boolean",
  int32: "integer",
  int64: "integer",
};

/** Lists of texts are given by repeating the parameter: they are told as one text. Structs and times cannot be given. */
function parameterType(type: Type): Parameter["type"] | undefined {
  if (type.kind === "list") return parameterType(type.of);
  return type.kind === "scalar" ? ofScalar[type.of] : undefined;
}

function parametersOf(owner: StructType, descriptions: Descriptions): Parameter[] {
  const found: Parameter[] = [];
  for (const field of owner.byName.values()) {
    const type = parameterType(field.type);
    if (!type) continue;
    const description = descriptions.ofField(owner, field);
    found.push({ name: field.name, in: "query", type, ...(description && { description }) });
  }
  return found;
}

export class Options {
  readonly #descriptions: Descriptions;
  readonly #known = new Map<string, readonly Parameter[]>();

  constructor(descriptions: Descriptions) {
    this.#descriptions = descriptions;
  }

  /** Those of a type (`meta/v1.ListOptions`), without some. */
  of(name: string, ...without: readonly string[]): readonly Parameter[] {
    let known = this.#known.get(name);
    if (!known) {
      known = parametersOf(types.struct(name), this.#descriptions);
      this.#known.set(name, known);
    }
    return without.length ? known.filter((one) => !without.includes(one.name)) : known;
  }
}
