/** Policies with their expressions compiled, each when it is first needed. */
import {
  type CompiledExpression,
  compileExpression,
  PolicyVariables,
} from "../../../api/admissionregistration/expressions/compiled-expression.ts";
import { compileConditions } from "../../../api/admissionregistration/expressions/conditions.ts";
import { admissionEnvironment } from "../../../api/admissionregistration/expressions/environment.ts";
import { type MutatingPolicy, patchTypes } from "../../../api/admissionregistration/validation/mutating-policies.ts";
import type { ValidatingPolicy } from "../../../api/admissionregistration/validation/validating-policies.ts";
import { type Type, types } from "../../../api/cel/types/type.ts";
import type { KubeObject } from "../../../api/object.ts";

abstract class CompiledPolicy<P extends ValidatingPolicy | MutatingPolicy> {
  readonly policy: P;
  readonly name: string;
  readonly params: boolean;
  #variables: PolicyVariables | undefined;
  #conditions: readonly CompiledExpression[] | undefined;

  constructor(object: KubeObject) {
    this.policy = object as unknown as P;
    this.name = object.metadata.name ?? "";
    this.params = this.policy.spec.paramKind !== undefined;
  }

  get variables(): PolicyVariables {
    if (!this.#variables) {
      this.#variables = new PolicyVariables({ params: this.params });
      for (const { name, expression } of this.policy.spec.variables ?? []) this.#variables.add(name, expression);
    }
    return this.#variables;
  }

  get conditions(): readonly CompiledExpression[] {
    const { params, variables } = this;
    this.#conditions ??= compileConditions(this.policy.spec.matchConditions, { params, variables });
    return this.#conditions;
  }

  get ignoresFailures(): boolean {
    return this.policy.spec.failurePolicy === "Ignore";
  }

  protected compile(text: string, wanted: readonly Type[], more: { authorizer?: boolean; patch?: boolean } = {}) {
    const { params } = this;
    const environment = admissionEnvironment({ params, authorizer: true, variables: this.variables.types, ...more });
    return compileExpression(text, environment, wanted);
  }
}

export class CompiledValidatingPolicy extends CompiledPolicy<ValidatingPolicy> {
  #expressions: ReturnType<CompiledValidatingPolicy["compileAll"]> | undefined;

  get expressions() {
    this.#expressions ??= this.compileAll();
    return this.#expressions;
  }

  private compileAll() {
    const { validations = [], auditAnnotations = [] } = this.policy.spec;
    return {
      validations: validations.map(({ expression }) => this.compile(expression, [types.bool])),
      messages: validations.map(({ messageExpression }) =>
        messageExpression ? this.compile(messageExpression, [types.string], { authorizer: false }) : undefined,
      ),
      annotations: auditAnnotations.map(({ valueExpression }) =>
        this.compile(valueExpression, [types.string, types.null]),
      ),
    };
  }
}

export class CompiledMutatingPolicy extends CompiledPolicy<MutatingPolicy> {
  #mutations: readonly (CompiledExpression | undefined)[] | undefined;

  /** One for each mutation. */
  get mutations(): readonly (CompiledExpression | undefined)[] {
    this.#mutations ??= (this.policy.spec.mutations ?? []).map((mutation) => {
      const way = patchTypes[mutation.patchType];
      const text = way && mutation[way.field]?.expression;
      return way && text !== undefined ? this.compile(text, [way.type], { patch: true }) : undefined;
    });
    return this.#mutations;
  }
}
