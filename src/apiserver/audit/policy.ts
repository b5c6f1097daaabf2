/**
 * What is written into the audit log of which requests: `audit.k8s.io/v1` Policy
 * (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy). The first rule that matches decides.
 */
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import { isDns1123Subdomain } from "../../api/validation/names.ts";
import { flag, list, optional, type Reader, read, requiredText, struct, text } from "../configuration/reader.ts";
import type { User } from "../context.ts";
import type { RequestInfo } from "../request-info.ts";

export const levels = ["None", "Metadata", "Request", "RequestResponse"] as const;
export type Level = (typeof levels)[number];
export const stages = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"] as const;
export type Stage = (typeof stages)[number];

interface GroupResources {
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

interface Rule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  /** `""`: resources that are in none. */
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields?: boolean | undefined;
}

export interface AuditPolicy {
  readonly rules: readonly Rule[];
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
}

/** What to do with one request. */
export interface AuditDecision {
  readonly level: Level;
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
}

export const auditPolicyVersions = ["audit.k8s.io/v1"];

const rule: Reader<Rule> = struct<Rule>({
  level: requiredText as Reader<Level>,
  users: list(text),
  userGroups: list(text),
  verbs: list(text),
  resources: list(struct<GroupResources>({ group: text, resources: list(text), resourceNames: list(text) })),
  namespaces: list(text),
  nonResourceURLs: list(text),
  omitStages: list(text as Reader<Stage>),
  omitManagedFields: optional(flag),
});

const policy = struct<
  AuditPolicy & { apiVersion?: string | undefined; kind?: string | undefined; metadata?: object | undefined }
>({
  apiVersion: optional(text),
  kind: optional(text),
  metadata: (value) => value as object | undefined,
  rules: list(rule),
  omitStages: list(text as Reader<Stage>),
  omitManagedFields: flag,
});

/** Reads a Policy. Throws ConfigurationError. */
export function readAuditPolicy(document: unknown): AuditPolicy {
  const { rules, omitStages, omitManagedFields } = read(document, policy, validate);
  return { rules, omitStages, omitManagedFields };
}

function validate({ rules, omitStages }: AuditPolicy): FieldError[] {
  const faults = validateStages(omitStages, new Path("omitStages"));
  if (!rules.length) faults.push(new Path("rules").required("a policy without rules audits nothing"));
  return [...faults, ...rules.flatMap((one, i) => validateRule(one, new Path("rules").index(i)))];
}

function validateRule(one: Rule, path: Path): FieldError[] {
  const faults: FieldError[] = [];
  if (!levels.includes(one.level)) faults.push(path.child("level").notSupported(one.level, levels));
  one.nonResourceURLs.forEach((url, i) => {
    const at = path.child("nonResourceURLs").index(i);
    if (url !== "*" && !url.startsWith("/"))
      faults.push(at.invalid(url, "non-resource URL rules must begin with a '/' character"));
    if (url.slice(0, -1).includes("*"))
      faults.push(at.invalid(url, "non-resource URL wildcards '*' must be the final character of the rule"));
  });
  for (const { group, resources, resourceNames } of one.resources) {
    const at = path.child("resources");
    const wrong = group && group !== "*" ? isDns1123Subdomain(group) : [];
    if (wrong.length) faults.push(at.child("group").invalid(group, wrong.join(",")));
    if (resourceNames.length && !resources.length)
      faults.push(
        at.child("resourceNames").invalid(resourceNames, "using resourceNames requires at least one resource"),
      );
  }
  faults.push(...validateStages(one.omitStages, path.child("omitStages")));
  if (one.nonResourceURLs.length && (one.resources.length || one.namespaces.length)) {
    const why = "rules cannot apply to both regular resources and non-resource URLs";
    faults.push(path.child("nonResourceURLs").invalid(one.nonResourceURLs, why));
  }
  return faults;
}

const validateStages = (given: readonly string[], path: Path): FieldError[] =>
  given.flatMap((stage, i) =>
    (stages as readonly string[]).includes(stage)
      ? []
      : [path.index(i).invalid(stage, `allowed stages are ${stages.join(",")}`)],
  );

/** What the policy says of a request. */
export function decide(given: AuditPolicy, user: User, info: RequestInfo): AuditDecision {
  const found = given.rules.find((one) => matches(one, user, info));
  if (!found) return { level: "None", omitStages: given.omitStages, omitManagedFields: given.omitManagedFields };
  return {
    level: found.level,
    omitStages: [...given.omitStages, ...found.omitStages],
    omitManagedFields: found.omitManagedFields ?? given.omitManagedFields,
  };
}

/** An empty list limits nothing. */
const within = (wanted: readonly string[], value: string): boolean => !wanted.length || wanted.includes(value);

function matches(one: Rule, user: User, info: RequestInfo): boolean {
  if (!within(one.users, user.name) || !within(one.verbs, info.verb)) return false;
  if (one.userGroups.length && !user.groups.some((group) => one.userGroups.includes(group))) return false;
  if (one.namespaces.length || one.resources.length) return info.isResource && matchesResource(one, info);
  if (one.nonResourceURLs.length) return !info.isResource && one.nonResourceURLs.some((url) => leadsTo(url, info.path));
  return true;
}

const leadsTo = (url: string, path: string): boolean =>
  url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.replace(/\*+$/, "")));

function matchesResource({ namespaces, resources }: Rule, info: RequestInfo): boolean {
  if (!within(namespaces, info.namespace)) return false;
  if (!resources.length) return true;
  return resources.some((one) => {
    if (one.group !== "*" && one.group !== info.group) return false;
    if (!one.resources.length) return true;
    return within(one.resourceNames, info.name) && one.resources.some((resource) => names(resource, info));
  });
}

/** Patterns name a resource, a subresource, either of all, or a resource with all below it. */
function names(pattern: string, { resource, subresource }: RequestInfo): boolean {
  if (pattern === "*" || pattern === (subresource ? `${resource}/${subresource}` : resource)) return true;
  if (subresource && pattern === `*/${subresource}`) return true;
  return pattern === `${resource}/*`;
}
