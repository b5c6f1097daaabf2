/** Which labels a kubelet may give its node (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction). */
type Labels = Readonly<Record<string, string>>;

const own = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);
const ownDomains = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const projectDomains = ["kubernetes.io", "k8s.io"];
const restricted = ["node-restriction.kubernetes.io"];

/** Those of the labels that differ which a kubelet may not change, sorted. */
export function forbiddenLabels(now: Labels, before: Labels): string[] {
  const changed = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((key) => now[key] !== before[key]);
  return changed.filter(isForbidden).sort();
}

function isForbidden(key: string): boolean {
  const domain = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
  const within = (domains: readonly string[]): boolean =>
    domains.some((one) => domain === one || domain.endsWith(`.${one}`));
  if (within(restricted)) return true;
  return within(projectDomains) && !own.has(key) && !within(ownDomains);
}
