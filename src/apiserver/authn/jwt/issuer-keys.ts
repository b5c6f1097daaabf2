/**
 * The keys of an issuer of tokens, found by OpenID Connect discovery. They are kept, and asked for again when a token is
 * signed by one that is not among them.
 */
import {
  createLocalJWKSet,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
  type JWTVerifyGetKey,
} from "jose";
import { JWKSNoMatchingKey } from "jose/errors";
import type { Clock, Timer } from "../../../base/clock.ts";
import type { Issuer } from "./configuration.ts";

/** Fetches a JSON document by HTTPS; `authority` is PEM, empty: what this machine trusts. Rejects with why not. */
export type FetchJson = (url: string, authority: string) => Promise<unknown>;

const retryMs = 10_000;
/** At least so long between two questions for keys, whatever tokens come. */
const betweenMs = 10_000;

export class IssuerKeys {
  readonly #issuer: Issuer;
  readonly #fetch: FetchJson;
  readonly #clock: Clock;
  #keysUrl: string | undefined;
  #keys: ReturnType<typeof createLocalJWKSet> | undefined;
  #asking: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #retry: Timer | undefined;
  #fault: string | undefined = "not initialized";
  #stopped = false;

  constructor(issuer: Issuer, fetch: FetchJson, clock: Clock) {
    this.#issuer = issuer;
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** Why tokens of this issuer cannot be checked; undefined: they can. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Looks the issuer up, every 10 s until it answers. Never rejects. */
  async start(): Promise<void> {
    try {
      await this.#discover();
      await this.#ask();
      this.#fault = undefined;
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : String(error);
      if (!this.#stopped) this.#retry = this.#clock.after(retryMs, () => void this.start(), { idle: true });
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
  }

  readonly key: JWTVerifyGetKey = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    const known = this.#keys;
    if (known) {
      try {
        return await known(header, token);
      } catch (error) {
        if (!(error instanceof JWKSNoMatchingKey)) throw error;
      }
    }
    if (this.#clock.now() - this.#askedAt >= betweenMs) await this.#ask();
    if (!this.#keys) throw new JWKSNoMatchingKey();
    return this.#keys(header, token);
  };

  async #discover(): Promise<void> {
    const { url, discoveryURL, certificateAuthority } = this.#issuer;
    const document = await this.#fetch(
      discoveryURL || `${url.replace(/\/$/, "")}/.well-known/openid-configuration`,
      certificateAuthority,
    );
    const { issuer, jwks_uri: keysUrl } = (document ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
    if (issuer !== url)
      throw new Error(
        `oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(url)} got ${JSON.stringify(issuer ?? "")}`,
      );
    if (typeof keysUrl !== "string" || !keysUrl) throw new Error("provider did not return JWKS URL");
    this.#keysUrl = keysUrl;
  }

  #ask(): Promise<void> {
    const url = this.#keysUrl;
    if (url === undefined) return Promise.resolve();
    this.#asking ??= this.#fetch(url, this.#issuer.certificateAuthority)
      .then((set) => {
        this.#keys = createLocalJWKSet(set as JSONWebKeySet);
        this.#askedAt = this.#clock.now();
      })
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}
