/**
 * Expressions made ready to run: every part becomes a function. Running is pure and bounded: it reads what it is given,
 * counts what it does as cel-go does, and stops where it may cost no more.
 */
import type { Checked } from "../check/checker.ts";
import type { Expression } from "../syntax/expression.ts";
import { CelError, OverBudget } from "../values/error.ts";
import type { Value } from "../values/value.ts";
import { Compiler } from "./compiler.ts";
import { Run, type Step, type Variables } from "./run.ts";

export type Outcome =
  | { readonly kind: "value"; readonly value: Value; readonly cost: number }
  | { readonly kind: "error"; readonly message: string; readonly cost: number }
  /** It cost more than it may. */
  | { readonly kind: "over"; readonly message: string; readonly cost: number };

export interface Program {
  /** `limit` in units of cost: what this evaluation may cost. */
  run(variables: Variables, limit?: number): Outcome;
}

/** What one evaluation may cost, unless less is given. */
export const costPerCall = 1_000_000;

/** Throws CelError where a part that is the same each time cannot be computed: `int("x")`. */
export function program(checked: Checked): Program {
  const step = compile(checked, checked.root);
  return {
    run(variables, limit = costPerCall) {
      const run = new Run(variables, limit);
      try {
        return { kind: "value", value: step(run), cost: run.cost };
      } catch (error) {
        if (error instanceof CelError) return { kind: "error", message: error.message, cost: run.cost };
        if (error instanceof OverBudget) return { kind: "over", message: error.message, cost: run.cost };
        throw error;
      }
    },
  };
}

const compile = (checked: Checked, root: Expression): Step => new Compiler(checked).step(root);
