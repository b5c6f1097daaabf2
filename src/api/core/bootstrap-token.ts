/** Secrets that hold bootstrap tokens (https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#bootstrap-token-secret-format). */
import { base64ToUtf8 } from "../../base/base64.ts";
import type { Secret } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";

export const bootstrapTokenType = "bootstrap.kubernetes.io/token";
export const bootstrapTokenNamespace = "kube-system";
export const bootstrapTokenPrefix = "bootstrap-token-";
const rfc3339Form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

type TokenSecret = Shared<Pick<Secret, "data">>;

/** What a key of the secret holds; empty if there is none. */
export const secretText = ({ data }: TokenSecret, key: string): string => {
  const value = data?.[key];
  return value === undefined ? "" : base64ToUtf8(value);
};

/** Whether the token has ended: an expiration that cannot be read counts as one that is past. */
export function hasExpired(secret: TokenSecret, now: number): boolean {
  const end = expirationOf(secret);
  return end !== undefined && !(now < end);
}

/** When the token ends, in milliseconds; undefined: never; NaN: not in a form that can be read. */
export function expirationOf(secret: TokenSecret): number | undefined {
  const text = secretText(secret, "expiration");
  if (!text) return undefined;
  return rfc3339Form.test(text) ? Date.parse(text) : Number.NaN;
}
