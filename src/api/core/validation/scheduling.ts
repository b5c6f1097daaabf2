/** Tolerations, spreading, gates: what else the scheduler looks at. */
import type { PodSchedulingGate, Toleration, TopologySpreadConstraint } from "../../generated/core-v1.ts";
import { checkPositive, checkSupported, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isLabelValue, isQualifiedName } from "../../validation/names.ts";
import { validateLabelName } from "../../validation/object-meta.ts";
import { validateLabelKeys } from "./affinity.ts";

export const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateTolerations(
  errors: FieldError[],
  tolerations: readonly Toleration[] | undefined,
  path: Path,
): void {
  for (const [i, toleration] of (tolerations ?? []).entries()) {
    const { key, operator, effect, tolerationSeconds } = toleration;
    const at = path.index(i);
    if (key) errors.push(...validateLabelName(key, at.child("key")));
    else if (operator !== "Exists") {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(at.child("operator").invalid(operator ?? "", why));
    }
    if (tolerationSeconds !== undefined && effect !== "NoExecute") {
      const why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(at.child("effect").invalid(effect ?? "", why));
    }
    checkOperator(errors, toleration, at.child("operator"));
    if (effect) checkSupported(errors, at.child("effect"), effect, taintEffects);
  }
}

/** The operators that compare numbers are not on by default in v1.36, though its errors name them. */
function checkOperator(errors: FieldError[], { operator = "", value = "" }: Toleration, path: Path): void {
  switch (operator) {
    case "Equal":
    case "": {
      const faults = isLabelValue(value);
      if (faults.length) errors.push(path.invalid(value, faults.join(";")));
      break;
    }
    case "Exists":
      if (value) errors.push(path.invalid(value, "value must be empty when `operator` is 'Exists'"));
      break;
    case "Lt":
    case "Gt":
      errors.push(path.notSupported(operator, ["Equal", "Exists", "Lt", "Gt"]));
      break;
    default:
      errors.push(path.notSupported(operator, ["Equal", "Exists"]));
  }
}

export function validateSchedulingGates(
  errors: FieldError[],
  gates: readonly PodSchedulingGate[] | undefined,
  path: Path,
): void {
  const seen = new Set<string>();
  for (const [i, { name }] of (gates ?? []).entries()) {
    report(errors, path.index(i), name, isQualifiedName(name));
    if (seen.has(name)) errors.push(path.index(i).duplicate(name));
    seen.add(name);
  }
}

export function validateSpread(
  errors: FieldError[],
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: Path,
): void {
  for (const [i, constraint] of (constraints ?? []).entries()) {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector, matchLabelKeys } = constraint;
    const at = path.index(i);
    checkPositive(errors, at.child("maxSkew"), maxSkew);
    if (!topologyKey) errors.push(at.child("topologyKey").required("can not be empty"));
    checkSupported(errors, at.child("whenUnsatisfiable"), whenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"]);
    const repeated = constraints
      ?.slice(i + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (repeated)
      errors.push(at.child("{topologyKey, whenUnsatisfiable}").duplicate(`{${topologyKey}, ${whenUnsatisfiable}}`));
    if (minDomains !== undefined) {
      checkPositive(errors, at.child("minDomains"), minDomains);
      if (whenUnsatisfiable !== "DoNotSchedule") {
        const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(at.child("minDomains").invalid(minDomains, why));
      }
    }
    checkSupported(errors, at.child("nodeAffinityPolicy"), constraint.nodeAffinityPolicy, ["Honor", "Ignore"]);
    checkSupported(errors, at.child("nodeTaintsPolicy"), constraint.nodeTaintsPolicy, ["Honor", "Ignore"]);
    validateLabelKeys(errors, { labelSelector, matchLabelKeys }, at);
    validateLabelSelector(errors, labelSelector, at.child("labelSelector"));
  }
}
