/** FlowSchemas (upstream's pkg/apis/flowcontrol/validation). */
import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from "../../generated/flowcontrol-v1.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../validation/names.ts";

const specPath = new Path("spec");
const highestPrecedence = 10000;
const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];
/** The fields of a subject, by its kind. */
const subjectFields = { ServiceAccount: "serviceAccount", User: "user", Group: "group" } as const;
const kindOf = { serviceAccount: "ServiceAccount", user: "User", group: "Group" } as const;

export function validateFlowSchema({ metadata, spec, status }: FlowSchema): FieldError[] {
  const errors: FieldError[] = [];
  const { matchingPrecedence: precedence, distinguisherMethod: method, priorityLevelConfiguration: level } = spec;
  const sayOfPrecedence = (why: string): unknown =>
    errors.push(specPath.child("matchingPrecedence").invalid(precedence, why));
  if (precedence <= 0) sayOfPrecedence("must be a positive value");
  if (precedence > highestPrecedence) sayOfPrecedence(`must not be greater than ${highestPrecedence}`);
  if (precedence === 1 && metadata.name !== "exempt")
    sayOfPrecedence("only the schema named 'exempt' may have matchingPrecedence 1");
  const methods = ["ByNamespace", "ByUser"];
  if (method && !methods.includes(method.type))
    errors.push(specPath.child("distinguisherMethod", "type").notSupported({ Type: method.type }, methods));
  const name = specPath.child("priorityLevelConfiguration", "name");
  if (level.name) report(errors, name, level.name, isDns1123Subdomain(level.name));
  else errors.push(name.required("must reference a priority level"));
  spec.rules?.forEach((rule, i) => {
    validateRule(errors, rule, specPath.child("rules").index(i));
  });
  return [...errors, ...validateFlowStatus({ status })];
}

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type?: string | undefined }[] | undefined };
}

/** Conditions have a type, each its own. */
export function validateFlowStatus({ status }: WithConditions): FieldError[] {
  const errors: FieldError[] = [];
  (status?.conditions ?? []).forEach(({ type = "" }, i, all) => {
    const path = new Path("status").child("conditions").index(i).child("type");
    if (all.findIndex((other) => (other.type ?? "") === type) < i) errors.push(path.duplicate(type));
    if (!type) errors.push(path.required());
  });
  return errors;
}

function validateRule(errors: FieldError[], rule: PolicyRulesWithSubjects, path: Path): void {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule;
  if (!subjects?.length) errors.push(path.child("subjects").required("subjects must contain at least one value"));
  subjects?.forEach((subject, i) => {
    validateSubject(errors, subject, path.child("subjects").index(i));
  });
  if (!resourceRules.length && !nonResourceRules.length)
    errors.push(path.required("at least one of resourceRules and nonResourceRules has to be non-empty"));
  resourceRules.forEach((one, i) => {
    validateResourceRule(errors, one, path.child("resourceRules").index(i));
  });
  nonResourceRules.forEach((one, i) => {
    validateUrlRule(errors, one, path.child("nonResourceRules").index(i));
  });
}

function validateSubject(errors: FieldError[], subject: Subject, path: Path): void {
  const own = subjectFields[subject.kind as keyof typeof subjectFields];
  if (!own) {
    errors.push(path.child("kind").notSupported(subject.kind, ["Group", "ServiceAccount", "User"]));
    return;
  }
  if (subject[own]) validateNamed(errors, subject, path);
  else errors.push(path.child(own).required(`${own} is required when subject kind is '${subject.kind}'`));
  for (const other of ["serviceAccount", "user", "group"] as const)
    if (other !== own && subject[other])
      errors.push(path.child(other).forbidden(`${other} is forbidden when subject kind is not '${kindOf[other]}'`));
}

function validateNamed(errors: FieldError[], { kind, serviceAccount, user, group }: Subject, path: Path): void {
  if (kind === "User" && !user?.name) errors.push(path.child("user", "name").required());
  if (kind === "Group" && !group?.name) errors.push(path.child("group", "name").required());
  if (kind !== "ServiceAccount" || !serviceAccount) return;
  const { name, namespace } = serviceAccount;
  const at = path.child("serviceAccount");
  if (!name) errors.push(at.child("name").required());
  else if (name !== "*") report(errors, at.child("name"), name, isDns1123Subdomain(name));
  if (namespace) report(errors, at.child("namespace"), namespace, isDns1123Label(namespace));
  else errors.push(at.child("namespace").required("must specify namespace for service account"));
}

/** A list that names all there is with `*`, or some; `what` is in it. True if some are named. */
function checkAll(errors: FieldError[], list: readonly string[], what: string, path: Path): boolean {
  if (!list.includes("*")) return true;
  if (list.length > 1) errors.push(path.invalid(list, `if '*' is present, must not specify other ${what}`));
  return false;
}

function checkVerbs(errors: FieldError[], list: readonly string[], path: Path): void {
  if (!list.length) errors.push(path.required("verbs must contain at least one value"));
  else if (checkAll(errors, list, "verbs", path) && !list.every((verb) => verbs.includes(verb)))
    errors.push(path.notSupported(list, verbs));
}

function validateUrlRule(errors: FieldError[], rule: NonResourcePolicyRule, path: Path): void {
  checkVerbs(errors, rule.verbs ?? [], path.child("verbs"));
  const urls = rule.nonResourceURLs ?? [];
  const at = path.child("nonResourceURLs");
  if (!urls.length) errors.push(at.required("nonResourceURLs must contain at least one value"));
  else if (checkAll(errors, urls, "non-resource URLs", at))
    urls.forEach((url, i) => {
      const fault = urlFault(url);
      if (fault) errors.push(at.index(i).invalid(url, fault));
    });
}

function urlFault(url: string): string | undefined {
  if (!url) return "must not be empty";
  if (url === "/") return undefined;
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  const stars = url.split("*").length - 1;
  return stars > 1 || (stars === 1 && !url.endsWith("/*")) ? "wildcard can only do suffix matching" : undefined;
}

function validateResourceRule(errors: FieldError[], rule: ResourcePolicyRule, path: Path): void {
  checkVerbs(errors, rule.verbs ?? [], path.child("verbs"));
  const groups = path.child("apiGroups");
  if (!rule.apiGroups?.length) errors.push(groups.required("resource rules must supply at least one api group"));
  else checkAll(errors, rule.apiGroups, "api groups", groups);
  const resources = path.child("resources");
  if (!rule.resources?.length) errors.push(resources.required("resource rules must supply at least one resource"));
  else checkAll(errors, rule.resources, "resources", resources);
  const namespaces = rule.namespaces ?? [];
  const at = path.child("namespaces");
  if (!namespaces.length && !rule.clusterScope)
    errors.push(at.required("resource rules that are not cluster scoped must supply at least one namespace"));
  else if (checkAll(errors, namespaces, "namespaces", at))
    namespaces.forEach((namespace, i) => {
      const intro = "each member of this list must be '*' or a DNS-1123 label; ";
      for (const fault of isDns1123Label(namespace)) errors.push(at.index(i).invalid(namespace, intro + fault));
    });
}
