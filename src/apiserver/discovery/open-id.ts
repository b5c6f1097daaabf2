/** Who issues tokens of service accounts, and the keys that prove it (https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery). */
import { methodNotAllowed } from "../../api/errors.ts";
import type { ServiceAccountTokens } from "../authn/service-account-tokens.ts";
import { acceptClauses, notAvailable } from "../encode/negotiate.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";

const configuration = "/.well-known/openid-configuration";
const keys = "/openid/v1/jwks";
export const openIdPaths = [configuration, keys];

export class OpenId implements PathHandler {
  readonly #tokens: ServiceAccountTokens;
  constructor(tokens: ServiceAccountTokens) {
    this.#tokens = tokens;
  }

  async handle(request: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    const wanted = path.replace(/\/$/, "");
    if (wanted !== configuration && wanted !== keys) return undefined;
    if (request.method !== "GET") throw methodNotAllowed();
    if (wanted === keys) return answer(request, "application/jwk-set+json", await this.#tokens.keySet());
    const { issuer, algorithm } = this.#tokens;
    return answer(request, "application/json", {
      issuer,
      jwks_uri: `https://${request.headers.host ?? "kubernetes.default.svc"}${keys}`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [algorithm],
    });
  }
}

/** Either comes in one form only. Throws NotAcceptable. */
function answer({ headers }: HttpRequest, type: string, value: object): HttpResponse {
  const clauses = acceptClauses(headers.accept || "*/*");
  if (!clauses.some((clause) => clause.type === type || clause.type === "*/*" || clause.type === "application/*"))
    throw notAvailable([type]);
  const body = [new TextEncoder().encode(JSON.stringify(value))];
  return { status: 200, headers: { "content-type": type, "cache-control": "public, max-age=3600" }, body };
}
