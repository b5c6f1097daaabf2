/** Running the expressions of a webhook or a policy over one request, within a budget for all of them together. */
import type { Variables } from "../../cel/evaluate/run.ts";
import { untypedValue } from "../../cel/schema/untyped.ts";
import { fail } from "../../cel/values/error.ts";
import type { MapValue } from "../../cel/values/map.ts";
import type { Opaque } from "../../cel/values/opaque.ts";
import type { Value } from "../../cel/values/value.ts";
import type { CompiledExpression, PolicyVariables } from "./compiled-expression.ts";

/** What all match conditions of a webhook or policy may cost. */
export const conditionsBudget = 2_500_000;
/** What all other expressions of a policy may cost, for one binding. */
export const policyBudget = 10_000_000;

/** What the expressions see; all but the authorizer as JSON. */
export interface Inputs {
  readonly object: object | undefined;
  readonly oldObject: object | undefined;
  readonly request: object;
  readonly namespaceObject?: object | undefined;
  readonly params?: object | undefined;
  readonly authorizer?: Opaque;
  readonly requestResource?: Opaque;
}

export type Result = { readonly value: Value; readonly error?: undefined } | { readonly error: string };

/** The budget does not suffice for all. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";

  constructor() {
    super("validation failed due to running out of cost budget, no further validation rules will be run");
  }
}

export interface Outcome {
  /** None where there was no expression. */
  readonly results: readonly (Result | undefined)[];
  readonly remaining: number;
}

/** Runs one after another. Throws BudgetSpent. */
export function evaluateAll(
  expressions: readonly (CompiledExpression | undefined)[],
  inputs: Inputs,
  budget: number,
  variables?: PolicyVariables,
): Outcome {
  const activation = new Activation(inputs, variables);
  let remaining = budget;
  const results = expressions.map((expression): Result | undefined => {
    if (!expression) return undefined;
    if (expression.fault !== undefined) return { error: `compilation error: ${expression.fault}` };
    const outcome = expression.program.run(activation);
    remaining -= activation.takeCost();
    if (remaining < 0) throw new BudgetSpent();
    remaining -= outcome.cost;
    if (remaining < 0) throw new BudgetSpent();
    if (outcome.kind === "value") return { value: outcome.value };
    return { error: `expression '${expression.text}' resulted in error: ${outcome.message}` };
  });
  return { results, remaining };
}

class Activation implements Variables {
  readonly #inputs: Inputs;
  readonly #composed: ComposedVariables | undefined;
  readonly #known = new Map<string, Value>();

  constructor(inputs: Inputs, variables: PolicyVariables | undefined) {
    this.#inputs = inputs;
    this.#composed = variables && new ComposedVariables(variables, this);
  }

  find(name: string): Value | undefined {
    let value = this.#known.get(name);
    if (value === undefined) {
      value = this.#make(name);
      if (value !== undefined) this.#known.set(name, value);
    }
    return value;
  }

  #make(name: string): Value | undefined {
    switch (name) {
      case "object":
      case "oldObject":
      case "request":
      case "namespaceObject":
      case "params":
        return untypedValue(this.#inputs[name]);
      case "authorizer":
        return this.#inputs.authorizer;
      case "authorizer.requestResource":
        return this.#inputs.requestResource;
      case "variables":
        return this.#composed;
      default:
        return undefined;
    }
  }

  /** What variables have cost since it was asked last. */
  takeCost(): number {
    return this.#composed?.takeCost() ?? 0;
  }
}

/** Variables of a policy, each computed when it is first used. */
class ComposedVariables implements MapValue {
  readonly kind = "map";
  readonly typeName = "kubernetes.variables";
  readonly #variables: PolicyVariables;
  readonly #activation: Activation;
  readonly #known = new Map<string, Result>();
  #cost = 0;

  constructor(variables: PolicyVariables, activation: Activation) {
    this.#variables = variables;
    this.#activation = activation;
  }

  get size(): number {
    return this.#variables.all.size;
  }

  keys(): Iterable<Value> {
    return this.#variables.all.keys();
  }

  find(key: Value): Value | undefined {
    const name = String(key);
    const expression = this.#variables.all.get(name);
    if (!expression) return undefined;
    let result = this.#known.get(name);
    if (!result) {
      result = this.#run(name, expression);
      this.#known.set(name, result);
    }
    return result.error === undefined ? result.value : fail(result.error);
  }

  #run(name: string, expression: CompiledExpression): Result {
    const about = `composited variable ${JSON.stringify(name)}`;
    if (expression.fault !== undefined) return { error: `${about} fails to compile: ${expression.fault}` };
    const outcome = expression.program.run(this.#activation);
    this.#cost += outcome.cost;
    return outcome.kind === "value"
      ? { value: outcome.value }
      : { error: `${about} fails to evaluate: ${outcome.message}` };
  }

  takeCost(): number {
    const cost = this.#cost;
    this.#cost = 0;
    return cost;
  }
}
