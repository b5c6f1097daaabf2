/** Where a pod wants to run, seen from nodes and from other pods. */
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from "../../generated/core-v1.ts";
import type { LabelSelector } from "../../generated/meta-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isLabelValue, labelName, subdomainName } from "../../validation/names.ts";
import { validateLabelName } from "../../validation/object-meta.ts";

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";

export function validateAffinity(errors: FieldError[], affinity: Affinity | undefined, path: Path): void {
  if (affinity?.nodeAffinity) validateNodeAffinity(errors, affinity.nodeAffinity, path.child("nodeAffinity"));
  if (affinity?.podAffinity) validatePodAffinity(errors, affinity.podAffinity, path.child("podAffinity"));
  if (affinity?.podAntiAffinity) validatePodAffinity(errors, affinity.podAntiAffinity, path.child("podAntiAffinity"));
}

function checkWeight(errors: FieldError[], weight: number, path: Path): void {
  if (weight <= 0 || weight > 100) errors.push(path.child("weight").invalid(weight, "must be in the range 1-100"));
}

function validateNodeAffinity(errors: FieldError[], affinity: NodeAffinity, path: Path): void {
  if (affinity[required]) validateNodeSelector(errors, affinity[required], path.child(required));
  for (const [i, { weight, preference }] of (affinity[preferred] ?? []).entries()) {
    const at = path.child(preferred).index(i);
    checkWeight(errors, weight, at);
    validateNodeSelectorTerm(errors, preference, at.child("preference"), true);
  }
}

export function validateNodeSelector(errors: FieldError[], selector: NodeSelector, path: Path): void {
  const terms = selector.nodeSelectorTerms ?? [];
  const at = path.child("nodeSelectorTerms");
  if (!terms.length) errors.push(at.required("must have at least one node selector term"));
  for (const [i, term] of terms.entries()) validateNodeSelectorTerm(errors, term, at.index(i), false);
}

/** Values that no label can have are let through in preferences: they only never match. */
function validateNodeSelectorTerm(errors: FieldError[], term: NodeSelectorTerm, path: Path, anyValue: boolean): void {
  for (const [i, requirement] of (term.matchExpressions ?? []).entries())
    validateRequirement(errors, requirement, path.child("matchExpressions").index(i), anyValue);
  for (const [i, requirement] of (term.matchFields ?? []).entries())
    validateFieldRequirement(errors, requirement, path.child("matchFields").index(i));
}

function validateRequirement(
  errors: FieldError[],
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: Path,
  anyValue: boolean,
): void {
  const at = path.child("values");
  switch (operator) {
    case "In":
    case "NotIn":
      if (!values.length) errors.push(at.required("must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.length)
        errors.push(at.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      break;
    case "Gt":
    case "Lt":
      if (values.length !== 1)
        errors.push(at.required("must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      errors.push(path.child("operator").invalid(operator, "not a valid selector operator"));
  }
  errors.push(...validateLabelName(key, path.child("key")));
  if (!anyValue) for (const [i, value] of values.entries()) report(errors, at.index(i), value, isLabelValue(value));
}

function validateFieldRequirement(
  errors: FieldError[],
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: Path,
): void {
  if (operator !== "In" && operator !== "NotIn")
    errors.push(path.child("operator").invalid(operator, "not a valid selector operator"));
  else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(path.child("values").required(why));
  }
  if (key !== "metadata.name") errors.push(path.child("key").invalid(key, "not a valid field selector key"));
  else
    for (const [i, value] of values.entries())
      report(errors, path.child("values").index(i), value, subdomainName(value));
}

function validatePodAffinity(errors: FieldError[], affinity: PodAffinity, path: Path): void {
  for (const [i, term] of (affinity[required] ?? []).entries())
    validatePodTerm(errors, term, path.child(required).index(i));
  for (const [i, { weight, podAffinityTerm }] of (affinity[preferred] ?? []).entries()) {
    const at = path.child(preferred).index(i);
    checkWeight(errors, weight, at);
    validatePodTerm(errors, podAffinityTerm, at.child("podAffinityTerm"));
  }
}

function validatePodTerm(errors: FieldError[], term: PodAffinityTerm, path: Path): void {
  validateLabelSelector(errors, term.labelSelector, path.child("labelSelector"));
  validateLabelSelector(errors, term.namespaceSelector, path.child("namespaceSelector"));
  for (const name of term.namespaces ?? []) report(errors, path.child("namespace"), name, labelName(name));
  validateLabelKeys(errors, term, path);
  if (!term.topologyKey) errors.push(path.child("topologyKey").required("can not be empty"));
  errors.push(...validateLabelName(term.topologyKey, path.child("topologyKey")));
}

interface LabelKeys {
  readonly labelSelector?: LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/** Keys whose values the pod itself gives. By now they have been merged into the selector: twice there is once too often. */
export function validateLabelKeys(errors: FieldError[], keys: LabelKeys, path: Path): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = keys;
  if (!matchLabelKeys.length && !mismatchLabelKeys.length) return;
  for (const field of ["matchLabelKeys", "mismatchLabelKeys"] as const) {
    const list = keys[field] ?? [];
    const at = path.child(field);
    if (!list.length) continue;
    if (!labelSelector) errors.push(at.forbidden("must not be specified when labelSelector is not set"));
    else for (const [i, key] of list.entries()) errors.push(...validateLabelName(key, at.index(i)));
  }
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && seen.has(key))
      errors.push(path.index(i).invalid(key, "exists in both matchLabelKeys and labelSelector"));
    seen.add(key);
  }
  for (const [i, key] of matchLabelKeys.entries()) {
    if (mismatchLabelKeys.includes(key))
      errors.push(
        path.child("matchLabelKeys").index(i).invalid(key, "exists in both matchLabelKeys and mismatchLabelKeys"),
      );
  }
}
