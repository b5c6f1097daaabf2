/** One evaluation: the values it sees, what it has cost so far, and how much it may cost. */
import { OverBudget } from "../values/error.ts";
import type { Value } from "../values/value.ts";

/** The variables of an expression, made when they are first read. */
export interface Variables {
  find(name: string): Value | undefined;
}

export class Run {
  readonly variables: Variables;
  /** Of loops, by the places that compiling gave them; an accumulator may hold a fault. */
  readonly locals: (Value | Error)[] = [];
  readonly #limit: number;
  cost = 0;

  constructor(variables: Variables, limit: number) {
    this.variables = variables;
    this.#limit = limit;
  }

  charge(amount: number): void {
    this.cost += amount;
    if (this.cost > this.#limit) throw new OverBudget("operation cancelled: actual cost limit exceeded");
  }
}

/** A part of an expression, ready to run. Faults are thrown. */
export type Step = (run: Run) => Value;
