/** Users who log in elsewhere and come with a token of that issuer (OpenID Connect). */
import { errors, type JWTPayload, jwtVerify } from "jose";
import { decodeBase64 } from "../../../base/base64.ts";
import type { Clock } from "../../../base/clock.ts";
import type { User } from "../../context.ts";
import type { TokenAuthenticator } from "../token-authenticator.ts";
import type { JwtAuthenticatorConfiguration, PrefixedClaimOrExpression } from "./configuration.ts";
import { type Compiled, compileClaims, compileUser, overClaims, overUser, textsOf } from "./expressions.ts";
import { type FetchJson, IssuerKeys } from "./issuer-keys.ts";

const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];
/** How long a token that was good is believed without another look. */
const believedMs = 10_000;
const mostBelieved = 10_000;

export class JwtAuthenticator implements TokenAuthenticator {
  readonly keys: IssuerKeys;
  readonly #configuration: JwtAuthenticatorConfiguration;
  readonly #mapping: ReturnType<typeof mappingOf>;
  readonly #clock: Clock;
  readonly #believed = new Map<string, { readonly user: User; readonly untilMs: number }>();

  constructor(configuration: JwtAuthenticatorConfiguration, fetch: FetchJson, clock: Clock) {
    this.#configuration = configuration;
    this.#mapping = mappingOf(configuration);
    this.#clock = clock;
    this.keys = new IssuerKeys(configuration.issuer, fetch, clock);
  }

  async authenticateToken(token: string): Promise<{ readonly user: User } | undefined> {
    if (issuerOf(token) !== this.#configuration.issuer.url) return undefined;
    const now = this.#clock.now();
    const believed = this.#believed.get(token);
    if (believed && now < believed.untilMs) return { user: believed.user };
    const claims = await this.#verify(token);
    const user = this.#user(claims);
    if (this.#believed.size >= mostBelieved) this.#believed.clear();
    this.#believed.set(token, { user, untilMs: Math.min(now + believedMs, (claims.exp ?? 0) * 1000) });
    return { user };
  }

  /** What a token that is good says. Rejects with why it is not. */
  async #verify(token: string): Promise<JWTPayload> {
    if (this.keys.fault !== undefined) throw new Error("oidc: authenticator not initialized");
    const { url, audiences } = this.#configuration.issuer;
    const currentDate = new Date(this.#clock.now());
    try {
      const wanted = { issuer: url, audience: [...audiences], algorithms, currentDate, requiredClaims: ["exp"] };
      const { payload } = await jwtVerify(token, this.keys.key, wanted);
      return payload;
    } catch (error) {
      throw new Error(`oidc: verify token: ${this.#why(error)}`, { cause: error });
    }
  }

  #why(error: unknown): string {
    if (error instanceof errors.JWTExpired)
      return `oidc: token is expired (Token Expiry: ${new Date((error.payload.exp ?? 0) * 1000).toISOString()})`;
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") {
      const { audiences } = this.#configuration.issuer;
      return `oidc: expected audience in ${JSON.stringify(audiences)} got ${JSON.stringify([error.payload.aud ?? []].flat())}`;
    }
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
      return "failed to verify signature: failed to verify id token signature";
    return error instanceof Error ? error.message : String(error);
  }

  #user(claims: JWTPayload): User {
    const { username, groups, uid, extra, rules, userRules } = this.#mapping;
    const mappings = this.#configuration.claimMappings;
    const name = username ? nameBy(username, claims) : nameFrom(claims, mappings.username);
    const of = groups ? textsBy(groups, claims, "group claim expression") : groupsFrom(claims, mappings.groups);
    const id = uid
      ? textBy(uid, claims, "uid claim expression")
      : mappings.uid.claim
        ? textClaim(claims, mappings.uid.claim, "uid claim")
        : "";
    const more: Record<string, readonly string[]> = {};
    if (typeof claims.jti === "string" && claims.jti) more[credentialKey] = [`JTI=${claims.jti}`];
    for (const { key, expression } of extra) {
      const values = textsBy(expression, claims, `extra claim expression: ${expression.text}`);
      if (values.length) more[key] = values;
    }
    const user: User = {
      name,
      groups: of,
      ...(id && { uid: id }),
      ...(Object.keys(more).length && { extra: more }),
    };
    this.#checkClaims(claims);
    for (const { expression, message } of rules)
      demand(expression, message, () => overClaims(expression, claims), "claim validation expression");
    for (const { expression, message } of userRules)
      demand(expression, message, () => overUser(expression, user), "user info validation rule");
    return user;
  }

  #checkClaims(claims: JWTPayload): void {
    for (const { claim, requiredValue } of this.#configuration.claimValidationRules) {
      if (!claim) continue;
      const value = claims[claim];
      if (value === undefined) throw new Error(`oidc: required claim ${claim} not present in ID token`);
      if (typeof value !== "string") throw new Error(`oidc: parse claim ${claim}: it is no string`);
      if (value !== requiredValue)
        throw new Error(`oidc: required claim ${claim} value does not match. Got = ${value}, want = ${requiredValue}`);
    }
  }
}

