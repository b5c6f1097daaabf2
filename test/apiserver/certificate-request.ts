/** A request for a certificate, as somebody with a new key makes it. */
import "reflect-metadata";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Its PEM. */
export async function requestPem(): Promise<string> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({ name: "CN=a", keys, signingAlgorithm: algorithm });
  return request.toString("pem");
}
