/** An expression could not be computed: the text is what users see. */
export class CelError extends Error {
  override readonly name = "CelError";
}

/** The expression cost more than it may; nothing within it can absorb this. */
export class OverBudget extends Error {
  override readonly name = "OverBudget";
}

export function fail(message: string): never {
  throw new CelError(message);
}

export const noOverload = (): never => fail("no such overload");
