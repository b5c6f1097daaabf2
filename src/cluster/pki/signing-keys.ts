/** The keys that sign tokens of service accounts. */
import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from "node:crypto";
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

const curves: Readonly<Record<string, readonly [curve: string, signature: string]>> = {
  prime256v1: ["P-256", "ES256"],
  secp384r1: ["P-384", "ES384"],
  secp521r1: ["P-521", "ES512"],
};

/** A private key in PEM, of RSA or of one of the curves, as kube-apiserver takes it. Throws Error for another. */
export async function signingKeysOf(pem: string): Promise<SigningKeys> {
  const key = createPrivateKey(pem);
  const [way, signature] = wayOf(key);
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), way, true, ["sign"]),
    webcrypto.subtle.importKey("spki", spki, way, true, ["verify"]),
  ]);
  return { ...(await named(publicKey, privateKey)), algorithm: signature };
}

function wayOf(key: KeyObject): [way: { name: string; namedCurve: string } | { name: string; hash: string }, string] {
  if (key.asymmetricKeyType === "rsa") return [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, "RS256"];
  const [namedCurve, signature] = curves[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? [];
  if (!namedCurve || !signature)
    throw new Error(`tokens cannot be signed with a key of ${key.asymmetricKeyType}: RSA, P-256, P-384 and P-521 can`);
  return [{ name: "ECDSA", namedCurve }, signature];
}
