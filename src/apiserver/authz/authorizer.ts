/** Who may do what: the question, and who answers (https://kubernetes.io/docs/reference/access-authn-authz/authorization/). */
import type { User } from "../context.ts";

export interface Attributes {
  readonly user: User;
  readonly verb: string;
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Of requests that are about no resource. */
  readonly path: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** The refusal is final: no other authorizer is asked. */
  readonly denied?: boolean;
  readonly reason: string;
}

export interface Authorizer {
  authorize(attributes: Attributes): Decision | Promise<Decision>;
}

/** Asks one after another: the first that allows or denies decides. */
export function firstOf(authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = await authorizer.authorize(attributes);
        if (decision.allowed || decision.denied) return decision;
        if (decision.reason) reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join("\n") };
    },
  };
}

/** Members of `system:masters` may do everything, whatever the rules say. */
export const mastersAuthorizer: Authorizer = {
  authorize: ({ user }) => ({ allowed: user.groups.includes("system:masters"), reason: "" }),
};

/** What the refused client reads: who, what, where. */
export function refusal(
  { user, verb, isResource, group, resource, subresource, namespace, path }: Attributes,
  reason: string,
): string {
  const who = `User ${JSON.stringify(user.name)} cannot `;
  const what = isResource
    ? `${verb} resource ${JSON.stringify(subresource ? `${resource}/${subresource}` : resource)} in API group ${JSON.stringify(group)} ${namespace ? `in the namespace ${JSON.stringify(namespace)}` : "at the cluster scope"}`
    : `${verb} path ${JSON.stringify(path)}`;
  return who + what + (reason ? `: ${reason}` : "");
}
