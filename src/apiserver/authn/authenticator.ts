/** Who asks (https://kubernetes.io/docs/reference/access-authn-authz/authentication/). */
import type { User } from "../context.ts";
import type { HttpRequest } from "../exchange.ts";

export interface Authenticator {
  /** The user, or undefined if the request carries nothing that this authenticator knows. Throws Unauthorized for what is wrong. */
  authenticate(request: HttpRequest): Promise<User | undefined> | User | undefined;
}

export const anonymous: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };
const authenticated = "system:authenticated";

/** Users who were given without their group, with it: always the same object, by which others know them again. */
const completed = new WeakMap<User, User>();

/** Everyone who is known belongs to `system:authenticated`. */
export function known(user: User): User {
  if (user.groups.includes(authenticated) || user.groups.includes("system:unauthenticated")) return user;
  let complete = completed.get(user);
  if (!complete) {
    complete = { ...user, groups: [...user.groups, authenticated] };
    completed.set(user, complete);
  }
  return complete;
}

/** The client certificate: its common name is the user, its organizations are the groups. */
export const certificateAuthenticator: Authenticator = {
  authenticate: (request) => request.certificateUser,
};

export const bearerToken = ({ headers }: HttpRequest): string | undefined =>
  /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1]?.trim();
