/** The keys that sign tokens of service accounts. */
import { webcrypto } from "node:crypto";
import type { SigningKeys } from "../../apiserver/authn/service-account-tokens.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;

async function named(publicKey: webcrypto.CryptoKey, privateKey: webcrypto.CryptoKey): Promise<SigningKeys> {
  const digest = await webcrypto.subtle.digest("SHA-256", await webcrypto.subtle.exportKey("spki", publicKey));
  return { publicKey, privateKey, id: Buffer.from(digest).toString("base64url") };
}

export async function createSigningKeys(): Promise<SigningKeys> {
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return named(publicKey, privateKey);
}

/** As a JSON Web Key, to be kept: whoever has it can speak for every service account. */
export async function exportSigningKeys({ privateKey }: SigningKeys): Promise<string> {
  const jwk = await webcrypto.subtle.exportKey("jwk", privateKey as webcrypto.CryptoKey);
  return JSON.stringify(jwk);
}

export async function importSigningKeys(text: string): Promise<SigningKeys> {
  const { d, ...shared } = JSON.parse(text) as webcrypto.JsonWebKey;
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey("jwk", { ...shared, ...(d && { d }), key_ops: ["sign"] }, algorithm, true, ["sign"]),
    webcrypto.subtle.importKey("jwk", { ...shared, key_ops: ["verify"] }, algorithm, true, ["verify"]),
  ]);
  return named(publicKey, privateKey);
}
