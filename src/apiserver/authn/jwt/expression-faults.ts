/** What is wrong with the expressions of a configuration. */
import type { FieldError, Path } from "../../../api/validation/field-error.ts";
import type { JwtAuthenticatorConfiguration } from "./configuration.ts";
import { type Compiled, compileClaims, compileUser, ExpressionFault } from "./expressions.ts";

const emailText =
  "claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression";

export function expressionFaults(one: JwtAuthenticatorConfiguration, path: Path): FieldError[] {
  const faults: FieldError[] = [];
  const tried = (text: string, at: Path, compile: (text: string) => Compiled): Compiled | undefined => {
    if (!text) return undefined;
    try {
      return compile(text);
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      faults.push(at.invalid(text, error.message));
      return undefined;
    }
  };
  const { claimMappings, claimValidationRules, userValidationRules } = one;
  const mappings = path.child("claimMappings");
  const rules = claimValidationRules.map(({ expression }, i) =>
    tried(expression, path.child("claimValidationRules").index(i).child("expression"), (text) =>
      compileClaims(text, true),
    ),
  );
  const username = tried(claimMappings.username.expression, mappings.child("username", "expression"), compileClaims);
  tried(claimMappings.groups.expression, mappings.child("groups", "expression"), compileClaims);
  tried(claimMappings.uid.expression, mappings.child("uid", "expression"), compileClaims);
  const extra = claimMappings.extra.map(({ valueExpression }, i) =>
    tried(valueExpression, mappings.child("extra").index(i).child("valueExpression"), compileClaims),
  );
  for (const [i, { expression }] of userValidationRules.entries())
    tried(expression, path.child("userValidationRules").index(i).child("expression"), compileUser);
  const isVerified = [...rules, username, ...extra].some((each) => each?.claims.has("email_verified"));
  if (username?.claims.has("email") && !isVerified)
    faults.push(mappings.child("username", "expression").invalid(username.text, emailText));
  return faults;
}
