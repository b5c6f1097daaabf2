/** Names that a pod has and knows: its host name, its resolver, its hosts file. */
import type { HostAlias, PodDNSConfig, PodSpec } from "../../generated/core-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateIp } from "../../validation/ip.ts";
import { isDns1123Label, isDns1123Subdomain, isDns1123SubdomainWithUnderscore } from "../../validation/names.ts";

const longestHostname = 64;

export function validateHostName(errors: FieldError[], spec: PodSpec, path: Path): void {
  if (spec.hostnameOverride === undefined) return;
  const at = path.child("hostnameOverride");
  if (spec.setHostnameAsFQDN) errors.push(at.forbidden("may not be specified when setHostnameAsFQDN is true"));
  if (spec.hostNetwork) errors.push(at.forbidden("may not be specified when hostNetwork is true"));
  if (spec.hostnameOverride.length > longestHostname) errors.push(at.tooLong(longestHostname));
  report(errors, at, spec.hostnameOverride, isDns1123Subdomain(spec.hostnameOverride));
}

export function checkLabel(errors: FieldError[], value: string | undefined, path: Path): void {
  if (value) report(errors, path, value, isDns1123Label(value));
}

export function validateHostAliases(errors: FieldError[], aliases: readonly HostAlias[] | undefined, path: Path): void {
  for (const [i, { ip, hostnames }] of (aliases ?? []).entries()) {
    validateIp(errors, path.index(i).child("ip"), ip);
    for (const [j, name] of (hostnames ?? []).entries())
      report(errors, path.index(i).child("hostnames").index(j), name, isDns1123Subdomain(name));
  }
}

const most = { nameservers: 3, searches: 32, searchCharacters: 2048 };

export function validateDnsConfig(errors: FieldError[], spec: PodSpec, path: Path): void {
  const config = spec.dnsConfig;
  if (spec.dnsPolicy === "None" && !config?.nameservers?.length) {
    const missing = config
      ? path.child("nameservers").required("must provide at least one DNS nameserver when `dnsPolicy` is None")
      : path.required("must provide `dnsConfig` when `dnsPolicy` is None");
    errors.push(missing);
    return;
  }
  if (config) checkDnsConfig(errors, config, path);
}

function checkDnsConfig(
  errors: FieldError[],
  { nameservers = [], searches = [], options }: PodDNSConfig,
  path: Path,
): void {
  const servers = path.child("nameservers");
  if (nameservers.length > most.nameservers)
    errors.push(servers.invalid(nameservers, `must not have more than ${most.nameservers} nameservers`));
  for (const [i, server] of nameservers.entries()) validateIp(errors, servers.index(i), server);
  const at = path.child("searches");
  if (searches.length > most.searches)
    errors.push(at.invalid(searches, `must not have more than ${most.searches} search paths`));
  if (searches.join(" ").length > most.searchCharacters) {
    const why = `must not have more than ${most.searchCharacters} characters (including spaces) in the search list`;
    errors.push(at.invalid(searches, why));
  }
  for (const [i, search] of searches.entries()) {
    const domain = search.replace(/\.$/, "");
    if (search !== ".") report(errors, at.index(i), domain, isDns1123SubdomainWithUnderscore(domain));
  }
  for (const [i, { name }] of (options ?? []).entries())
    if (!name) errors.push(path.child("options").index(i).required("must not be empty"));
}
