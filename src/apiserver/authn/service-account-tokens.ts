/**
 * Tokens of service accounts: signed, for a time, for an audience, and bound to an object, with which they end
 * (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens).
 */
import { type CryptoKey, errors, exportJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { node as nodeKind } from "../../api/core/node.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { secret as secretKind } from "../../api/core/secret.ts";
import { serviceAccount as serviceAccountKind } from "../../api/core/service-account.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { encodeBase64 } from "../../base/base64.ts";
import { type Clock, during } from "../../base/clock.ts";
import { type Random, uuid } from "../../base/random.ts";
import type { User } from "../context.ts";
import type { Registry } from "../registry/registry.ts";
import { issuerOf } from "./jwt/authenticator.ts";
import type { TokenAuthenticator } from "./token-authenticator.ts";

export interface SigningKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** Names the key in tokens and in the published set. */
  readonly id: string;
  /** Of JSON Web Signatures (RFC 7518), as the keys are; default ES256. */
  readonly algorithm?: string;
}

interface Reference {
  readonly name: string;
  readonly uid: string;
}

interface KubernetesClaim {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly pod?: Reference;
  readonly node?: Reference;
  readonly secret?: Reference;
  readonly warnafter?: number;
}

export interface TokenWanted {
  readonly namespace: string;
  readonly account: KubeObject;
  readonly audiences: readonly string[];
  readonly seconds: number;
  readonly pod?: KubeObject | undefined;
  readonly node?:
    | { readonly metadata: { readonly name?: string | undefined; readonly uid?: string | undefined } }
    | undefined;
  readonly secret?: KubeObject | undefined;
}

/** What tokens that are kept in secrets tell. */
type SecretClaims = Record<
  `kubernetes.io/serviceaccount/${"namespace" | "secret.name" | "service-account.name" | "service-account.uid"}`,
  string
>;

/** A token whose signature is good. */
interface Good {
  readonly claim: KubernetesClaim;
  readonly id: string;
  readonly expiresMs: number;
  readonly audiences: readonly string[];
  /** Kept in a secret: for every audience, without end. */
  readonly ofSecret: boolean;
}

/** Who issues tokens that are kept in secrets. */
const secretIssuer = "kubernetes/serviceaccount";
/** How long a token outlives the deletion of what it is bound to. */
const leewayMs = 60_000;

export class ServiceAccountTokens implements TokenAuthenticator {
  readonly issuer: string;
  readonly algorithm: string;
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #registry: () => Registry;
  /** Tokens whose signature has been found good, until they expire. */
  readonly #good = new Map<string, Good>();

  constructor(options: { issuer: string; keys: SigningKeys; clock: Clock; random: Random; registry: () => Registry }) {
    this.issuer = options.issuer;
    this.#keys = options.keys;
    this.algorithm = options.keys.algorithm ?? "ES256";
    this.#clock = options.clock;
    this.#random = options.random;
    this.#registry = options.registry;
  }

