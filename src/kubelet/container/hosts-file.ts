/** `/etc/hosts` of a pod (https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/). */
import type { Pod } from "../../client/kinds.ts";

/** The host name of a pod, and its domain if it has one. */
export function hostNameOf(pod: Pod, clusterDomain: string, nodeName: string): { hostname: string; domain: string } {
  const { spec, metadata } = pod;
  if (spec.hostNetwork) return { hostname: nodeName, domain: "" };
  if (spec.hostnameOverride) return { hostname: spec.hostnameOverride, domain: "" };
  // a name that is too long for the kernel is cut
  const hostname = (spec.hostname || metadata.name || "").slice(0, 63).replace(/[-.]+$/, "");
  const domain = spec.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}` : "";
  return { hostname: spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname, domain };
}

export function hostsFile(pod: Pod, ip: string, clusterDomain: string, nodeName: string): string {
  const { hostname, domain } = hostNameOf(pod, clusterDomain, nodeName);
  const short = hostname.split(".")[0];
  const names = domain ? `${short}.${domain}\t${short}` : hostname;
  const lines = [
    "# Kubernetes-managed hosts file.",
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
    `${ip}\t${names}`,
  ];
  const aliases = (pod.spec.hostAliases ?? []).map((alias) => `${alias.ip}\t${(alias.hostnames ?? []).join("\t")}`);
  if (aliases.length) lines.push("", "# Entries added by HostAliases.", ...aliases);
  return `${lines.join("\n")}\n`;
}
