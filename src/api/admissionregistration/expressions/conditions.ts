/** Match conditions: which of the requests that the rules are about are meant. */

import { types } from "../../cel/types/type.ts";
import type { MatchCondition } from "../../generated/admissionregistration-v1.ts";
import type { Shared } from "../../object.ts";
import type { PolicyVariables } from "./compiled-expression.ts";
import { type CompiledExpression, compileExpression } from "./compiled-expression.ts";
import { admissionEnvironment } from "./environment.ts";
import { BudgetSpent, conditionsBudget, evaluateAll, type Inputs } from "./evaluation.ts";

type Conditions = Shared<readonly MatchCondition[]> | undefined;

/** Policies have params, perhaps, and variables. */
export function compileConditions(
  conditions: Conditions,
  { params, variables }: { readonly params: boolean; readonly variables?: PolicyVariables },
): readonly CompiledExpression[] {
  const environment = admissionEnvironment({ params, authorizer: true, variables: variables?.types });
  return (conditions ?? []).map(({ expression }) => compileExpression(expression, environment, [types.bool]));
}

/** Whether all hold; an error where that cannot be told, and none that can is false. */
export function conditionsHold(
  conditions: readonly CompiledExpression[],
  inputs: Inputs,
  variables?: PolicyVariables,
): boolean | { readonly error: string } {
  if (!conditions.length) return true;
  // upstream gives conditions no namespace
  const { namespaceObject: _, ...seen } = inputs;
  try {
    const { results } = evaluateAll(conditions, seen as Inputs, conditionsBudget, variables);
    if (results.some((result) => result?.error === undefined && result?.value === false)) return false;
    const errors = [...new Set(results.flatMap((result) => result?.error ?? []))];
    if (!errors.length) return true;
    return { error: errors.length === 1 ? String(errors[0]) : `[${errors.join(", ")}]` };
  } catch (error) {
    if (error instanceof BudgetSpent) return { error: error.message };
    throw error;
  }
}
