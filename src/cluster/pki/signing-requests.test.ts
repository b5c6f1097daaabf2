import "reflect-metadata";
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import test from "node:test";
import * as x509 from "@peculiar/x509";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { createAuthority } from "./certificates.ts";
import { signingAuthority } from "./signing-requests.ts";

const now = Date.parse("2030-01-01T00:00:00Z");
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function request(): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ["devs"] }, { O: ["ops"] }, { CN: ["jane"] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "jane.example.com" },
        { type: "ip", value: "192.0.2.7" },
      ]),
    ],
  });
  return made.toString("pem");
}

test("a request is read, and signed for the time and the use that are told", async () => {
  const authority = await createAuthority("authority", now);
  const signing = signingAuthority(authority, new VirtualClock(now));
  const pem = await request();
  assert.deepEqual(signing.read(pem), {
    commonName: "jane",
    organizations: ["devs", "ops"],
    dnsNames: ["jane.example.com"],
    ipAddresses: ["192.0.2.7"],
    emailAddresses: [],
    uris: [],
  });
  const signed = new x509.X509Certificate(await signing.sign(pem, { usages: ["client auth"], seconds: 600 }));
  assert.equal(signed.subject, "O=devs, O=ops, CN=jane");
  assert.equal(signed.notAfter.toISOString(), "2030-01-01T00:10:00.000Z");
  assert.equal(signed.notBefore.toISOString(), "2029-12-31T23:55:00.000Z");
  const purposes = signed.getExtension(x509.ExtendedKeyUsageExtension)?.usages;
  assert.deepEqual([...(purposes ?? [])], [x509.ExtendedKeyUsage.clientAuth]);
  assert.equal(signed.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.length, 2);
  const issuer = new x509.X509Certificate(authority.certificate);
  assert.ok(await signed.verify({ publicKey: issuer.publicKey, date: new Date(now) }));
});

test("what is no request, and a use that nobody knows, are refused", async () => {
  const signing = signingAuthority(await createAuthority("authority", now), new VirtualClock(now));
  assert.throws(() => signing.read("x"), /PEM block type must be CERTIFICATE REQUEST/);
  const pem = await request();
  await assert.rejects(signing.sign(pem, { usages: ["dance"], seconds: 600 }), /unrecognized usage values/);
});
