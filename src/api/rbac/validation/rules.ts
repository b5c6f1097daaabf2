/** Roles and bindings: upstream's pkg/apis/rbac/validation. */
import type { AggregationRule, PolicyRule, RoleRef, Subject } from "../../generated/rbac-v1.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isDns1123Subdomain, pathSegmentName } from "../../validation/names.ts";

export const rbacGroup = "rbac.authorization.k8s.io";

export function validateRules(rules: readonly PolicyRule[] | null, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  rules?.forEach((rule, i) => {
    validateRule(errors, rule, namespaced, new Path("rules").index(i));
  });
  return errors;
}

function validateRule(errors: FieldError[], rule: PolicyRule, namespaced: boolean, path: Path): void {
  const { verbs, nonResourceURLs: urls = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  if (!verbs?.length) errors.push(path.child("verbs").required("verbs must contain at least one value"));
  if (urls.length) {
    const at = path.child("nonResourceURLs");
    if (namespaced) errors.push(at.invalid(urls, "namespaced rules cannot apply to non-resource URLs"));
    if (apiGroups.length || resources.length || resourceNames.length)
      errors.push(at.invalid(urls, "rules cannot apply to both regular resources and non-resource URLs"));
    return;
  }
  if (!apiGroups.length)
    errors.push(path.child("apiGroups").required("resource rules must supply at least one api group"));
  if (!resources.length)
    errors.push(path.child("resources").required("resource rules must supply at least one resource"));
}

export function validateAggregation(aggregation: AggregationRule | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (!aggregation) return errors;
  const path = new Path("aggregationRule").child("clusterRoleSelectors");
  const selectors = aggregation.clusterRoleSelectors ?? [];
  if (!selectors.length)
    errors.push(path.required("at least one clusterRoleSelector required if aggregationRule is non-nil"));
  selectors.forEach((selector, i) => {
    const before = errors.length;
    validateLabelSelector(errors, selector, path.index(i));
    if (errors.length > before) errors.push(path.index(i).invalid(null, "invalid label selector."));
  });
  return errors;
}

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | undefined;
}

export function validateBinding({ roleRef, subjects = [] }: Binding, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("roleRef");
  const kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  if (roleRef.apiGroup !== rbacGroup) errors.push(path.child("apiGroup").notSupported(roleRef.apiGroup, [rbacGroup]));
  if (!kinds.includes(roleRef.kind)) errors.push(path.child("kind").notSupported(roleRef.kind, kinds));
  if (roleRef.name) report(errors, path.child("name"), roleRef.name, pathSegmentName(roleRef.name));
  else errors.push(path.child("name").required());
  subjects.forEach((subject, i) => {
    validateSubject(errors, subject, namespaced, new Path("subjects").index(i));
  });
  return errors;
}

export function validateBindingUpdate(binding: Binding, old: Binding, namespaced: boolean): FieldError[] {
  const errors = validateBinding(binding, namespaced);
  const { apiGroup, kind, name } = binding.roleRef;
  const { roleRef: before } = old;
  if (apiGroup !== before.apiGroup || kind !== before.kind || name !== before.name)
    errors.push(new Path("roleRef").invalid({ APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef"));
  return errors;
}

function validateSubject(errors: FieldError[], subject: Subject, namespaced: boolean, path: Path): void {
  const { kind, name, namespace, apiGroup = "" } = subject;
  if (!name) errors.push(path.child("name").required());
  switch (kind) {
    case "ServiceAccount":
      if (name) report(errors, path.child("name"), name, isDns1123Subdomain(name));
      if (apiGroup) errors.push(path.child("apiGroup").notSupported(apiGroup, [""]));
      if (!namespaced && !namespace) errors.push(path.child("namespace").required());
      break;
    case "User":
    case "Group":
      if (apiGroup !== rbacGroup) errors.push(path.child("apiGroup").notSupported(apiGroup, [rbacGroup]));
      break;
    default:
      errors.push(path.child("kind").notSupported(kind, ["ServiceAccount", "User", "Group"]));
  }
}
