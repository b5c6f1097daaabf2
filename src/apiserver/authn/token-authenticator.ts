/** Who a bearer token is for: each kind of token has an authenticator, and they are asked in turn. */
import { unauthorized } from "../../api/errors.ts";
import type { User } from "../context.ts";
import type { HttpRequest } from "../exchange.ts";
import { type Authenticator, bearerToken, known } from "./authenticator.ts";

export interface TokenAuthenticator {
  /**
   * The user, or undefined for what is no token of this kind. Rejects, with why, for one that is and is no good. `audiences`
   * are those that would do; the answer has which of them the token is for, left out where it says nothing of any.
   */
  authenticateToken(
    token: string,
    audiences: readonly string[],
  ): Promise<{ readonly user: User; readonly audiences?: readonly string[] } | undefined>;
}

export interface Reviewed {
  readonly user: User;
  readonly audiences: readonly string[];
}

/** All that a token may be. */
export class BearerTokens implements Authenticator {
  /** The audiences that mean this server. */
  readonly audiences: readonly string[];
  readonly #authenticators: readonly TokenAuthenticator[];

  constructor(authenticators: readonly TokenAuthenticator[], audiences: readonly string[]) {
    this.#authenticators = authenticators;
    this.audiences = audiences;
  }

  async authenticate(request: HttpRequest): Promise<User | undefined> {
    const token = bearerToken(request);
    if (token === undefined) return undefined;
    const found = await this.review(token, this.audiences).catch(() => undefined);
    if (!found) throw unauthorized();
    return found.user;
  }

  /** Who the token is for; undefined if nobody knows it. Rejects with the reasons of those who do and find it bad. */
  async review(token: string, wanted: readonly string[]): Promise<Reviewed | undefined> {
    const reasons: string[] = [];
    for (const authenticator of this.#authenticators) {
      try {
        const found = await authenticator.authenticateToken(token, wanted);
        if (!found) continue;
        // a token that says nothing of audiences is for this server
        const audiences = found.audiences ?? wanted.filter((one) => this.audiences.includes(one));
        if (audiences.length) return { user: known(found.user), audiences };
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (reasons.length) throw new Error([...new Set(reasons)].join(", "));
    return undefined;
  }
}

/** Tokens that are known by their value. */
export function staticTokens(tokens: ReadonlyMap<string, User>): TokenAuthenticator {
  return {
    authenticateToken: async (token) => {
      const user = tokens.get(token);
      return user && { user };
    },
  };
}

/** Reads upstream's token file: lines of `token,user,uid,"group1,group2"`. Throws Error for a line that has too little. */
export function parseTokenFile(source: string): ReadonlyMap<string, User> {
  const tokens = new Map<string, User>();
  source.split(/\r?\n/).forEach((line, i) => {
    if (!line.trim() || line.startsWith("#")) return;
    const fields = [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(([, quoted, plain]) =>
      (quoted?.replaceAll('""', '"') ?? plain ?? "").trim(),
    );
    const [token = "", name = "", uid = "", groups = ""] = fields;
    if (fields.length < 4) throw new Error(`line ${i + 1}: a token, a user and a uid are needed`);
    if (!token) throw new Error(`line ${i + 1}: the token is empty`);
    const of = groups.split(",").filter(Boolean);
    tokens.set(token, { name, groups: of, ...(uid && { uid }) });
  });
  return tokens;
}
