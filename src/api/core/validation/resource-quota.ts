import { own } from "../../../base/own.ts";
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from "../../generated/core-v1.ts";
import { type FieldError, Path, sortedKeys } from "../../validation/field-error.ts";
import { immutableText } from "../../validation/object-meta.ts";
import type { ResourceList } from "../pod-resources.ts";
import { checkQuantity, checkResourceName, isStandardResource } from "./resources.ts";

const specPath = new Path("spec");
const ofPods = new Set(["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"]);
const podsOnly = new Set(["pods"]);
/** Which resources the pods (or claims) of a scope can be counted by. */
const scopes: Readonly<Record<string, ReadonlySet<string>>> = {
  BestEffort: podsOnly,
  CrossNamespacePodAffinity: ofPods,
  NotBestEffort: ofPods,
  NotTerminating: ofPods,
  PriorityClass: ofPods,
  Terminating: ofPods,
  VolumeAttributesClass: new Set(["persistentvolumeclaims", "requests.storage"]),
};
const existOnly = ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];
const opposites = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];

const isQuotaResource = (name: string): boolean => isStandardResource(name) && name !== "storage";

function validateAmounts(errors: FieldError[], list: ResourceList | undefined, path: Path): void {
  for (const name of sortedKeys(list)) {
    const at = path.key(name);
    checkResourceName(errors, name, at);
    if (!name.includes("/") && !isQuotaResource(name))
      errors.push(at.invalid(name, "must be a standard resource for quota"));
    checkQuantity(errors, name, list?.[name] ?? "0", at);
  }
}

function validateScopes(errors: FieldError[], spec: ResourceQuotaSpec): void {
  const path = specPath.child("scopes");
  for (const scope of spec.scopes ?? []) {
    if (!own(scopes, scope)) errors.push(path.invalid(spec.scopes, "unsupported scope"));
    checkCountable(errors, spec, scope, path, spec.scopes);
  }
  checkOpposites(errors, spec.scopes ?? [], path, spec.scopes);
}

function checkCountable(
  errors: FieldError[],
  { hard }: ResourceQuotaSpec,
  scope: string,
  path: Path,
  shown: unknown,
): void {
  for (const name of sortedKeys(hard))
    if (isQuotaResource(name) && own(scopes, scope)?.has(name) === false)
      errors.push(path.invalid(shown, "unsupported scope applied to resource"));
}

function checkOpposites(errors: FieldError[], named: readonly string[], path: Path, shown: unknown): void {
  for (const pair of opposites)
    if (pair.every((scope) => named.includes(scope))) errors.push(path.invalid(shown, "conflicting scopes"));
}

function validateScopeSelector(errors: FieldError[], spec: ResourceQuotaSpec): void {
  const requirements = spec.scopeSelector?.matchExpressions ?? [];
  const path = specPath.child("scopeSelector", "matchExpressions");
  const shown = {
    MatchExpressions: requirements.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
  for (const requirement of requirements) {
    const { scopeName } = requirement;
    if (!own(scopes, scopeName)) errors.push(path.child("scopeName").invalid(scopeName, "unsupported scope"));
    checkCountable(errors, spec, scopeName, path, shown);
    validateRequirement(errors, requirement, path);
  }
  checkOpposites(
    errors,
    requirements.map(({ scopeName }) => scopeName),
    path,
    spec.scopes ?? null,
  );
}

function validateRequirement(
  errors: FieldError[],
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  path: Path,
): void {
  if (existOnly.includes(scopeName) && operator !== "Exists") {
    const listed =
      "ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(path.child("operator").invalid(operator, `must be 'Exists' when scope is any of ${listed}`));
  }
  if (operator === "In" || operator === "NotIn") {
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (!values.length) errors.push(path.child("values").required(why));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length) errors.push(path.child("values").invalid(values, why));
  } else errors.push(path.child("operator").invalid(operator, "not a valid selector operator"));
}

function validateSpec(errors: FieldError[], spec: ResourceQuotaSpec): void {
  validateAmounts(errors, spec.hard, specPath.child("hard"));
  validateScopes(errors, spec);
  validateScopeSelector(errors, spec);
}

export function validateQuota({ spec }: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  validateSpec(errors, spec);
  return errors;
}

export function validateQuotaUpdate({ spec }: ResourceQuota, { spec: old }: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  validateSpec(errors, spec);
  const sorted = (names: readonly string[] = []): string => [...new Set(names)].sort().join();
  if (sorted(spec.scopes) !== sorted(old.scopes))
    errors.push(specPath.child("scopes").invalid(spec.scopes, immutableText));
  return errors;
}

export function validateQuotaStatus({ status }: ResourceQuota): FieldError[] {
  const errors: FieldError[] = [];
  validateAmounts(errors, status.hard, new Path("status").child("hard"));
  validateAmounts(errors, status.used, new Path("status").child("used"));
  return errors;
}
