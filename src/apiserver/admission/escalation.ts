/** Nobody grants more than they may do themselves (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping). */
import { type ApiError, notFound } from "../../api/errors.ts";
import type { ClusterRole, PolicyRule, RoleBinding, RoleRef } from "../../api/generated/rbac-v1.ts";
import { resourceOf } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import { uncovered } from "../authz/covers.ts";
import type { Rbac } from "../authz/rbac.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { refused } from "./refuse.ts";

const rbacGroup = "rbac.authorization.k8s.io";
const everything: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

interface Ways {
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
}

/** Comes last of those that change objects: it judges what they have made of it. */
export function escalationGuard(ways: Ways): AdmissionPlugin {
  return {
    name: "RBACEscalation",
    async admit(request) {
      const { kind, operation, object, old, context } = request;
      if (kind.group !== rbacGroup || !object || operation === "DELETE") return;
      if (context.user.groups.includes("system:masters")) return;
      if (old && sameRights(object as unknown as KubeObject, old)) return;
      if (kind.plural.endsWith("bindings")) await mayBind(ways, request);
      else await mayWrite(ways, request);
    },
  };
}

/** Only what the garbage collector changes is changed. */
function sameRights(now: KubeObject, old: KubeObject): boolean {
  const rest = ({ metadata, ...others }: KubeObject): string => {
    const { ownerReferences: _, finalizers: __, managedFields: ___, resourceVersion: ____, ...kept } = metadata;
    return JSON.stringify([Object.entries(kept).sort(), Object.entries(others).sort()]);
  };
  return rest(now) === rest(old);
}

async function may(
  { authorizer }: Ways,
  request: AdmissionRequest,
  verb: string,
  what: string,
  name: string,
): Promise<boolean> {
  const { allowed } = await authorizer.authorize({
    user: request.context.user,
    verb,
    isResource: true,
    group: rbacGroup,
    version: "*",
    resource: what,
    subresource: "",
    namespace: request.namespace,
    name,
    path: "",
  });
  return allowed;
}

async function mayWrite(ways: Ways, request: AdmissionRequest): Promise<void> {
  const { kind, operation, name, object, old } = request;
  if (await may(ways, request, "escalate", kind.plural, operation === "CREATE" ? "" : name)) return;
  const role = object as unknown as ClusterRole;
  mustHold(ways, request, role.rules ?? []);
  const gathers = (one: unknown): boolean =>
    Boolean((one as ClusterRole | undefined)?.aggregationRule?.clusterRoleSelectors?.length);
  if ((gathers(role) || gathers(old)) && missing(ways, request, everything).length)
    throw refused(request, "must have cluster-admin privileges to use the aggregationRule");
}

async function mayBind(ways: Ways, request: AdmissionRequest): Promise<void> {
  const { roleRef } = request.object as unknown as RoleBinding;
  const plural = roleRef.kind === "ClusterRole" ? "clusterroles" : "roles";
  if (await may(ways, request, "bind", plural, roleRef.name)) return;
  mustHold(ways, request, rulesOf(ways, request, roleRef));
}

function rulesOf({ rbac }: Ways, request: AdmissionRequest, roleRef: RoleRef): readonly PolicyRule[] {
  if (!rbac.hasRole(roleRef, request.namespace)) throw notFound(resourceOf(request.kind), roleRef.name);
  return rbac.rulesOf(roleRef, request.namespace);
}

const missing = (
  { rbac }: Ways,
  { context, namespace }: AdmissionRequest,
  rules: readonly PolicyRule[],
): PolicyRule[] =>
  uncovered(
    [...rbac.grants(context.user, namespace)].map((grant) => grant.rule),
    rules,
  );

/** Throws Forbidden, naming what is missing. */
function mustHold(ways: Ways, request: AdmissionRequest, rules: readonly PolicyRule[]): void {
  const lacking = missing(ways, request, rules);
  if (lacking.length) throw tooMuch(request, lacking);
}

function tooMuch(request: AdmissionRequest, lacking: readonly PolicyRule[]): ApiError {
  const { name, groups } = request.context.user;
  const lines = [...new Set(compact(lacking).map(shown))].sort();
  return refused(
    request,
    `user ${JSON.stringify(name)} (groups=${list(groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}`,
  );
}

/** Rules that differ by their verb alone, as one. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const byTarget = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs: _, ...target } = rule;
    const key = rule.nonResourceURLs ? JSON.stringify(rule) : JSON.stringify(target);
    const known = byTarget.get(key);
    byTarget.set(key, known ? { ...known, verbs: [...(known.verbs ?? []), ...(rule.verbs ?? [])] } : rule);
  }
  return [...byTarget.values()];
}

const list = (values: readonly string[]): string => `[${values.map((v) => JSON.stringify(v)).join(" ")}]`;

function shown({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = {
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
    Verbs: verbs,
  };
  const said = Object.entries(parts).flatMap(([name, values]) => (values?.length ? [`${name}:${list(values)}`] : []));
  return `{${said.join(", ")}}`;
}
