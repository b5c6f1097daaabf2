/** How the server reaches a webhook: an address, or a service of the cluster; and whom it trusts there. */
import { base64ToUtf8 } from "../../base/base64.ts";
import type { FieldError, Path } from "./field-error.ts";
import { isDns1123Subdomain, isPortNumber } from "./names.ts";

const form = "; desired format: https://host[/path]";

export function webhookUrlErrors(text: string, path: Path): FieldError[] {
  const found = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  const [, scheme = "", authority = "", query = "", fragment = ""] = found ?? [];
  if (!found || /[\s]/.test(authority)) {
    const why = `parse ${JSON.stringify(text)}: invalid character " " in host name`;
    return [path.required(`url must be a valid URL: ${why}${form}`)];
  }
  const at = authority.lastIndexOf("@");
  const errors: FieldError[] = [];
  if (scheme !== "https") errors.push(path.invalid(scheme, `'https' is the only allowed URL scheme${form}`));
  if (!authority.slice(at + 1)) errors.push(path.invalid("", `host must be specified${form}`));
  if (at >= 0) errors.push(path.invalid(authority.slice(0, at), "user information is not permitted in the URL"));
  if (fragment) errors.push(path.invalid(fragment, "fragments are not permitted in the URL"));
  if (query) errors.push(path.invalid(query, "query parameters are not permitted in the URL"));
  return errors;
}

export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
}

export function webhookServiceErrors(service: ServiceReference, path: Path): FieldError[] {
  const { namespace, name, port = 443, path: urlPath } = service;
  const errors: FieldError[] = [];
  if (!name) errors.push(path.child("name").required());
  if (!namespace) errors.push(path.child("namespace").required());
  const faults = isPortNumber(port);
  if (faults.length) errors.push(path.child("port").invalid(port, `port is not valid: ${faults.join(", ")}`));
  if (urlPath === undefined) return errors;
  return [...errors, ...urlPathErrors(urlPath, path.child("path"))];
}

function urlPathErrors(text: string, path: Path): FieldError[] {
  if (text === "/" || text === "") return [];
  if (text === "//") return [path.invalid(text, "segment[0] may not be empty")];
  const segments = text.slice(1, text.endsWith("/") ? -1 : undefined).split("/");
  const start = text.startsWith("/") ? [] : [path.invalid(text, "must start with a '/'")];
  const within = segments.flatMap((segment, i) => {
    if (!segment) return [path.invalid(text, `segment[${i}] may not be empty`)];
    return isDns1123Subdomain(segment).map((fault) => path.invalid(text, `segment[${i}]: ${fault}`));
  });
  return [...start, ...within];
}

/** Certificates in PEM, in base64. */
export function caBundleErrors(base64: string, path: Path): FieldError[] {
  let text = "";
  try {
    text = base64ToUtf8(base64);
  } catch {
    // told below
  }
  if (/-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/.test(text)) return [];
  return [path.invalid(base64, "unable to load root certificates: unable to parse bytes as PEM block")];
}