  async sign({ namespace, account, audiences, seconds, pod, node, secret }: TokenWanted): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000);
    const reference = ({
      metadata,
    }: {
      metadata: { name?: string | undefined; uid?: string | undefined };
    }): Reference => ({
      name: metadata.name ?? "",
      uid: metadata.uid ?? "",
    });
    const claim: KubernetesClaim = {
      namespace,
      ...(node && { node: reference(node) }),
      ...(pod && { pod: reference(pod) }),
      ...(secret && { secret: reference(secret) }),
      serviceaccount: reference(account),
    };
    const token = new SignJWT({ "kubernetes.io": claim })
      .setProtectedHeader({ alg: this.algorithm, kid: this.#keys.id })
      .setIssuer(this.issuer)
      .setSubject(`system:serviceaccount:${namespace}:${account.metadata.name}`)
      .setAudience([...audiences])
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + seconds)
      .setJti(uuid(this.#random));
    return this.#signed(token);
  }

  /** A token that does not expire and is kept in `secret`: it ends with the secret. */
  async signForSecret(
    { metadata: account }: Pick<KubeObject, "metadata">,
    { metadata: secret }: Pick<KubeObject, "metadata">,
  ): Promise<string> {
    const claims: SecretClaims = {
      "kubernetes.io/serviceaccount/namespace": secret.namespace ?? "",
      "kubernetes.io/serviceaccount/secret.name": secret.name ?? "",
      "kubernetes.io/serviceaccount/service-account.name": account.name ?? "",
      "kubernetes.io/serviceaccount/service-account.uid": account.uid ?? "",
    };
    const token = new SignJWT({ ...claims })
      .setProtectedHeader({ alg: this.algorithm, kid: this.#keys.id })
      .setIssuer(secretIssuer)
      .setSubject(`system:serviceaccount:${secret.namespace}:${account.name}`);
    return this.#signed(token);
  }

  #signed(token: SignJWT): Promise<string> {
    return during(this.#clock, token.sign(this.#keys.privateKey));
  }

  async authenticateToken(
    token: string,
    audiences: readonly string[],
  ): Promise<{ user: User; audiences: readonly string[] } | undefined> {
    const issuer = issuerOf(token);
    if (issuer !== this.issuer && issuer !== secretIssuer) return undefined;
    return this.verify(token, audiences);
  }

  /** Who the token is for. Rejects, with the reason, if it is not good now. */
  async verify(token: string, audiences: readonly string[]): Promise<{ user: User; audiences: readonly string[] }> {
    const { claim, id, audiences: own, ofSecret } = await this.#signature(token);
    if (ofSecret) return { user: await this.#userOfSecret(token, claim), audiences };
    const shared = own.filter((audience) => audiences.includes(audience));
    if (!shared.length)
      throw new Error(
        `token audiences ${JSON.stringify(own)} is invalid for the target audiences ${JSON.stringify(audiences)}`,
      );
    await this.#bound(serviceAccountKind, claim.namespace, claim.serviceaccount);
    if (claim.pod) await this.#bound(podKind, claim.namespace, claim.pod);
    if (claim.secret) await this.#bound(secretKind, claim.namespace, claim.secret);
    if (claim.node && !claim.pod) await this.#bound(nodeKind, "", claim.node);
    return { user: userOf(claim, id), audiences: shared };
  }

  async keySet(): Promise<{ keys: JWK[] }> {
    const key = await exportJWK(this.#keys.publicKey);
    return { keys: [{ use: "sig", kid: this.#keys.id, alg: this.algorithm, ...key }] };
  }

  async #signature(token: string): Promise<Good> {
    const now = this.#clock.now();
    const known = this.#good.get(token);
    if (known && now < known.expiresMs) return known;
    try {
      const currentDate = new Date(now);
      const wanted = { issuer: [this.issuer, secretIssuer], algorithms: [this.algorithm], currentDate };
      const { payload } = await during(this.#clock, jwtVerify(token, this.#keys.publicKey, wanted));
      const ofSecret = payload.iss === secretIssuer;
      const claim = ofSecret ? claimOfSecret(payload) : (payload["kubernetes.io"] as KubernetesClaim);
      const audiences = [payload.aud ?? []].flat();
      const expiresMs = ofSecret ? Number.POSITIVE_INFINITY : (payload.exp ?? 0) * 1000;
      const good: Good = { claim, id: payload.jti ?? "", expiresMs, audiences, ofSecret };
      if (this.#good.size >= 10_000) this.#good.clear();
      this.#good.set(token, good);
      return good;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Error("service account token has expired");
      throw error;
    }
  }

  /** The secret must still be there and hold this token, and its account be the one it was made for. */
  async #userOfSecret(token: string, claim: KubernetesClaim): Promise<User> {
    const { namespace, serviceaccount, secret } = claim;
    const found = await this.#registry().find(secretKind, namespace, secret?.name ?? "");
    if (!found || found.metadata.deletionTimestamp) throw new Error("Token has been invalidated");
    const kept = (found.data as Record<string, string> | undefined)?.token;
    if (kept !== encodeBase64(new TextEncoder().encode(token))) throw new Error("Token does not match server's copy");
    const account = await this.#registry().find(serviceAccountKind, namespace, serviceaccount.name);
    if (!account || account.metadata.deletionTimestamp)
      throw new Error(`ServiceAccount ${namespace}/${serviceaccount.name} has been deleted`);
    if (account.metadata.uid !== serviceaccount.uid) {
      const { uid } = account.metadata;
      throw new Error(`ServiceAccount UID (${uid}) does not match claim (${serviceaccount.uid})`);
    }
    return userOf(claim, "");
  }

  async #bound(kind: Kind, namespace: string, { name, uid }: Reference): Promise<void> {
    const found = await this.#registry().find(kind, namespace, name);
    if (!found && kind === serviceAccountKind) throw new Error(`serviceaccounts ${JSON.stringify(name)} not found`);
    const deleted = found?.metadata.deletionTimestamp;
    const isGone = !found || found.metadata.uid !== uid;
    if (isGone || (deleted && Date.parse(deleted) + leewayMs < this.#clock.now()))
      throw new Error("service account token has been invalidated");
  }
}

function claimOfSecret(payload: Readonly<Record<string, unknown>>): KubernetesClaim {
  const claims = payload as Readonly<SecretClaims>;
  return {
    namespace: claims["kubernetes.io/serviceaccount/namespace"],
    serviceaccount: {
      name: claims["kubernetes.io/serviceaccount/service-account.name"],
      uid: claims["kubernetes.io/serviceaccount/service-account.uid"],
    },
    secret: { name: claims["kubernetes.io/serviceaccount/secret.name"], uid: "" },
  };
}

function userOf({ namespace, serviceaccount, pod, node }: KubernetesClaim, id: string): User {
  const extra: Record<string, string[]> = {};
  if (id) extra["authentication.kubernetes.io/credential-id"] = [`JTI=${id}`];
  if (pod) {
    extra["authentication.kubernetes.io/pod-name"] = [pod.name];
    extra["authentication.kubernetes.io/pod-uid"] = [pod.uid];
  }
  if (node) {
    extra["authentication.kubernetes.io/node-name"] = [node.name];
    extra["authentication.kubernetes.io/node-uid"] = [node.uid];
  }
  return {
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    extra,
  };
}
