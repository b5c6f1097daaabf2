/** What requests for certificates may hold, and how they may change (upstream's `apis/certificates/validation`). */
import { decodeBase64 } from "../../base/base64.ts";
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from "../generated/certificates-v1.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { isDns1123Label, isDns1123Subdomain } from "../validation/names.ts";

type Condition = CertificateSigningRequestCondition;
type Asked = CertificateSigningRequest;

const usages = [
  ...["any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment"],
  ...["decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel"],
  ...["ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime"],
  ...["server auth", "signing", "timestamping"],
];
const legacySigner = "kubernetes.io/legacy-unknown";
const shortestSeconds = 600;
const longestDomain = 253;
const longestSigner = longestDomain + 1 + longestDomain + 1 + 63;
const decisions = ["Approved", "Denied", "Failed"];
const spec = new Path("spec");
const status = new Path("status");

/** A signer is named `domain/path`, the path long enough for a namespace and a name. */
function validateSignerName(name: string): FieldError[] {
  const path = spec.child("signerName");
  if (!name) return [path.required("")];
  const [domain = "", signer = "", ...more] = name.split("/");
  if (more.length || !name.includes("/"))
    return [path.invalid(name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const errors: FieldError[] = [];
  if (domain.length > longestDomain) errors.push(path.tooLong(longestDomain));
  errors.push(...labelFaults(path, domain, isDns1123Label));
  if (!domain.includes("."))
    errors.push(path.invalid(domain, "should be a domain with at least two segments separated by dots"));
  errors.push(...labelFaults(path, signer, isDns1123Subdomain));
  if (name.length > longestSigner) errors.push(path.tooLong(longestSigner));
  return errors;
}

/** The faults of the first label that has any: those of the others would read alike. */
function labelFaults(path: Path, text: string, check: (label: string) => readonly string[]): FieldError[] {
  for (const label of text.split(".")) {
    const faults = check(label);
    if (faults.length)
      return faults.map((fault) => path.invalid(text, `validating label ${JSON.stringify(label)}: ${fault}`));
  }
  return [];
}

/** The request in PEM must be one; what is in it is for the signer to judge. */
function validateRequest(request: string | null | undefined): FieldError[] {
  const path = spec.child("request");
  let text = "";
  try {
    text = new TextDecoder().decode(decodeBase64(request ?? ""));
  } catch {
    // what is not base64 is not PEM either
  }
  const block = /-----BEGIN ([^-]+)-----/.exec(text)?.[1];
  if (block === "CERTIFICATE REQUEST") return [];
  return [path.invalid(request ?? null, "PEM block type must be CERTIFICATE REQUEST")];
}

export function validateSigningRequest({ spec: asked, status: state }: Asked, before?: Asked): FieldError[] {
  const errors = [...validateRequest(asked.request)];
  const path = spec.child("usages");
  const wanted = asked.usages ?? [];
  if (!wanted.length) errors.push(path.required(""));
  for (const [i, usage] of wanted.entries()) {
    if (!usages.includes(usage)) errors.push(path.index(i).notSupported(usage, usages));
  }
  for (const [i, usage] of wanted.entries()) {
    if (wanted.indexOf(usage) < i) errors.push(path.index(i).duplicate(usage));
  }
  if (asked.signerName === legacySigner && before?.spec.signerName !== legacySigner)
    errors.push(
      spec.child("signerName").invalid(legacySigner, "the legacy signerName is not allowed via this API version"),
    );
  else errors.push(...validateSignerName(asked.signerName));
  if (asked.expirationSeconds != null && asked.expirationSeconds < shortestSeconds) {
    const why = "may not specify a duration less than 600 seconds (10 minutes)";
    errors.push(spec.child("expirationSeconds").invalid(asked.expirationSeconds, why));
  }
  errors.push(...validateConditions(state?.conditions ?? [], before?.status?.conditions ?? []));
  if (state?.certificate !== before?.status?.certificate) errors.push(...validateCertificate(state?.certificate));
  return errors;
}

function validateConditions(conditions: readonly Condition[], before: readonly Condition[]): FieldError[] {
  const path = status.child("conditions");
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const wasBoth = before.some(({ type }) => type === "Approved") && before.some(({ type }) => type === "Denied");
  for (const [i, { type, status: value }] of conditions.entries()) {
    const at = path.index(i);
    if (!type) errors.push(at.child("type").required(""));
    const allowed = decisions.includes(type) ? ["True"] : ["False", "True", "Unknown"];
    if (!value) errors.push(at.child("status").required(""));
    else if (!allowed.includes(value)) errors.push(at.child("status").notSupported(value, allowed));
    const other = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : undefined;
    if (other && seen.has(other) && !wasBoth)
      errors.push(path.invalid(type, "Approved and Denied conditions are mutually exclusive"));
    if (seen.has(type)) errors.push(at.child("type").duplicate(type));
    seen.add(type);
  }
  return errors;
}

function validateCertificate(certificate: string | null | undefined): FieldError[] {
  if (!certificate) return [];
  const text = new TextDecoder().decode(decodeBase64(certificate));
  const blocks = [...text.matchAll(/-----BEGIN ([^-]+)-----\r?\n([\s\S]*?)-----END \1-----/g)];
  const fault = (why: string): FieldError[] => [status.child("certificate").invalid("<certificate data>", why)];
  for (const [, type, body = ""] of blocks) {
    if (type !== "CERTIFICATE") return fault(`only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`);
    if (/^[^\n]*:/.test(body)) return fault("no PEM block headers are permitted");
  }
  return blocks.length ? [] : fault("must contain at least one CERTIFICATE PEM block");
}

/** What each way of changing a request may change beside the rest. */
export interface Allowed {
  readonly approval?: boolean;
  readonly certificate?: boolean;
}

export function validateSigningRequestUpdate(now: Asked, before: Asked, allowed: Allowed = {}): FieldError[] {
  const errors = validateSigningRequest(now, before);
  const path = status.child("conditions");
  const of = ({ status: state }: Asked, type: string): Condition[] =>
    (state?.conditions ?? []).filter((condition) => condition.type === type);
  for (const type of decisions)
    if (of(now, type).length < of(before, type).length)
      errors.push(path.forbidden(`updates may not remove a condition of type "${type}"`));
  for (const type of allowed.approval ? [] : ["Approved", "Denied"])
    if (of(now, type).length > of(before, type).length)
      errors.push(path.forbidden(`updates may not add a condition of type "${type}"`));
  const [certificate, old] = [now.status?.certificate ?? "", before.status?.certificate ?? ""];
  if (certificate !== old) {
    const at = status.child("certificate");
    if (!allowed.certificate) errors.push(at.forbidden("updates may not set certificate content"));
    else if (old) errors.push(at.forbidden("updates may not modify existing certificate content"));
  }
  return errors;
}
