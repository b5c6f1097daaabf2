/** What validating and mutating policies and their bindings have in common. */
import type {
  MatchResources,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
  Variable,
} from "../../generated/admissionregistration-v1.ts";
import type { LabelSelector, Shared } from "../../object.ts";
import { checkOneOf, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isDns1035Label, isDns1123Subdomain, pathSegmentName, subdomainName } from "../../validation/names.ts";
import type { PolicyVariables } from "../expressions/compiled-expression.ts";
import { expressionErrors } from "./expressions.ts";
import { ruleErrors } from "./rules.ts";

export type MatchedResources = Shared<MatchResources>;

export function failurePolicyErrors(given: string | undefined, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  checkOneOf(errors, path, given, ["Fail", "Ignore"]);
  return errors;
}

export function paramKindErrors({ apiVersion = "", kind = "" }: Shared<ParamKind>, path: Path): FieldError[] {
  const errors = apiVersionErrors(apiVersion, path.child("apiVersion"));
  if (!kind) return [...errors, path.child("kind").required()];
  const faults = isDns1035Label(kind.toLowerCase());
  if (!faults.length) return errors;
  const why = `may have mixed case, but should otherwise match: ${faults.join(",")}`;
  return [...errors, path.child("kind").invalid(kind, why)];
}

function apiVersionErrors(apiVersion: string, path: Path): FieldError[] {
  if (!apiVersion) return [path.required()];
  const parts = apiVersion === "/" ? ["", ""] : apiVersion.split("/");
  if (parts.length > 2) return [path.invalid(apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const version = parts.pop() ?? "";
  const group = parts[0] ?? "";
  const errors: FieldError[] = [];
  const groupFaults = group ? isDns1123Subdomain(group) : [];
  if (groupFaults.length) errors.push(path.invalid(group, groupFaults.join(",")));
  const versionFaults = isDns1035Label(version);
  if (!version) errors.push(path.invalid(apiVersion, "version must be specified"));
  else if (versionFaults.length) errors.push(path.invalid(version, versionFaults.join(",")));
  return errors;
}

export function matchErrors(match: MatchedResources | undefined, path: Path): FieldError[] {
  if (!match) return [];
  const errors: FieldError[] = [];
  const selectorErrors = (name: "namespaceSelector" | "objectSelector"): void => {
    if (match[name]) validateLabelSelector(errors, match[name] as LabelSelector, path.child(name));
    else errors.push(path.child(name).required());
  };
  checkOneOf(errors, path.child("matchPolicy"), match.matchPolicy, ["Equivalent", "Exact"]);
  selectorErrors("namespaceSelector");
  selectorErrors("objectSelector");
  for (const list of ["resourceRules", "excludeResourceRules"] as const) {
    for (const [i, rule] of (match[list] ?? []).entries())
      errors.push(...namedRuleErrors(rule, path.child(list).index(i)));
  }
  return errors;
}

/** The resources that a policy is about must be told. */
export function constraintErrors(match: MatchedResources | undefined, path: Path): FieldError[] {
  if (!match) return [path.required()];
  const errors = matchErrors(match, path);
  if (!match.resourceRules?.length) errors.push(path.child("resourceRules").required());
  return errors;
}

function namedRuleErrors(rule: Shared<NamedRuleWithOperations>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const names = rule.resourceNames ?? [];
  for (const [i, name] of names.entries()) {
    const at = path.child("resourceNames").index(i);
    report(errors, at, name, pathSegmentName(name));
    if (names.indexOf(name) < i) errors.push(at.duplicate(name));
  }
  return [...errors, ...ruleErrors(rule, path)];
}

/** Only what is created or updated can be changed. */
export function changingOperationErrors(match: MatchedResources | undefined, path: Path): FieldError[] {
  const allowed = ["*", "CONNECT", "CREATE", "UPDATE"];
  const at = path.child("resourceRules", "operations");
  const given = (match?.resourceRules ?? []).flatMap(({ operations }) => operations ?? []);
  return given.filter((one) => !allowed.includes(one)).map((one) => at.notSupported(one, allowed));
}

const identifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const reserved = new Set(
  (
    "true false null in as break const continue else for function if import let loop package namespace return var " +
    "void while"
  ).split(" "),
);

/** Adds the variables, one after another. */
export function variableErrors(
  given: Shared<readonly Variable[]> | undefined,
  path: Path,
  variables: PolicyVariables,
): FieldError[] {
  return (given ?? []).flatMap(({ name, expression }, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    if (!name.trim()) errors.push(at.child("name").required("name is not specified"));
    else if (!identifier.test(name) || reserved.has(name))
      errors.push(at.child("name").invalid(name, "must be a valid CEL identifier"));
    if (!expression.trim()) return [...errors, at.child("expression").required("expression is not specified")];
    return [...errors, ...expressionErrors(variables.add(name, expression), at.child("expression"))];
  });
}

/** Of bindings of either kind. */
export function bindingErrors(
  spec: Shared<{ policyName?: string; paramRef?: ParamRef; matchResources?: MatchResources }>,
  path: Path,
): FieldError[] {
  const { policyName = "", paramRef, matchResources } = spec;
  const errors: FieldError[] = [];
  if (policyName) report(errors, path.child("policyName"), policyName, subdomainName(policyName));
  else errors.push(path.child("policyName").required());
  if (paramRef) errors.push(...paramRefErrors(paramRef, path.child("paramRef")));
  return [...errors, ...matchErrors(matchResources, path.child("matchResources"))];
}

function paramRefErrors({ name, selector, parameterNotFoundAction }: Shared<ParamRef>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const exclusive = "name and selector are mutually exclusive";
  if (name) report(errors, path.child("name"), name, pathSegmentName(name));
  if (name && selector) errors.push(path.child("name").forbidden(exclusive));
  if (selector) validateLabelSelector(errors, selector as LabelSelector, path.child("selector"));
  if (name && selector) errors.push(path.child("selector").forbidden(exclusive));
  if (!name && !selector) errors.push(path.required("one of name or selector must be specified"));
  checkOneOf(errors, path.child("parameterNotFoundAction"), parameterNotFoundAction, ["Deny", "Allow"]);
  return errors;
}
