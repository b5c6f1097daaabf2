/** The review kinds: a question goes in, the answer comes back, nothing is kept (https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access). */
import { badRequest, invalid } from "../../api/errors.ts";
import type { TokenReview } from "../../api/generated/authentication-v1.ts";
import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from "../../api/generated/authorization-v1.ts";
import type { PolicyRule } from "../../api/generated/rbac-v1.ts";
import { groupVersionOf } from "../../api/kind.ts";
import type { ObjectMeta } from "../../api/object.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { BearerTokens } from "../authn/token-authenticator.ts";
import type { Attributes, Authorizer } from "../authz/authorizer.ts";
import { nodeOf } from "../authz/node-graph.ts";
import type { Rbac } from "../authz/rbac.ts";
import type { User } from "../context.ts";
import type { HttpResponse } from "../exchange.ts";
import type { SubresourceHandlers } from "../handlers/dispatch.ts";
import { writeOptions } from "../handlers/options.ts";
import { respondValue } from "../handlers/respond.ts";
import type { Scope } from "../handlers/scope.ts";
import { readObject } from "../handlers/write.ts";
import { recordManaged } from "../registry/managed.ts";

export interface ReviewOptions {
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
  readonly tokens: BearerTokens;
}

export const reviewHandlers = ({ authorizer, rbac, tokens }: ReviewOptions): SubresourceHandlers => ({
  selfsubjectaccessreviews: async (scope) => {
    const review = await read<SelfSubjectAccessReview>(scope);
    check(scope, review, []);
    return answer(scope, review, await decide(authorizer, scope.context.user, review.spec));
  },
  subjectaccessreviews: async (scope) => {
    const review = await read<SubjectAccessReview>(scope);
    check(scope, review, nobody(review.spec));
    return answer(scope, review, await decide(authorizer, subject(review.spec), review.spec));
  },
  localsubjectaccessreviews: async (scope) => {
    const review = await read<LocalSubjectAccessReview>(scope);
    check(scope, review, nobody(review.spec), local(scope, review.spec));
    return answer(scope, review, await decide(authorizer, subject(review.spec), review.spec));
  },
  selfsubjectrulesreviews: async (scope) => {
    const review = await read<SelfSubjectRulesReview>(scope);
    const { namespace } = review.spec;
    if (!namespace) throw badRequest("no namespace on request");
    const rules = [...rbac.grants(scope.context.user, namespace)].map((grant) => grant.rule);
    const status = { ...rulesStatus(rules), ...(nodeOf(scope.context.user) !== undefined && notOfNodes) };
    return answer(scope, { metadata: {}, spec: {} }, status);
  },
  selfsubjectreviews: async (scope) => {
    const review = await read<{ metadata: object }>(scope);
    const metadata = { creationTimestamp: rfc3339(scope.registry.clock.now()) };
    return answer(scope, { ...review, metadata }, { userInfo: userInfo(scope.context.user) });
  },
  tokenreviews: async (scope) => {
    const review = await read<TokenReview>(scope);
    const { token, audiences } = review.spec;
    if (!token) throw badRequest("token is required for TokenReview in authentication");
    const wanted = audiences?.length ? audiences : tokens.audiences;
    const status = await tokens.review(token, wanted).then(
      (found) =>
        found
          ? { authenticated: true, user: userInfo(found.user), audiences: found.audiences }
          : { user: {}, error: "invalid bearer token" },
      (error: unknown) => ({ user: {}, error: `[invalid bearer token, ${(error as Error).message}]` }),
    );
    return answer(scope, review, status);
  },
});

type Access = {
  readonly resourceAttributes?: ResourceAttributes | undefined;
  readonly nonResourceAttributes?: NonResourceAttributes | undefined;
};
type Asked = {
  readonly user?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly uid?: string | undefined;
};

async function read<T>(scope: Scope): Promise<T> {
  const { registry, kind, context, request } = scope;
  const options = writeOptions(request.query, "CreateOptions");
  const review = await readObject(scope, options);
  recordManaged(registry, { kind, subresource: "", options, context }, undefined, review);
  return review as unknown as T;
}

function answer({ kind, request, context }: Scope, review: object, status: object): HttpResponse {
  const named = { kind: kind.kind, apiVersion: groupVersionOf(kind) };
  return respondValue(request, 201, { ...named, metadata: {}, ...review, status }, context.warnings);
}

const nobody = ({ user, groups }: Asked): FieldError[] =>
  user || groups?.length
    ? []
    : [new Path("spec").child("user").invalid("", "at least one of user or group must be specified")];

