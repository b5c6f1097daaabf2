/** Expressions of webhooks and policies, compiled: what they are allowed to be, and what is said of those that are not. */

import type { Environment } from "../../cel/check/environment.ts";
import { compile, Faults } from "../../cel/compile.ts";
import { type Program, program } from "../../cel/evaluate/program.ts";
import { isSame, listOf, mapOf, type Type, types } from "../../cel/types/type.ts";
import { CelError } from "../../cel/values/error.ts";
import { admissionEnvironment, type Seen } from "./environment.ts";

export type CompiledExpression =
  | { readonly text: string; readonly program: Program; readonly type: Type; readonly fault?: undefined }
  | { readonly text: string; readonly fault: string; readonly isInternal: boolean };

/** `wanted` are the types it may have; none: any. */
export function compileExpression(text: string, environment: Environment, wanted: readonly Type[]): CompiledExpression {
  const checked = compile(text, environment);
  if (checked instanceof Faults) return { text, fault: `compilation failed: ${checked}`, isInternal: false };
  const { type } = checked;
  if (wanted.length && !wanted.some((one) => isSame(one, type))) {
    const names = wanted.map(nameOf);
    const must = names.length === 1 ? `must evaluate to ${names[0]}` : `must evaluate to one of [${names.join(" ")}]`;
    return { text, fault: `${must} but got ${nameOf(type)}`, isInternal: false };
  }
  try {
    return { text, type, program: program(checked) };
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return { text, fault: `program instantiation failed: ${error.message}`, isInternal: true };
  }
}

const nameOf = ({ name, params }: Type): string => (params.length ? `${name}(${params.map(nameOf).join(", ")})` : name);

/** Named expressions that later ones of the same policy may use. */
export class PolicyVariables {
  readonly #types = new Map<string, Type>();
  readonly #compiled = new Map<string, CompiledExpression>();
  readonly #seen: Seen;

  constructor(seen: Pick<Seen, "params">) {
    this.#seen = { ...seen, authorizer: true, variables: this.#types };
  }

  add(name: string, text: string): CompiledExpression {
    const compiled = compileExpression(text, admissionEnvironment(this.#seen), []);
    this.#types.set(name, compiled.fault === undefined ? fieldTypeOf(compiled.type) : types.dyn);
    this.#compiled.set(name, compiled);
    return compiled;
  }

  get types(): ReadonlyMap<string, Type> {
    return this.#types;
  }

  get all(): ReadonlyMap<string, CompiledExpression> {
    return this.#compiled;
  }
}

const plain = new Set<Type["kind"]>(["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"]);

/** Of other values than plain ones, lists and maps, nothing is known. */
export function fieldTypeOf(type: Type): Type {
  const [first, second] = type.params;
  if (type.kind === "list" && first) return listOf(fieldTypeOf(first));
  if (type.kind === "map" && first && second) return mapOf(fieldTypeOf(first), fieldTypeOf(second));
  return plain.has(type.kind) || type.kind === "null" ? type : types.dyn;
}
