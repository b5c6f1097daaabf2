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
  /** Of lists and watches: which objects alone are asked for. */
  readonly fieldSelector?: string;
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

/** Asks one after another: the first that allows or denies decides. Answers at once where all that are asked do. */
export function firstOf(authorizers: readonly Authorizer[]): Authorizer {
  const ask = (attributes: Attributes, from: number, reasons: readonly string[]): Decision | Promise<Decision> => {
    for (let at = from; ; at++) {
      const authorizer = authorizers[at];
      if (!authorizer) return { allowed: false, reason: reasons.join("\n") };
      const decision = authorizer.authorize(attributes);
      if (decision instanceof Promise)
        return decision.then((late) =>
          late.allowed || late.denied ? late : ask(attributes, at + 1, told(reasons, late)),
        );
      if (decision.allowed || decision.denied) return decision;
      reasons = told(reasons, decision);
    }
  };
  return { authorize: (attributes) => ask(attributes, 0, []) };
}

const told = (reasons: readonly string[], { reason }: Decision): readonly string[] =>
  reason ? [...reasons, reason] : reasons;

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
