/** Which requests webhooks and policies are about: the rules of both, checked as upstream does. */
import type { Rule } from "../../generated/admissionregistration-v1.ts";
import type { Shared } from "../../object.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";

export type RuleWithOperations = Shared<Rule & { operations?: string[] | undefined }>;

const operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const scopes = ["*", "Cluster", "Namespaced"];

/** `operations` that may be named; default all. */
export function ruleErrors(
  rule: RuleWithOperations,
  path: Path,
  allowed: readonly string[] = operations,
): FieldError[] {
  const given = rule.operations ?? [];
  const errors: FieldError[] = [];
  if (!given.length) errors.push(path.child("operations").required());
  if (given.length > 1 && given.includes("*")) {
    const why = "if '*' is present, must not specify other operations";
    errors.push(path.child("operations").invalid(given, why));
  }
  for (const [i, operation] of given.entries())
    if (!allowed.includes(operation)) errors.push(path.child("operations").index(i).notSupported(operation, allowed));
  return [...errors, ...resourceRuleErrors(rule, path)];
}

function resourceRuleErrors(
  { apiGroups = [], apiVersions = [], resources = [], scope }: RuleWithOperations,
  path: Path,
) {
  const errors: FieldError[] = [];
  const alone = (given: readonly string[], what: string, at: Path): void => {
    if (given.length > 1 && given.includes("*"))
      errors.push(at.invalid(given, `if '*' is present, must not specify other ${what}`));
  };
  if (!apiGroups.length) errors.push(path.child("apiGroups").required());
  alone(apiGroups, "API groups", path.child("apiGroups"));
  if (!apiVersions.length) errors.push(path.child("apiVersions").required());
  alone(apiVersions, "API versions", path.child("apiVersions"));
  for (const [i, version] of apiVersions.entries())
    if (!version) errors.push(path.child("apiVersions").index(i).required());
  errors.push(...resourceErrors(resources, path.child("resources")));
  if (scope !== undefined && !scopes.includes(scope)) errors.push(path.child("scope").notSupported(scope, scopes));
  return errors;
}

/** `pods`, `pods/log`, `*`, or either part as a star; none may be said twice. */
function resourceErrors(resources: readonly string[], path: Path): FieldError[] {
  if (!resources.length) return [path.required()];
  const errors: FieldError[] = [];
  const allBelow = new Set<string>();
  const inAll = new Set<string>();
  let plain = false;
  for (const [i, text] of resources.entries()) {
    if (!text) {
      errors.push(path.index(i).required());
      continue;
    }
    const slash = text.indexOf("/");
    if (slash < 0) {
      plain = text !== "*";
      continue;
    }
    const [resource, sub] = [text.slice(0, slash), text.slice(slash + 1)];
    if (allBelow.has(resource))
      errors.push(path.index(i).invalid(text, `if '${resource}/*' is present, must not specify ${text}`));
    if (inAll.has(sub)) errors.push(path.index(i).invalid(text, `if '*/${sub}' is present, must not specify ${text}`));
    if (sub === "*") allBelow.add(resource);
    if (resource === "*") inAll.add(sub);
  }
  if (resources.length > 1 && resources.includes("*/*"))
    errors.push(path.invalid(resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes("*") && plain) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(path.invalid(resources, why));
  }
  return errors;
}
