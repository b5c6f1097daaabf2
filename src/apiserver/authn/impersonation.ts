/** Acting as another user, where that is allowed (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation). */
import { type ApiError, badRequest, forbidden } from "../../api/errors.ts";
import { type Attributes, type Authorizer, refusal } from "../authz/authorizer.ts";
import type { User } from "../context.ts";
import type { HttpRequest } from "../exchange.ts";
import { anonymous, known } from "./authenticator.ts";
import { unescaped } from "./request-headers.ts";

const extraPrefix = "impersonate-extra-";

/** The user the request is to be carried out as. Throws Forbidden. */
export async function impersonate(request: HttpRequest, user: User, authorizer: Authorizer): Promise<User> {
  const { headers } = request;
  const name = headers["impersonate-user"];
  const groups = headers["impersonate-group"]?.split(", ").filter(Boolean) ?? [];
  const uid = headers["impersonate-uid"];
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length || uid || Object.keys(extra).length) throw nobody(uid ?? "", groups, extra);
    return user;
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (account) await check(authorizer, user, "", "serviceaccounts", account[2] ?? "", account[1] ?? "");
  else await check(authorizer, user, "", "users", name);
  for (const group of groups) await check(authorizer, user, "", "groups", group);
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) await check(authorizer, user, "authentication.k8s.io", "userextras", value, "", key);
  }
  if (uid) await check(authorizer, user, "authentication.k8s.io", "uids", uid);
  const own = account && !groups.length ? ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`] : groups;
  const acting: User = { name, groups: own, ...(uid && { uid }), ...(Object.keys(extra).length && { extra }) };
  return name === anonymous.name
    ? { ...acting, groups: [...new Set([...own, "system:unauthenticated"])] }
    : known(acting);
}

/** Says what was asked for in Go's form, which is what clients of upstream read. */
function nobody(uid: string, groups: readonly string[], extra: Readonly<Record<string, readonly string[]>>): ApiError {
  const list = (values: readonly string[]): string =>
    values.length ? `[]string{${values.map((v) => JSON.stringify(v)).join(", ")}}` : "[]string(nil)";
  const entries = Object.entries(extra).map(([key, values]) => `${JSON.stringify(key)}:${list(values)}`);
  const map = entries.length ? `map[string][]string{${entries.join(", ")}}` : "map[string][]string(nil)";
  return badRequest(
    `requested &user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${list(groups)}, Extra:${map}} without impersonating a user name`,
  );
}

function extraOf(headers: HttpRequest["headers"]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (header.startsWith(extraPrefix) && value) extra[unescaped(header.slice(extraPrefix.length))] = value.split(", ");
  }
  return extra;
}

async function check(
  authorizer: Authorizer,
  user: User,
  group: string,
  resource: string,
  name: string,
  namespace = "",
  subresource = "",
): Promise<void> {
  const attributes: Attributes = {
    user,
    verb: "impersonate",
    isResource: true,
    group,
    version: "",
    resource,
    subresource,
    namespace,
    name,
    path: "",
  };
  const { allowed, reason } = await authorizer.authorize(attributes);
  if (!allowed) throw forbidden({ group, name: resource }, name, refusal(attributes, reason));
}
