/** What an expression may refer to: variables, types, functions. Environments are extended, never changed. */
import { readSignature, type Signature } from "../types/signature.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../values/value.ts";

/** Computes a call; faults are thrown (CelError). The arguments are of the types that the overload declares. */
export type Implementation = (...args: never[]) => Value;

export interface Overload extends Signature {
  readonly id: string;
  readonly run: Implementation;
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

/** Declares a function: the ids of its overloads, their signatures, and what they do. */
export function declare(
  name: string,
  ...overloads: readonly (readonly [id: string, signature: string, run: Implementation])[]
): FunctionDeclaration {
  return { name, overloads: overloads.map(([id, signature, run]) => ({ id, run, ...readSignature(signature) })) };
}

export class Environment {
  readonly #variables: ReadonlyMap<string, Type>;
  readonly #types: ReadonlyMap<string, Type>;
  readonly #functions: ReadonlyMap<string, FunctionDeclaration>;

  private constructor(
    variables: ReadonlyMap<string, Type>,
    named: ReadonlyMap<string, Type>,
    functions: ReadonlyMap<string, FunctionDeclaration>,
  ) {
    this.#variables = variables;
    this.#types = named;
    this.#functions = functions;
  }

  static readonly empty = new Environment(new Map(), new Map(), new Map());

  withVariables(variables: Readonly<Record<string, Type>>): Environment {
    return new Environment(new Map([...this.#variables, ...Object.entries(variables)]), this.#types, this.#functions);
  }

  /** Types that expressions may name. */
  withTypes(named: Iterable<Type>): Environment {
    const added = new Map(this.#types);
    for (const type of named) added.set(type.name, type);
    return new Environment(this.#variables, added, this.#functions);
  }

  /** Functions of a name that is there already are added to it. */
  withFunctions(declared: Iterable<FunctionDeclaration>): Environment {
    const added = new Map(this.#functions);
    for (const { name, overloads } of declared) {
      const before = added.get(name)?.overloads ?? [];
      const fresh = overloads.filter((one) => !before.some((other) => other.id === one.id));
      added.set(name, { name, overloads: [...before, ...fresh] });
    }
    return new Environment(this.#variables, this.#types, added);
  }

  variable(name: string): Type | undefined {
    return this.#variables.get(name);
  }

  type(name: string): Type | undefined {
    return this.#types.get(name);
  }

  function(name: string): FunctionDeclaration | undefined {
    return this.#functions.get(name);
  }
}
