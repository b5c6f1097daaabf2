/** From the text of an expression to what can be run: the one way in. */
import { type Checked, check } from "./check/checker.ts";
import type { Environment } from "./check/environment.ts";
import { checkLiterals } from "./check/literals.ts";
import { parse } from "./syntax/parser.ts";
import { Faults } from "./syntax/source.ts";

/** The checked expression, or the faults as upstream shows them. */
export function compile(text: string, environment: Environment): Checked | Faults {
  const parsed = parse(text);
  if (parsed instanceof Faults) return parsed;
  const checked = check(parsed, environment);
  if (checked instanceof Faults) return checked;
  const faults = checkLiterals(checked);
  return faults.any ? faults : checked;
}

export type { Checked };
export { Faults };
