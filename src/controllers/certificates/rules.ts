/**
 * Who may be signed what, by the name of the signer
 * (https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers).
 */
import type { Requested } from "./authority.ts";

export const kubeletClientSigner = "kubernetes.io/kube-apiserver-client-kubelet";
export const signers = [
  "kubernetes.io/kube-apiserver-client",
  kubeletClientSigner,
  "kubernetes.io/kubelet-serving",
  "kubernetes.io/legacy-unknown",
] as const;

/** Why the signer must not sign this, if so. */
export function refusal(signer: string, requested: Requested, usages: readonly string[]): string | undefined {
  switch (signer) {
    case "kubernetes.io/kube-apiserver-client":
      return clientRefusal(usages);
    case kubeletClientSigner:
      return kubeletClientRefusal(requested, usages);
    case "kubernetes.io/kubelet-serving":
      return kubeletServingRefusal(requested, usages);
    default:
      return undefined;
  }
}

function clientRefusal(usages: readonly string[]): string | undefined {
  const allowed = ["digital signature", "key encipherment", "client auth"];
  const other = usages.find((usage) => !allowed.includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
}

const isNodesOnly = ({ organizations }: Requested): boolean =>
  organizations.length === 1 && organizations[0] === "system:nodes";
const isNode = ({ commonName }: Requested): boolean => commonName.startsWith("system:node:");

/** The usages as a set, with key encipherment or, for keys that cannot, without. */
const areUsages = (usages: readonly string[], purpose: string): boolean => {
  const wanted = new Set(["digital signature", purpose]);
  const others = new Set(usages.filter((usage) => usage !== "key encipherment"));
  return others.size === wanted.size && [...others].every((usage) => wanted.has(usage));
};

function kubeletClientRefusal(requested: Requested, usages: readonly string[]): string | undefined {
  if (!isNodesOnly(requested)) return "subject organization is not system:nodes";
  if (requested.dnsNames.length) return "DNS subjectAltNames are not allowed";
  if (requested.emailAddresses.length) return "Email subjectAltNames are not allowed";
  if (requested.ipAddresses.length) return "IP subjectAltNames are not allowed";
  if (requested.uris.length) return "URI subjectAltNames are not allowed";
  if (!isNode(requested)) return "subject common name does not begin with system:node:";
  return areUsages(usages, "client auth")
    ? undefined
    : "usages did not match [client auth digital signature key encipherment]";
}

function kubeletServingRefusal(requested: Requested, usages: readonly string[]): string | undefined {
  if (!isNodesOnly(requested)) return "subject organization is not system:nodes";
  if (!requested.dnsNames.length && !requested.ipAddresses.length) return "DNS or IP subjectAltName is required";
  if (requested.emailAddresses.length) return "Email subjectAltNames are not allowed";
  if (requested.uris.length) return "URI subjectAltNames are not allowed";
  if (!areUsages(usages, "server auth")) {
    return "usages did not match [digital signature key encipherment server auth]";
  }
  return isNode(requested) ? undefined : "subject common name does not begin with system:node:";
}

const yearSeconds = 365 * 24 * 3600;
const shortestSeconds = 600;

/** For how long to sign: as asked for, but no longer than a year and no shorter than ten minutes. */
export const lifeSeconds = (asked: number | undefined): number =>
  asked === undefined ? yearSeconds : Math.min(Math.max(asked, shortestSeconds), yearSeconds);

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastUpdateTime?: string | null | undefined;
}
interface Request {
  readonly metadata: { readonly creationTimestamp?: string | null | undefined };
  readonly status?: {
    readonly certificate?: string | undefined;
    readonly conditions?: readonly Condition[] | undefined;
  };
}

const decidedMs = 3_600_000;
const pendingMs = 24 * decidedMs;

/** When nobody needs the request any more, in milliseconds since 1970; undefined if it is not to go by itself. */
export function dueMs({ metadata, status }: Request): number | undefined {
  const conditions = status?.conditions ?? [];
  const since = (time: string | null | undefined, ms: number): number => (Date.parse(time ?? "") || 0) + ms;
  if (!conditions.length) return since(metadata.creationTimestamp, pendingMs);
  const times = conditions.flatMap(({ type, lastUpdateTime }) => {
    if (type === "Denied" || type === "Failed") return [since(lastUpdateTime, decidedMs)];
    return type === "Approved" ? [since(lastUpdateTime, status?.certificate ? decidedMs : pendingMs)] : [];
  });
  return times.length ? Math.min(...times) : undefined;
}
