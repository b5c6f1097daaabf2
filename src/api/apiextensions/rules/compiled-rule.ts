/** One rule of a schema, ready to run, or what keeps it from being so (apiextensions' schema/cel/compilation.go). */

import type { Checked } from "../../cel/check/checker.ts";
import { compile, Faults } from "../../cel/compile.ts";
import { estimateCost } from "../../cel/cost/estimate.ts";
import { type Program, program } from "../../cel/evaluate/program.ts";
import { kubernetesEnvironment } from "../../cel/library/kubernetes.ts";
import { type Declared, declaredType, largestRequest, sizesWithin } from "../../cel/schema/declared.ts";
import { descendants } from "../../cel/syntax/expression.ts";
import { optionalOf } from "../../cel/types/type.ts";
import { CelError } from "../../cel/values/error.ts";
import { fieldAt } from "../schema/field-path.ts";
import type { JsonSchema, ValidationRule } from "../schema/json-schema.ts";

export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Absent where the rule is blank. */
  readonly program?: Program;
  readonly error?: string;
  readonly usesOldSelf: boolean;
  /** What running it once may cost. */
  readonly maxCost: number;
  readonly message?: Program;
  readonly messageError?: string;
  readonly messageMaxCost: number;
  /** Where its failures are told, within the place it stands at: `spec.name`. */
  readonly fieldPath?: string;
}

/** The name that types of `self` have in messages. */
const selfType = "selfType0";

/** What a schema says of `self`; undefined where it says too little. */
export const selfOf = (schema: JsonSchema, isResource: boolean): Declared | undefined =>
  declaredType(schema, isResource, selfType);

export const compileSchemaRules = (
  rules: readonly ValidationRule[],
  schema: JsonSchema,
  self: Declared,
): readonly CompiledRule[] => rules.map((rule) => compileRule(rule, schema, self));

const nothing = { usesOldSelf: false, maxCost: 0, messageMaxCost: 0 } as const;

function compileRule(rule: ValidationRule, schema: JsonSchema, self: Declared): CompiledRule {
  if ((rule.rule ?? "").trim() === "") return { rule, ...nothing };
  const oldSelf = rule.optionalOldSelf ? optionalOf(self.type) : self.type;
  const environment = kubernetesEnvironment.withVariables({ self: self.type, oldSelf });
  const checked = compile(rule.rule, environment);
  if (checked instanceof Faults) return { rule, ...nothing, error: `compilation failed: ${checked}` };
  if (checked.type.kind !== "bool") return { rule, ...nothing, error: "cel expression must evaluate to a bool" };
  const usesOldSelf = refersTo(checked, "oldSelf");
  const made = programOf(checked);
  if (typeof made === "string")
    return { rule, ...nothing, usesOldSelf, error: `program instantiation failed: ${made}` };
  const found = { rule, program: made, usesOldSelf, maxCost: estimateCost(checked, sizesWithin(self)).max };
  const message = rule.messageExpression ? compileMessage(rule.messageExpression, environment, self) : {};
  const field = rule.fieldPath && !message.messageError ? fieldAt(rule.fieldPath, schema) : undefined;
  const fieldPath = typeof field === "object" ? { fieldPath: field.path } : {};
  return { ...found, messageMaxCost: 0, ...message, ...fieldPath };
}

function compileMessage(
  text: string,
  environment: typeof kubernetesEnvironment,
  self: Declared,
): Pick<CompiledRule, "message" | "messageError"> & { readonly messageMaxCost?: number } {
  const checked = compile(text, environment);
  if (checked instanceof Faults) return { messageError: `messageExpression compilation failed: ${checked}` };
  if (checked.type.kind !== "string") return { messageError: "messageExpression must evaluate to a string" };
  const message = programOf(checked);
  if (typeof message === "string") return { messageError: `messageExpression instantiation failed: ${message}` };
  return { message, messageMaxCost: estimateCost(checked, sizesWithin(self)).max };
}

function programOf(checked: Checked): Program | string {
  try {
    return program(checked);
  } catch (error) {
    if (error instanceof CelError) return error.message;
    throw error;
  }
}

function refersTo(checked: Checked, name: string): boolean {
  for (const node of descendants(checked.root)) if (node.kind === "ident" && node.name === name) return true;
  return false;
}

/** How many values of at least `minBytes` fit into a request. */
export const mostInRequest = (minBytes: number): number => Math.floor(largestRequest / (minBytes + 1));
