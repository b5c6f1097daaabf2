/** Rules of a schema in CEL (`x-kubernetes-validations`): what definitions and their objects ask about them. */
export { compileRules, type ObjectRules, type ValidateOptions } from "./object-rules.ts";
export { type RuleErrorOptions, ruleErrors } from "./rule-errors.ts";
