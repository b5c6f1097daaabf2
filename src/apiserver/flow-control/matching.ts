/** Which flow schema a request belongs to, and which flow of it (https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#flowschema). */
import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from "../../api/generated/flowcontrol-v1.ts";
import type { Shared } from "../../api/object.ts";
import type { User } from "../context.ts";
import type { RequestInfo } from "../request-info.ts";

type Schema = Shared<FlowSchema>;

/** In the order of their trying: the lower precedence first, and of equal ones the lower name. */
export const inOrder = (schemas: readonly Schema[]): Schema[] =>
  schemas.toSorted(
    (a, b) =>
      (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0) ||
      ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1),
  );

/** A rule of a schema that is about a user. */
export interface RuleOf {
  readonly schema: Schema;
  readonly rule: Shared<PolicyRulesWithSubjects>;
}

/** The rules of all schemas that are about a user, in order. */
export const rulesFor = (schemas: readonly Schema[], user: User): readonly RuleOf[] =>
  schemas.flatMap((schema) =>
    (schema.spec.rules ?? [])
      .filter((rule) => rule.subjects?.some((subject) => matchesSubject(subject, user)))
      .map((rule) => ({ schema, rule })),
  );

export function matches({ rule }: RuleOf, info: RequestInfo): boolean {
  if (info.isResource) return rule.resourceRules?.some((one) => matchesResource(one, info)) ?? false;
  return rule.nonResourceRules?.some((one) => matchesPath(one, info)) ?? false;
}

function matchesSubject({ kind, user: named, group, serviceAccount }: Shared<Subject>, user: User): boolean {
  switch (kind) {
    case "User":
      return named?.name === "*" || named?.name === user.name;
    case "Group":
      return group?.name === "*" || (group !== undefined && user.groups.includes(group.name));
    case "ServiceAccount": {
      if (!serviceAccount) return false;
      const prefix = `system:serviceaccount:${serviceAccount.namespace}:`;
      return serviceAccount.name === "*" ? user.name.startsWith(prefix) : user.name === prefix + serviceAccount.name;
    }
    default:
      return false;
  }
}

/** `*` stands alone in its list. */
const within = (value: string, list: readonly string[] | null | undefined): boolean =>
  list !== undefined && list !== null && (list[0] === "*" || list.includes(value));

function matchesResource(rule: Shared<ResourcePolicyRule>, info: RequestInfo): boolean {
  const { resource, subresource, namespace } = info;
  if (!within(info.verb, rule.verbs)) return false;
  if (!within(subresource ? `${resource}/${subresource}` : resource, rule.resources)) return false;
  if (!within(info.group, rule.apiGroups)) return false;
  return namespace ? within(namespace, rule.namespaces) : rule.clusterScope === true;
}

function matchesPath({ verbs, nonResourceURLs }: Shared<NonResourcePolicyRule>, { verb, path }: RequestInfo): boolean {
  if (!within(verb, verbs)) return false;
  return (nonResourceURLs ?? []).some((url) => {
    if (url === "*" || url === path) return true;
    const prefix = url.replace(/\*$/, "");
    return path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
  });
}

/** Names the flow within its schema. */
export function distinguisherOf({ spec }: Schema, info: RequestInfo, user: User): string {
  switch (spec.distinguisherMethod?.type) {
    case "ByUser":
      return user.name;
    case "ByNamespace":
      return info.namespace;
    default:
      return "";
  }
}
