/**
 * Certificates: the cluster's own authority, and what it signs. ECDSA P-256 throughout.
 * Keys and certificates are PEM text; writing them to disk (0600) is the caller's.
 */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

export interface KeyPair {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export interface Issue extends Subject {
  readonly usage: "client" | "server" | "both";
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly days: number;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 86_400_000;

/** The distinguished name; values are escaped by the library's JSON form. */
const nameOf = ({ commonName, organizations = [] }: Subject): x509.JsonName => [
  ...organizations.map((o) => ({ O: [o] })),
  { CN: [commonName] },
];

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

const importKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey("pkcs8", x509.PemConverter.decode(pem)[0] as ArrayBuffer, algorithm, true, ["sign"]);

/** What the authority signs with. */
export const authorityKey = ({ key }: KeyPair): Promise<webcrypto.CryptoKey> => importKey(key);

/** Serial numbers are 16 random bytes, positive (RFC 5280). */
export function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** A new authority that signs for itself. `notBefore` in milliseconds since 1970. */
export async function createAuthority(commonName: string, notBefore: number, days = 3650): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf({ commonName }),
    notBefore: new Date(notBefore - dayMs / 24),
    notAfter: new Date(notBefore + days * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

const isAddress = (name: string): boolean => /^[\d.]+$/.test(name) || name.includes(":");
const usages = {
  client: [x509.ExtendedKeyUsage.clientAuth],
  server: [x509.ExtendedKeyUsage.serverAuth],
  both: [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth],
}; // prettier-ignore

/** A certificate with a key of its own, signed by `authority`. */
export async function issue(authority: KeyPair, wanted: Issue): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(wanted),
    issuer: issuer.subjectName.toJSON(),
    notBefore: new Date(wanted.notBefore - dayMs / 24),
    notAfter: new Date(wanted.notBefore + wanted.days * dayMs),
    signingKey: await importKey(authority.key),
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(usages[wanted.usage]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(wanted.names?.length
        ? [
            new x509.SubjectAlternativeNameExtension(
              wanted.names.map((value) => ({ type: isAddress(value) ? ("ip" as const) : ("dns" as const), value })),
            ),
          ]
        : []),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}
