/** Which of a function's overloads takes the given values. */
import type { FunctionDeclaration, Overload } from "../check/environment.ts";
import { isOf, typeName } from "../values/describe.ts";
import { fail, noOverload } from "../values/error.ts";
import type { Value } from "../values/value.ts";

type Runner = (...args: readonly Value[]) => Value;

const takes = (overload: Overload, args: readonly Value[]): boolean =>
  overload.args.length === args.length && overload.args.every((type, i) => isOf(args[i] as Value, type));

/** Operators say less when nothing fits. */
const isOperator = (name: string): boolean => /^(_.*|!_|-_|@in)$/.test(name);

/**
 * Runs the overload that the checker found, or, where it found several, the first of the function's that takes the
 * values.
 */
export function dispatcher(declared: FunctionDeclaration, found: readonly Overload[], isMember: boolean): Runner {
  const candidates = found.length === 1 ? found : declared.overloads.filter((one) => one.isMember === isMember);
  return (...args) => {
    for (const overload of candidates) {
      if (takes(overload, args)) return (overload.run as Runner)(...args);
    }
    if (isOperator(declared.name)) return noOverload();
    return fail(`no such overload: ${declared.name}(${args.map(typeName).join(", ")})`);
  };
}
