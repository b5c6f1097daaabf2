/**
 * Another server says who asks, in headers, and proves by its certificate that it may
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#authenticating-proxy).
 */
import type { RequestHeaderConfiguration } from "../configuration/configuration.ts";
import type { HttpRequest } from "../exchange.ts";
import type { Authenticator } from "./authenticator.ts";

export type HeaderNames = Omit<RequestHeaderConfiguration, "clientCA">;

export function requestHeaders(names: HeaderNames): Authenticator {
  const lower = (all: readonly string[]): string[] => all.map((one) => one.trim().toLowerCase());
  const [users, uids, groups] = [lower(names.usernameHeaders), lower(names.uidHeaders), lower(names.groupHeaders)];
  const prefixes = lower(names.extraHeadersPrefix);
  const first = ({ headers }: HttpRequest, all: readonly string[]): string =>
    all.map((name) => headers[name]).find(Boolean) ?? "";
  return {
    authenticate(request) {
      const { frontProxy, headers } = request;
      if (frontProxy === undefined || (names.allowedNames.length && !names.allowedNames.includes(frontProxy)))
        return undefined;
      const name = first(request, users);
      if (!name) return undefined;
      const uid = first(request, uids);
      const extra = extraOf(headers, prefixes);
      return {
        name,
        groups: groups.flatMap((header) => headers[header]?.split(", ").filter(Boolean) ?? []),
        ...(uid && { uid }),
        ...(Object.keys(extra).length && { extra }),
      };
    },
  };
}

function extraOf(headers: HttpRequest["headers"], prefixes: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const prefix of prefixes) {
    for (const [name, value] of Object.entries(headers)) {
      if (!name.startsWith(prefix) || value === undefined) continue;
      const key = unescaped(name.slice(prefix.length));
      extra[key] = [...(extra[key] ?? []), ...value.split(", ")];
    }
  }
  return extra;
}

/** A key of somebody's extra as its header names it; what is escaped wrongly stands for itself. */
export function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
