/** What a Job says of failed pods, and of when it has succeeded. */
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from "../../generated/batch-v1.ts";
import { checkNonNegative, checkSupported, report } from "../../validation/checks.ts";
import { FieldError, type Path } from "../../validation/field-error.ts";
import { isQualifiedName } from "../../validation/names.ts";
import { countIndexes, parseIndexes } from "./indexes.ts";

const most = { rules: 20, codes: 255, patterns: 20, indexesLength: 64 * 1024 };
const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const operators = ["In", "NotIn"];
const statuses = ["False", "True", "Unknown"];

/** An Invalid that does not show its value. */
export const invalidOmitted = (path: Path, why: string): FieldError =>
  new FieldError("FieldValueInvalid", String(path), undefined, why);

function checkChoice(errors: FieldError[], path: Path, value: string, valid: readonly string[]): void {
  if (!value) errors.push(path.required(`valid values: [${valid.map((v) => JSON.stringify(v)).join(" ")}]`));
  else checkSupported(errors, path, value, valid);
}

export function validateFailurePolicy(errors: FieldError[], spec: JobSpec, path: Path): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > most.rules) errors.push(path.child("rules").tooMany(rules.length, most.rules));
  for (const [i, rule] of rules.entries()) validateFailureRule(errors, rule, spec, path.child("rules").index(i));
}

function validateFailureRule(errors: FieldError[], rule: PodFailurePolicyRule, spec: JobSpec, path: Path): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  if (action === "FailIndex") {
    if (spec.backoffLimitPerIndex === undefined)
      errors.push(path.child("action").invalid(action, "requires the backoffLimitPerIndex to be set"));
  } else checkChoice(errors, path.child("action"), action, actions);
  if (onExitCodes) validateExitCodes(errors, onExitCodes, spec, path.child("onExitCodes"));
  const at = path.child("onPodConditions");
  if (onPodConditions.length > most.patterns) errors.push(at.tooMany(onPodConditions.length, most.patterns));
  for (const [i, { type, status }] of onPodConditions.entries()) {
    report(errors, at.index(i).child("type"), type, isQualifiedName(type));
    checkChoice(errors, at.index(i).child("status"), status, statuses);
  }
  if (onExitCodes && onPodConditions.length)
    errors.push(invalidOmitted(path, "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (!onExitCodes && !onPodConditions.length)
    errors.push(invalidOmitted(path, "specifying one of OnExitCodes and OnPodConditions is required"));
}

function validateExitCodes(
  errors: FieldError[],
  { operator, containerName, values }: PodFailurePolicyOnExitCodesRequirement,
  { template }: JobSpec,
  path: Path,
): void {
  checkChoice(errors, path.child("operator"), operator, operators);
  const containers = [...(template.spec.containers ?? []), ...(template.spec.initContainers ?? [])];
  if (containerName !== undefined && !containers.some((container) => container.name === containerName)) {
    const why = "must be one of the container or initContainer names in the pod template";
    errors.push(path.child("containerName").invalid(containerName, why));
  }
  const at = path.child("values");
  const codes = values ?? [];
  if (!codes.length) errors.push(at.invalid(values ?? [], "at least one value is required"));
  else if (codes.length > most.codes) errors.push(at.tooMany(codes.length, most.codes));
  for (const [i, code] of codes.entries()) {
    if (operator === "In" && code === 0) errors.push(at.index(i).invalid(code, "must not be 0 for the In operator"));
    if (codes.indexOf(code) < i) errors.push(at.index(i).duplicate(code));
  }
  if (codes.some((code, i) => i > 0 && (codes[i - 1] ?? 0) > code)) errors.push(at.invalid(codes, "must be ordered"));
}

export function validateSuccessPolicy(errors: FieldError[], spec: JobSpec, path: Path): void {
  const rules = spec.successPolicy?.rules ?? [];
  const at = path.child("rules");
  if (!rules.length)
    errors.push(at.required("at least one rules must be specified when the successPolicy is specified"));
  if (rules.length > most.rules) errors.push(at.tooMany(rules.length, most.rules));
  for (const [i, rule] of rules.entries()) validateSuccessRule(errors, rule, spec.completions ?? 0, at.index(i));
}

function validateSuccessRule(
  errors: FieldError[],
  { succeededIndexes, succeededCount }: SuccessPolicyRule,
  completions: number,
  path: Path,
): void {
  if (succeededIndexes === undefined && succeededCount === undefined)
    errors.push(path.required("at least one of succeededCount or succeededIndexes must be specified"));
  let total = 0;
  if (succeededIndexes !== undefined) {
    const at = path.child("succeededIndexes");
    if (succeededIndexes.length > most.indexesLength) errors.push(at.tooLong(most.indexesLength));
    const indexes = parseIndexes(succeededIndexes, completions);
    if ("error" in indexes)
      errors.push(at.invalid(succeededIndexes, `error parsing succeededIndexes: ${indexes.error}`));
    else total = countIndexes(indexes);
  }
  if (succeededCount === undefined) return;
  const at = path.child("succeededCount");
  const limit = (count: number, what: string): void => {
    if (succeededCount > count)
      errors.push(at.invalid(succeededCount, `must be less than or equal to ${count} (the number of ${what})`));
  };
  checkNonNegative(errors, at, succeededCount);
  limit(completions, "specified completions");
  if (succeededIndexes !== undefined) limit(total, "indexes in the specified succeededIndexes field");
}

/** The policy in upstream's internal form, as an error shows it. */
export const shownSuccessPolicy = ({ successPolicy }: JobSpec): object => ({
  Rules: (successPolicy?.rules ?? []).map(({ succeededIndexes, succeededCount }) => ({
    SucceededIndexes: succeededIndexes ?? null,
    SucceededCount: succeededCount ?? null,
  })),
});
