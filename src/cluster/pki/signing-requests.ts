/** Certificates for those who ask for them with a request of their own (PKCS #10), signed by the cluster's authority. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Clock } from "../../base/clock.ts";
import type { CertificateAuthority, Requested, Terms } from "../../controllers/certificates/authority.ts";
import { authorityKey, type KeyPair, serialNumber } from "./certificates.ts";

/** How far a certificate reaches back, for clocks that go after; short-lived ones lose nothing of their life by it. */
const backdateMs = 5 * 60_000;
const shortMs = 8 * 3_600_000;

const { KeyUsageFlags: flag, ExtendedKeyUsage: purpose } = x509;
const keyUsages: Readonly<Record<string, x509.KeyUsageFlags>> = {
  signing: flag.digitalSignature,
  "digital signature": flag.digitalSignature,
  "content commitment": flag.nonRepudiation,
  "key encipherment": flag.keyEncipherment,
  "key agreement": flag.keyAgreement,
  "data encipherment": flag.dataEncipherment,
  "cert sign": flag.keyCertSign,
  "crl sign": flag.cRLSign,
  "encipher only": flag.encipherOnly,
  "decipher only": flag.decipherOnly,
};
const purposes: Readonly<Record<string, string>> = {
  any: "2.5.29.37.0",
  "server auth": purpose.serverAuth,
  "client auth": purpose.clientAuth,
  "code signing": purpose.codeSigning,
  "email protection": purpose.emailProtection,
  "s/mime": purpose.emailProtection,
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: purpose.timeStamping,
  "ocsp signing": purpose.ocspSigning,
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};

function parse(pem: string): x509.Pkcs10CertificateRequest {
  if (!pem.includes("-----BEGIN CERTIFICATE REQUEST-----"))
    throw new Error("PEM block type must be CERTIFICATE REQUEST");
  return new x509.Pkcs10CertificateRequest(pem);
}

const namesOf = (request: x509.Pkcs10CertificateRequest): x509.SubjectAlternativeNameExtension | undefined =>
  request.extensions.find((extension) => extension instanceof x509.SubjectAlternativeNameExtension);

/** What a request (PEM) asks for. Throws for what is none. */
export function readRequest(pem: string): Requested {
  const request = parse(pem);
  const names = namesOf(request)?.names.items ?? [];
  const of = (type: string): string[] => names.filter((name) => name.type === type).map(({ value }) => value);
  return {
    commonName: request.subjectName.getField("CN")[0] ?? "",
    organizations: request.subjectName.getField("O"),
    dnsNames: of("dns"),
    ipAddresses: of("ip"),
    emailAddresses: of("email"),
    uris: of("url"),
  };
}

export const signingAuthority = (authority: KeyPair, clock: Clock): CertificateAuthority => ({
  read: readRequest,

  async sign(pem, { usages, seconds }: Terms): Promise<string> {
    const request = parse(pem);
    const issuer = new x509.X509Certificate(authority.certificate);
    const now = clock.now();
    const lifeMs = seconds * 1000;
    const end = now + lifeMs - (lifeMs < shortMs ? 0 : backdateMs);
    const names = namesOf(request);
    const known = usages.map((usage) => {
      if (!(usage in keyUsages) && !(usage in purposes)) throw new Error(`unrecognized usage values: ["${usage}"]`);
      return usage;
    });
    const extended = [...new Set(known.flatMap((usage) => purposes[usage] ?? []))];
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: request.subjectName.toJSON(),
      issuer: issuer.subjectName.toJSON(),
      notBefore: new Date(now - backdateMs),
      notAfter: new Date(Math.min(end, issuer.notAfter.getTime())),
      signingKey: await authorityKey(authority),
      publicKey: await request.publicKey.export(webcrypto),
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      extensions: [
        new x509.KeyUsagesExtension(
          known.reduce((all, usage) => all | (keyUsages[usage] ?? 0), 0),
          true,
        ),
        ...(extended.length ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
        ...(names ? [names] : []),
      ],
    });
    return `${certificate.toString("pem").trimEnd()}\n`;
  },
});
