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

/** Types that no list could hold, by their names. */
export type TypeResolver = (name: string) => Type | undefined;

interface Parts {
  readonly variables: ReadonlyMap<string, Type>;
  readonly types: ReadonlyMap<string, Type>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly resolver?: TypeResolver;
}

export class Environment {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static readonly empty = new Environment({ variables: new Map(), types: new Map(), functions: new Map() });

  withVariables(variables: Readonly<Record<string, Type>>): Environment {
    const all = new Map([...this.#parts.variables, ...Object.entries(variables)]);
    return new Environment({ ...this.#parts, variables: all });
  }

  /** Types that expressions may name. */
  withTypes(named: Iterable<Type>): Environment {
    const all = new Map(this.#parts.types);
    for (const type of named) all.set(type.name, type);
    return new Environment({ ...this.#parts, types: all });
  }

  /** Asked for types that are not listed. */
  withTypeResolver(resolver: TypeResolver): Environment {
    return new Environment({ ...this.#parts, resolver });
  }

  /** Functions of a name that is there already are added to it. */
  withFunctions(declared: Iterable<FunctionDeclaration>): Environment {
    const all = new Map(this.#parts.functions);
    for (const { name, overloads } of declared) {
      const before = all.get(name)?.overloads ?? [];
      const fresh = overloads.filter((one) => !before.some((other) => other.id === one.id));
      all.set(name, { name, overloads: [...before, ...fresh] });
    }
    return new Environment({ ...this.#parts, functions: all });
  }

  variable(name: string): Type | undefined {
    return this.#parts.variables.get(name);
  }

  type(name: string): Type | undefined {
    return this.#parts.types.get(name) ?? this.#parts.resolver?.(name);
  }

  function(name: string): FunctionDeclaration | undefined {
    return this.#parts.functions.get(name);
  }
}
