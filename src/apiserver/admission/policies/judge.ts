/** What a validating policy says of one request, with one set of parameters. */
import { conditionsHold } from "../../../api/admissionregistration/expressions/conditions.ts";
import {
  BudgetSpent,
  evaluateAll,
  type Inputs,
  policyBudget,
  type Result,
} from "../../../api/admissionregistration/expressions/evaluation.ts";
import type { Validation } from "../../../api/generated/admissionregistration-v1.ts";
import type { Shared } from "../../../api/object.ts";
import { utf8Length } from "../../../api/validation/names.ts";
import type { CompiledValidatingPolicy } from "./compiled.ts";

export interface Denial {
  readonly message: string;
  readonly reason?: string;
  /** Which of the validations. */
  readonly index: number;
}

export interface Judgement {
  readonly denials: readonly Denial[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Of annotations: they refuse the request, whatever a binding's actions are. */
  readonly faults: readonly string[];
}

const nothing: Judgement = { denials: [], annotations: [], faults: [] };
const longestMessage = 5 * 1024;

export function judge(policy: CompiledValidatingPolicy, inputs: Inputs): Judgement {
  const failing = (message: string): Judgement =>
    policy.ignoresFailures ? nothing : { ...nothing, denials: [{ message, index: 0 }] };
  const holds = conditionsHold(policy.conditions, inputs, policy.variables);
  if (typeof holds === "object") return failing(holds.error);
  if (!holds) return nothing;
  try {
    return withinBudget(policy, inputs);
  } catch (error) {
    if (error instanceof BudgetSpent) return failing(error.message);
    throw error;
  }
}

function withinBudget(policy: CompiledValidatingPolicy, inputs: Inputs): Judgement {
  const { spec } = policy.policy;
  const { validations, messages, annotations } = policy.expressions;
  const checked = evaluateAll(validations, inputs, policyBudget, policy.variables);
  const told = messagesOf(messages, inputs, checked.remaining, policy);
  const denials = checked.results.flatMap((result, index): Denial[] => {
    const denial = denialOf(result as Result, spec.validations?.[index] as Shared<Validation>, told, index);
    if (!denial || (denial.isFault && policy.ignoresFailures)) return [];
    return [{ message: denial.message, ...(denial.reason && { reason: denial.reason }), index }];
  });
  const { results } = evaluateAll(annotations, inputs, policyBudget, policy.variables);
  const faults = policy.ignoresFailures ? [] : results.flatMap((result) => result?.error ?? []);
  const published = results.flatMap((result, i) => {
    const value = result?.error === undefined && typeof result?.value === "string" ? result.value.trim() : "";
    return value ? [{ key: spec.auditAnnotations?.[i]?.key ?? "", value }] : [];
  });
  return { denials, annotations: published, faults };
}

type Told = readonly (Result | undefined)[] | { readonly fault: string };

function messagesOf(
  expressions: CompiledValidatingPolicy["expressions"]["messages"],
  { authorizer: _, requestResource: __, ...inputs }: Inputs,
  budget: number,
  { variables }: CompiledValidatingPolicy,
): Told {
  try {
    return evaluateAll(expressions, inputs, budget, variables).results;
  } catch (error) {
    if (error instanceof BudgetSpent) return { fault: `failed messageExpression: ${error.message}` };
    throw error;
  }
}

function denialOf(
  result: Result,
  validation: Shared<Validation>,
  told: Told,
  index: number,
): { readonly message: string; readonly reason?: string; readonly isFault?: boolean } | undefined {
  if (result.error !== undefined) return { message: result.error, isFault: true };
  if ("fault" in told) return { message: told.fault, isFault: true };
  if (result.value === true) return undefined;
  const { message, expression, reason = "Invalid" } = validation;
  const computed = messageOf(told[index]);
  return { message: computed || message?.trim() || `failed expression: ${expression.trim()}`, reason };
}

/** A message that was computed, unless it is none that can be shown. */
function messageOf(result: Result | undefined): string {
  if (result === undefined || result.error !== undefined || typeof result.value !== "string") return "";
  const message = result.value.trim();
  return message.includes("\n") || utf8Length(message) > longestMessage ? "" : message;
}
