/** The addresses of a Service and their families: what goes together, and what may change. */
import type { Service } from "../../generated/core-v1.ts";
import { checkSupported } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { parseAddress, validateIp } from "../../validation/ip.ts";
import { isHeadless, needsClusterIp, noClusterIp } from "../service-addresses.ts";

const specPath = new Path("spec");
const ipsPath = specPath.child("clusterIPs");
const familiesPath = specPath.child("ipFamilies");
const policyPath = specPath.child("ipFamilyPolicy");
const families = ["IPv4", "IPv6"];
const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const stays = "may not change once set";

const isIPv6 = (ip: string): boolean => {
  const address = parseAddress(ip);
  return address?.family === 6 && !address.mapped;
};

export function validateClusterIps(errors: FieldError[], service: Service, old: Service | undefined): void {
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = service.spec;
  if (!needsClusterIp(service)) return;
  if (clusterIP && !clusterIPs.length) errors.push(ipsPath.required());
  else if (clusterIP && clusterIPs[0] !== clusterIP)
    errors.push(ipsPath.invalid(clusterIPs, "first value must match `clusterIP`"));
  else if (!clusterIP && clusterIPs.length)
    errors.push(ipsPath.invalid(clusterIPs, "must be empty when `clusterIP` is not specified"));
  ipFamilies.forEach((family, i) => {
    checkSupported(errors, familiesPath.index(i), family, families);
    if (ipFamilies.indexOf(family) < i) errors.push(familiesPath.index(i).duplicate(family));
  });
  checkSupported(errors, policyPath, ipFamilyPolicy, policies);
  const before = errors.length;
  clusterIPs.forEach((ip, i) => {
    if (i > 0 || ip !== noClusterIp) validateIp(errors, ipsPath.index(i), ip, old?.spec.clusterIPs);
    else if (clusterIPs.length > 1) errors.push(ipsPath.invalid(clusterIPs, "'None' must be the first and only value"));
  });
  const allValid = errors.length === before;
  if (clusterIPs.length > 2) errors.push(ipsPath.invalid(clusterIPs, "may only hold up to 2 values"));
  if (!allValid) return;
  if (clusterIPs.length > 1 && clusterIPs.every(isIPv6) === clusterIPs.some(isIPv6))
    errors.push(ipsPath.invalid(clusterIPs, "may specify no more than one IP for each IP family"));
  if (isHeadless(service)) return;
  clusterIPs.slice(0, ipFamilies.length).forEach((ip, i) => {
    const family = isIPv6(ip) ? "IPv6" : "IPv4";
    if (families.includes(ipFamilies[i] ?? "") && ipFamilies[i] !== family)
      errors.push(
        ipsPath.index(i).invalid(ip, `expected an ${ipFamilies[i]} value as indicated by \`ipFamilies[${i}]\``),
      );
  });
}

/** A second address or family may come and go; the first stays. */
export function validateClusterIpsUpdate(errors: FieldError[], service: Service, old: Service): void {
  if (!needsClusterIp(service) || !needsClusterIp(old)) return;
  const headless = isHeadless(service);
  if (!headless || !isHeadless(old)) validateIpsChange(errors, service, old);
  if (!headless && !isHeadless(old)) validateFamiliesChange(errors, service, old);
}

function validateIpsChange(errors: FieldError[], { spec }: Service, { spec: old }: Service): void {
  const [ips, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  if (before.length === ips.length) {
    before.forEach((ip, i) => {
      if (ip !== ips[i]) errors.push(ipsPath.index(i).invalid(ips, stays));
    });
    return;
  }
  if (before.length && !ips.length) errors.push(ipsPath.index(0).invalid(null, "primary clusterIP can not be unset"));
  if (before.length && ips.length && ips[0] !== before[0]) errors.push(ipsPath.index(0).invalid(ips, stays));
  if (before.length > 1 && ips.length === 1) checkSingleStack(errors, spec.ipFamilyPolicy, "clusterIP");
}

function validateFamiliesChange(errors: FieldError[], { spec }: Service, { spec: old }: Service): void {
  const [now, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const first = familiesPath.index(0);
  if (before.length === now.length) {
    before.forEach((family, i) => {
      if (family !== now[i]) errors.push(first.invalid(now, stays));
    });
    return;
  }
  const less = before.length > now.length;
  if (less && !spec.clusterIPs?.length) errors.push(first.invalid(now, "primary ipFamily can not be unset"));
  if (now.length && before.length && now[0] !== before[0]) errors.push(first.invalid(spec.clusterIPs, stays));
  if (less && now.length === 1) checkSingleStack(errors, spec.ipFamilyPolicy, "ipFamily");
}

function checkSingleStack(errors: FieldError[], policy: string | undefined, released: string): void {
  if (policy !== "SingleStack")
    errors.push(policyPath.invalid(policy, `must be set to 'SingleStack' when releasing the secondary ${released}`));
}
