import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { exportJWK, importJWK, jwtVerify, SignJWT } from "jose";
import { signingKeysOf } from "./signing-keys.ts";

const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1"): string =>
  key.export({ type, format: "pem" } as { type: "pkcs8"; format: "pem" }).toString();

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const curve = (namedCurve: string): KeyObject => generateKeyPairSync("ec", { namedCurve }).privateKey;
const p256 = curve("P-256");
const cases = [
  { name: "RSA", text: pem(rsa, "pkcs8"), algorithm: "RS256" },
  { name: "RSA, PKCS #1", text: pem(rsa, "pkcs1"), algorithm: "RS256" },
  { name: "P-256", text: pem(p256, "pkcs8"), algorithm: "ES256" },
  { name: "P-256, SEC 1", text: pem(p256, "sec1"), algorithm: "ES256" },
  { name: "P-384", text: pem(curve("P-384"), "pkcs8"), algorithm: "ES384" },
  { name: "P-521", text: pem(curve("P-521"), "pkcs8"), algorithm: "ES512" },
];
for (const { name, text, algorithm } of cases)
  test(`a key of ${name} signs what its public part verifies`, async () => {
    const keys = await signingKeysOf(text);
    assert.equal(keys.algorithm, algorithm);
    const token = await new SignJWT({ a: 1 }).setProtectedHeader({ alg: algorithm }).sign(keys.privateKey);
    const published = await importJWK(await exportJWK(keys.publicKey), algorithm);
    assert.equal((await jwtVerify(token, published)).payload.a, 1);
  });

test("a key has one name, however it is written", async () => {
  const [one, other] = await Promise.all([signingKeysOf(pem(rsa, "pkcs1")), signingKeysOf(pem(rsa, "pkcs8"))]);
  assert.equal(one.id, other.id);
  assert.match(one.id, /^[\w-]{43}$/);
});

test("other keys are refused", async () => {
  const text = pem(generateKeyPairSync("ed25519").privateKey, "pkcs8");
  await assert.rejects(signingKeysOf(text), /^Error: tokens cannot be signed with a key of ed25519/);
  await assert.rejects(signingKeysOf(pem(curve("secp256k1"), "pkcs8")), /key of ec: RSA, P-256, P-384 and P-521 can/);
});
