/** What Go's `tls.X509KeyPair` says when certificate and key are not even PEM; that they match is not looked into. */
import { base64ToUtf8 } from "../../../base/base64.ts";
import type { Secret } from "../../generated/core-v1.ts";

const isKey = (type: string): boolean => type.endsWith("PRIVATE KEY");

export function keyPairWarnings({ type, data = {} }: Secret): string[] {
  if (type !== "kubernetes.io/tls") return [];
  const said = certificateFault(pemTypes(data["tls.crt"])) ?? keyFault(pemTypes(data["tls.key"]));
  return said ? [`tls: ${said}`] : [];
}

const pemTypes = (value = ""): string[] =>
  [...base64ToUtf8(value).matchAll(/^-----BEGIN ([^\n]*)-----\r?\n[\s\S]*?^-----END \1-----/gm)].map(
    ([, type = ""]) => type,
  );

function certificateFault(types: readonly string[]): string | undefined {
  if (types.includes("CERTIFICATE")) return undefined;
  if (!types.length) return "failed to find any PEM data in certificate input";
  if (types.length === 1 && isKey(types[0] ?? ""))
    return "failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched";
  return `failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(" ")}]`;
}

function keyFault(types: readonly string[]): string | undefined {
  if (types.some(isKey)) return undefined;
  if (!types.length) return "failed to find any PEM data in key input";
  if (types.length === 1 && types[0] === "CERTIFICATE")
    return "found a certificate rather than a key in the PEM for the private key";
  return `failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(" ")}]`;
}