function local({ info }: Scope, { resourceAttributes, nonResourceAttributes }: Access): FieldError[] {
  const errors: FieldError[] = [];
  const spec = new Path("spec");
  const namespace = resourceAttributes?.namespace ?? "";
  if (resourceAttributes && namespace !== info.namespace)
    errors.push(
      spec.child("resourceAttributes").child("namespace").invalid(namespace, "must match metadata.namespace"),
    );
  if (nonResourceAttributes)
    errors.push(
      spec.child("nonResourceAttributes").invalid(goPath(nonResourceAttributes), "disallowed on this kind of request"),
    );
  return errors;
}

const goPath = ({ path, verb }: NonResourceAttributes): object => ({ Path: path ?? "", Verb: verb ?? "" });

/** Exactly one of the two questions must be asked, and nothing of metadata said. Throws Invalid. */
function check(
  { kind }: Scope,
  { metadata, spec: { resourceAttributes, nonResourceAttributes } }: { metadata: ObjectMeta; spec: Access },
  who: readonly FieldError[],
  ofNamespace?: readonly FieldError[],
): void {
  const spec = new Path("spec");
  const errors: FieldError[] = [];
  if (resourceAttributes && nonResourceAttributes) {
    const why = "cannot be specified in combination with resourceAttributes";
    errors.push(spec.child("nonResourceAttributes").invalid(goPath(nonResourceAttributes), why));
  } else if (!resourceAttributes && !nonResourceAttributes) {
    const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    errors.push(spec.child("resourceAttributes").invalid(null, why));
  }
  errors.push(...who, ...selectorFaults(resourceAttributes));
  const { managedFields: _, namespace, ...said } = metadata;
  const except = ofNamespace ? " except for namespace" : "";
  if (Object.keys(said).length || (namespace && !ofNamespace))
    errors.push(new Path("metadata").invalid(metadata, `must be empty${except}`));
  errors.push(...(ofNamespace ?? []));
  if (errors.length) throw invalid({ group: kind.group, name: "" }, "", errors);
}

const subject = ({ user, groups, uid }: Asked): User => ({
  name: user ?? "",
  groups: groups ?? [],
  ...(uid && { uid }),
});

async function decide(
  authorizer: Authorizer,
  user: User,
  { resourceAttributes: resource, nonResourceAttributes: path }: Access,
): Promise<{ allowed: boolean; denied?: boolean; reason?: string }> {
  const attributes: Attributes = {
    user,
    verb: (resource ?? path)?.verb ?? "",
    isResource: resource !== undefined,
    group: resource?.group ?? "",
    version: resource?.version ?? "",
    resource: resource?.resource ?? "",
    subresource: resource?.subresource ?? "",
    namespace: resource?.namespace ?? "",
    name: resource?.name ?? "",
    path: path?.path ?? "",
    ...(resource && { fieldSelector: fieldSelectorOf(resource) }),
  };
  const { allowed, denied, reason } = await authorizer.authorize(attributes);
  return { allowed, ...(denied && { denied }), ...(reason && { reason }) };
}

/** What nodes may do depends on the objects: no list of rules says it. */
const notOfNodes = { incomplete: true, evaluationError: "node authorizer does not support user rule resolution" };

/** Faults of the selectors of a question about a list. */
function selectorFaults(resource: ResourceAttributes | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("spec.resourceAttributes");
  for (const name of ["fieldSelector", "labelSelector"] as const) {
    const selector = resource?.[name];
    if (!selector) continue;
    const at = path.child(name);
    const { rawSelector, requirements } = selector;
    if (rawSelector && requirements?.length)
      errors.push(at.child("rawSelector").invalid(rawSelector, "may not specified at the same time as requirements"));
    if (!rawSelector && !requirements?.length) {
      const why = `when ${at} is specified, requirements or rawSelector is required`;
      errors.push(at.child("requirements").required(why));
    }
  }
  return errors;
}

/** The field selector of a question as its text; requirements of many values limit to none that a node may ask for. */
function fieldSelectorOf({ fieldSelector }: ResourceAttributes): string {
  if (!fieldSelector) return "";
  const single = (fieldSelector.requirements ?? []).filter((r) => r.operator === "In" && r.values?.length === 1);
  return fieldSelector.rawSelector || single.map(({ key, values }) => `${key}=${values?.[0]}`).join(",");
}

function rulesStatus(rules: readonly PolicyRule[]): object {
  return {
    resourceRules: rules
      .filter((rule) => rule.resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames?.length && { resourceNames }),
      })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}

const userInfo = ({ name, uid, groups, extra }: User): object => ({
  username: name,
  ...(uid && { uid }),
  ...(groups.length && { groups }),
  ...(extra && { extra }),
});
