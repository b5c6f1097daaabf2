/**
 * Tokens of service accounts: signed, for a time, for an audience, and bound to an object, with which they end
 * (https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens).
 */
import { type CryptoKey, errors, exportJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { node as nodeKind } from "../../api/core/node.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { secret as secretKind } from "../../api/core/secret.ts";
import { serviceAccount as serviceAccountKind } from "../../api/core/service-account.ts";
import { unauthorized } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import { type Random, uuid } from "../../base/random.ts";
import type { User } from "../context.ts";
import type { HttpRequest } from "../exchange.ts";
import type { Registry } from "../registry/registry.ts";
import { type Authenticator, bearerToken } from "./authenticator.ts";

export interface SigningKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** Names the key in tokens and in the published set. */
  readonly id: string;
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

const algorithm = "ES256";
/** How long a token outlives the deletion of what it is bound to. */
const leewayMs = 60_000;

export class ServiceAccountTokens implements Authenticator {
  readonly issuer: string;
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #registry: () => Registry;
  /** Tokens whose signature has been found good, until they expire. */
  readonly #good = new Map<
    string,
    {
      readonly claim: KubernetesClaim;
      readonly id: string;
      readonly expiresMs: number;
      readonly audiences: readonly string[];
    }
  >();

  constructor(options: { issuer: string; keys: SigningKeys; clock: Clock; random: Random; registry: () => Registry }) {
    this.issuer = options.issuer;
    this.#keys = options.keys;
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
    return new SignJWT({ "kubernetes.io": claim })
      .setProtectedHeader({ alg: algorithm, kid: this.#keys.id })
      .setIssuer(this.issuer)
      .setSubject(`system:serviceaccount:${namespace}:${account.metadata.name}`)
      .setAudience([...audiences])
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + seconds)
      .setJti(uuid(this.#random))
      .sign(this.#keys.privateKey);
  }

  async authenticate(request: HttpRequest): Promise<User | undefined> {
    const token = bearerToken(request);
    if (token?.split(".").length !== 3) return undefined;
    const checked = await this.verify(token, [this.issuer]).catch(() => {
      throw unauthorized();
    });
    return checked.user;
  }

  /** Who the token is for. Rejects, with the reason, if it is not good now. */
  async verify(token: string, audiences: readonly string[]): Promise<{ user: User; audiences: readonly string[] }> {
    const { claim, id, audiences: own } = await this.#signature(token);
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
    return { keys: [{ use: "sig", kid: this.#keys.id, alg: algorithm, ...key }] };
  }

  async #signature(token: string) {
    const now = this.#clock.now();
    const known = this.#good.get(token);
    if (known && now < known.expiresMs) return known;
    try {
      const currentDate = new Date(now);
      const { payload } = await jwtVerify(token, this.#keys.publicKey, {
        issuer: this.issuer,
        algorithms: [algorithm],
        currentDate,
      });
      const claim = payload["kubernetes.io"] as KubernetesClaim;
      const audiences = [payload.aud ?? []].flat();
      const good = { claim, id: payload.jti ?? "", expiresMs: (payload.exp ?? 0) * 1000, audiences };
      if (this.#good.size >= 10_000) this.#good.clear();
      this.#good.set(token, good);
      return good;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Error("service account token has expired");
      throw error;
    }
  }

  async #bound(kind: Kind, namespace: string, { name, uid }: Reference): Promise<void> {
    const found = await this.#registry().find(kind, namespace, name);
    const deleted = found?.metadata.deletionTimestamp;
    const isGone = !found || found.metadata.uid !== uid;
    if (isGone || (deleted && Date.parse(deleted) + leewayMs < this.#clock.now()))
      throw new Error("service account token has been invalidated");
  }
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
