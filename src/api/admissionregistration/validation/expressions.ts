/** Faults of expressions in configurations of admission, and of the conditions that webhooks and policies share. */

import { types } from "../../cel/types/type.ts";
import type { MatchCondition } from "../../generated/admissionregistration-v1.ts";
import type { Shared } from "../../object.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isQualifiedName } from "../../validation/names.ts";
import { type CompiledExpression, compileExpression } from "../expressions/compiled-expression.ts";
import { admissionEnvironment } from "../expressions/environment.ts";

const mostConditions = 64;

/** `shown` is the expression as the message names it. */
export function expressionErrors(compiled: CompiledExpression, path: Path, shown = compiled.text): FieldError[] {
  if (compiled.fault === undefined) return [];
  return [compiled.isInternal ? path.internal(compiled.fault) : path.invalid(shown, compiled.fault)];
}

export function conditionErrors(
  conditions: Shared<readonly MatchCondition[]> | undefined,
  path: Path,
  params: boolean,
): FieldError[] {
  const given = conditions ?? [];
  const environment = admissionEnvironment({ params, authorizer: true });
  const errors: FieldError[] = [];
  if (given.length > mostConditions) errors.push(path.tooMany(given.length, mostConditions));
  const names = new Set<string>();
  for (const [i, { name, expression }] of given.entries()) {
    const at = path.index(i);
    const text = expression.trim();
    if (!text) errors.push(at.child("expression").required());
    else errors.push(...expressionErrors(compileExpression(text, environment, [types.bool]), at.child("expression")));
    if (!name) {
      errors.push(at.child("name").required());
      continue;
    }
    for (const fault of isQualifiedName(name)) errors.push(at.child("name").invalid(name, fault));
    if (names.has(name)) errors.push(at.child("name").duplicate(name));
    names.add(name);
  }
  return errors;
}