const credentialKey = "authentication.kubernetes.io/credential-id";

/** The expressions of a configuration, which has been found good. */
function mappingOf({ claimMappings, claimValidationRules, userValidationRules }: JwtAuthenticatorConfiguration) {
  const optional = (text: string): Compiled | undefined => (text ? compileClaims(text) : undefined);
  return {
    username: optional(claimMappings.username.expression),
    groups: optional(claimMappings.groups.expression),
    uid: optional(claimMappings.uid.expression),
    extra: claimMappings.extra.map(({ key, valueExpression }) => ({ key, expression: compileClaims(valueExpression) })),
    rules: claimValidationRules
      .filter(({ expression }) => expression)
      .map(({ expression, message }) => ({ expression: compileClaims(expression, true), message })),
    userRules: userValidationRules.map(({ expression, message }) => ({ expression: compileUser(expression), message })),
  };
}

function evaluated<T>(what: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw new Error(`oidc: error evaluating ${what}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

const textsBy = (expression: Compiled, claims: JWTPayload, what: string): string[] =>
  evaluated(what, () => textsOf(overClaims(expression, claims)));

function textBy(expression: Compiled, claims: JWTPayload, what: string): string {
  return evaluated(what, () => {
    const value = overClaims(expression, claims);
    if (typeof value !== "string") throw new Error(`${what} must return a string`);
    return value;
  });
}

function nameBy(expression: Compiled, claims: JWTPayload): string {
  const name = textBy(expression, claims, "username claim expression");
  if (!name) throw new Error("oidc: empty username via CEL expression is not allowed");
  return name;
}

/** Throws Error unless the expression is true. */
function demand({ text }: Compiled, message: string, evaluate: () => unknown, what: string): void {
  evaluated(what, () => {
    if (evaluate() !== true) throw new Error(`validation expression '${text}' failed: ${message}`);
  });
}

/** Who a token says it is from, before anything of it is believed. */
export function issuerOf(token: string): string | undefined {
  const [, payload, signature, ...more] = token.split(".");
  if (payload === undefined || signature === undefined || more.length) return undefined;
  try {
    const json = new TextDecoder().decode(decodeBase64(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const { iss } = JSON.parse(json) as { iss?: unknown };
    return typeof iss === "string" ? iss : undefined;
  } catch {
    return undefined;
  }
}

function textClaim(claims: JWTPayload, name: string, what: string): string {
  const value = claims[name];
  if (value === undefined) throw new Error(`oidc: parse ${what} ${JSON.stringify(name)}: claim not present`);
  if (typeof value !== "string") throw new Error(`oidc: parse ${what} ${JSON.stringify(name)}: it is no string`);
  return value;
}

function nameFrom(claims: JWTPayload, { claim, prefix = "" }: PrefixedClaimOrExpression): string {
  const name = textClaim(claims, claim, "username claims");
  if (claim === "email" && claims.email_verified !== undefined) {
    if (typeof claims.email_verified !== "boolean")
      throw new Error("oidc: parse 'email_verified' claim: it is no boolean");
    if (!claims.email_verified) throw new Error("oidc: email not verified");
  }
  return prefix + name;
}

function groupsFrom(claims: JWTPayload, { claim, prefix = "" }: PrefixedClaimOrExpression): string[] {
  const value = claim ? claims[claim] : undefined;
  if (value === undefined) return [];
  const all = Array.isArray(value) ? value : [value];
  if (!all.every((one) => typeof one === "string"))
    throw new Error(`oidc: parse groups claim ${JSON.stringify(claim)}: it is no string or list of strings`);
  return all.map((one) => prefix + one);
}
