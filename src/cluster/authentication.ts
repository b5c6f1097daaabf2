/** All ways to say who one is, as the configuration has them, in upstream's order. */
import { type Authenticator, certificateAuthenticator } from "../apiserver/authn/authenticator.ts";
import { bootstrapTokens } from "../apiserver/authn/bootstrap-tokens.ts";
import { JwtAuthenticator } from "../apiserver/authn/jwt/authenticator.ts";
import { requestHeaders } from "../apiserver/authn/request-headers.ts";
import type { ServiceAccountTokens } from "../apiserver/authn/service-account-tokens.ts";
import {
  BearerTokens,
  parseTokenFile,
  staticTokens,
  type TokenAuthenticator,
} from "../apiserver/authn/token-authenticator.ts";
import type { ApiServerConfiguration } from "../apiserver/configuration/configuration.ts";
import type { User } from "../apiserver/context.ts";
import { fetchJson } from "../apiserver/http/fetch-json.ts";
import type { Registry } from "../apiserver/registry/registry.ts";
import type { Clock } from "../base/clock.ts";

export interface Authentication {
  readonly authenticators: readonly Authenticator[];
  readonly tokens: BearerTokens;
  readonly anonymous: (path: string) => boolean;
  readonly issuers: readonly JwtAuthenticator[];
  stop(): void;
}

export interface AuthenticationFacts {
  readonly clock: Clock;
  readonly registry: () => Registry;
  /** Tokens of the components of this cluster. */
  readonly known: ReadonlyMap<string, User>;
  readonly accounts: ServiceAccountTokens;
}

/** Starts to look up the issuers of tokens. */
export function authentication(
  { authentication: asked }: ApiServerConfiguration,
  { clock, registry, known, accounts }: AuthenticationFacts,
): Authentication {
  const issuers = asked.jwt.map((one) => new JwtAuthenticator(one, fetchJson, clock));
  const tokens = new BearerTokens(
    [
      staticTokens(known),
      ...(asked.tokens ? [staticTokens(parseTokenFile(asked.tokens))] : []),
      accounts,
      ...(asked.bootstrapTokens ? [bootstrapTokens(registry, clock)] : []),
      ...issuers,
    ] satisfies TokenAuthenticator[],
    [accounts.issuer],
  );
  for (const issuer of issuers) void issuer.keys.start();
  const { enabled = true, conditions = [] } = asked.anonymous ?? {};
  return {
    authenticators: [
      ...(asked.requestHeader ? [requestHeaders(asked.requestHeader)] : []),
      certificateAuthenticator,
      tokens,
    ],
    tokens,
    anonymous: (path) => enabled && (!conditions.length || conditions.some((one) => one.path === path)),
    issuers,
    stop: () => {
      for (const issuer of issuers) issuer.keys.stop();
    },
  };
}
