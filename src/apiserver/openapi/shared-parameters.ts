/**
 * Parameters that many operations of OpenAPI v2 have stand in the document once. Old kubectl look for `dryRun` and
 * `fieldValidation` in the operations themselves, so these two stay there; so do those that name a kind.
 */
import { encodeBase64 } from "../../base/base64.ts";

type Json = { readonly [key: string]: unknown };

const encoder = new TextEncoder();
const fnvOffset = 0xcbf29ce484222325n;
const fnvPrime = 0x100000001b3n;

/** The first six bytes of FNV-1 in 64 bits, as text. */
function hashOf(text: string): string {
  let hash = fnvOffset;
  for (const byte of encoder.encode(text)) hash = BigInt.asUintN(64, hash * fnvPrime) ^ BigInt(byte);
  const bytes = Uint8Array.from({ length: 6 }, (_, i) => Number((hash >> BigInt(8 * (7 - i))) & 0xffn));
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

function isShared({ name, in: where, schema }: Json): boolean {
  if (where === "body") return String((schema as Json).$ref).startsWith("#/definitions/io.k8s.apimachinery");
  return name !== "name" && !(where === "query" && (name === "dryRun" || name === "fieldValidation"));
}

export class SharedParameters {
  readonly #all = new Map<string, { readonly name: string; readonly parameter: Json }>();

  /** The parameter, or a reference to it. */
  use(parameter: Json): Json {
    if (!isShared(parameter)) return parameter;
    const text = JSON.stringify(parameter);
    let known = this.#all.get(text);
    if (!known) {
      known = { name: `${parameter.name}-${hashOf(text)}`, parameter };
      this.#all.set(text, known);
    }
    return { $ref: `#/parameters/${known.name}` };
  }

  all(): Json {
    const sorted = [...this.#all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Object.fromEntries(sorted.map(({ name, parameter }) => [name, parameter]));
  }
}
