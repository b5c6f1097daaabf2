/**
 * Signs the cluster's address and authority, which everybody may read in the config map `cluster-info`, with each bootstrap
 * token: whoever has a token knows by that whom to trust. Works once somebody has made that map, as kubeadm does.
 */
import {
  bootstrapTokenNamespace,
  bootstrapTokenPrefix,
  bootstrapTokenType,
  hasExpired,
  secretText,
} from "../../api/core/bootstrap-token.ts";
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type { Shared } from "../../api/object.ts";
import { encodeBase64 } from "../../base/base64.ts";
import { during } from "../../base/clock.ts";
import { configMaps, secrets } from "../../client/kinds.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";

const namespace = "kube-public";
const name = "cluster-info";
const key = `${namespace}/${name}`;
const signaturePrefix = "jws-kubeconfig-";

const isToken = (secret: Shared<core.Secret> | undefined): boolean =>
  secret?.type === bootstrapTokenType && secret.metadata.namespace === bootstrapTokenNamespace;

/** Id and secret of a token that may sign; undefined if it may not. */
export function signingToken(secret: Shared<core.Secret>, now: number): readonly [string, string] | undefined {
  const id = secretText(secret, "token-id");
  const value = secretText(secret, "token-secret");
  if (!id || !value || secret.metadata.name !== bootstrapTokenPrefix + id) return undefined;
  if (hasExpired(secret, now) || secretText(secret, "usage-bootstrap-signing") !== "true") return undefined;
  return [id, value];
}

/** A detached JWS (RFC 7515, appendix F) over `content`. */
export async function detachedSignature(content: string, id: string, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const url = (bytes: Uint8Array): string =>
    encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const header = url(encoder.encode(JSON.stringify({ alg: "HS256", kid: id })));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await globalThis.crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const signed = encoder.encode(`${header}.${url(encoder.encode(content))}`);
  return `${header}..${url(new Uint8Array(await globalThis.crypto.subtle.sign("HMAC", imported, signed)))}`;
}

export const bootstrapSigner: Controller<core.ConfigMap> = {
  name: "bootstrap-signer",
  reconciles: configMaps,
  ignores: ({ before, after }) => (after ?? before)?.metadata.name !== name,
  wakes: [wake(secrets, ({ before, after }) => (isToken(before) || isToken(after) ? [key] : []))],
  async reconcile(_, { cache, client, clock }) {
    const map = cache(configMaps).get(key);
    const content = map?.data?.kubeconfig;
    if (!map || content === undefined) return done;
    const others = Object.entries(map.data ?? {}).filter(([field]) => !field.startsWith(signaturePrefix));
    const data: Record<string, string> = Object.fromEntries(others);
    for (const secret of cache(secrets).list(bootstrapTokenNamespace)) {
      const token = isToken(secret) ? signingToken(secret, clock.now()) : undefined;
      if (token) data[signaturePrefix + token[0]] = await during(clock, detachedSignature(content, ...token));
    }
    const text = (of: object): string => JSON.stringify(Object.entries(of).sort());
    if (text(data) === text(map.data ?? {})) return done;
    try {
      await client.update(configMaps, { ...map, data });
    } catch (error) {
      const isRace = error instanceof ApiError && (error.reason === "NotFound" || error.reason === "Conflict");
      if (!isRace) throw error;
    }
    return done;
  },
};
