/**
 * The families of a service's addresses, in a cluster that has IPv4 alone: what was not said is filled in
 * (https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services).
 */
import { validateClusterIps } from "../../api/core/validation/service-ips.ts";
import type { Service } from "../../api/generated/core-v1.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";

/** Fills in policy and families; what cannot be is told. A headless service whose endpoints others write may have both. */
export function initFamilies(service: Service, old: Service | undefined): FieldError[] {
  const { spec } = service;
  const open = spec.clusterIP === "None" && !Object.keys(spec.selector ?? {}).length;
  if (isUnchangedPreference(service, old)) return [];
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (open ? "RequireDualStack" : "SingleStack");
  const errors: FieldError[] = [];
  validateClusterIps(errors, service, old);
  if (errors.length) return errors;
  if (old) errors.push(...releaseFamilies(service, old));
  errors.push(...fillFamilies(service));
  if (errors.length) return errors;
  if (open) {
    const families = spec.ipFamilies?.length ? spec.ipFamilies : ["IPv4"];
    const [first = ""] = families;
    const both = families.length === 1 && spec.ipFamilyPolicy !== "SingleStack";
    spec.ipFamilies = both ? [first, first === "IPv4" ? "IPv6" : "IPv4"] : families;
    return [];
  }
  if (spec.ipFamilyPolicy === "RequireDualStack")
    errors.push(policyPath.invalid(spec.ipFamilyPolicy, "this cluster is not configured for dual-stack services"));
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    const at = new Path("spec").child("ipFamilies").index(i);
    if (family !== "IPv4") errors.push(at.invalid(family, "not configured on this cluster"));
  }
  if (!errors.length && !spec.ipFamilies?.length) spec.ipFamilies = ["IPv4"];
  return errors;
}

/** A preference for both families that stays is not looked at again, whatever the cluster has now. */
function isUnchangedPreference({ spec }: Service, old: Service | undefined): boolean {
  const isPreference = (policy: string | undefined): boolean => policy === "PreferDualStack";
  if (!old || !isPreference(spec.ipFamilyPolicy) || !isPreference(old.spec.ipFamilyPolicy)) return false;
  return same(spec.clusterIPs, old.spec.clusterIPs) && same(spec.ipFamilies, old.spec.ipFamilies);
}

const same = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  (a ?? []).join() === (b ?? []).join();
const policyPath = new Path("spec").child("ipFamilyPolicy");

/** A single stack lets the second address and family go; under another policy they may not. */
function releaseFamilies({ spec }: Service, { spec: old }: Service): FieldError[] {
  if (spec.ipFamilyPolicy === "SingleStack") {
    if (same(spec.clusterIPs, old.clusterIPs) && spec.clusterIPs) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
    if (same(spec.ipFamilies, old.ipFamilies) && spec.ipFamilies) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
    return [];
  }
  const fewer = (now: readonly string[] | undefined, before: readonly string[] | undefined): boolean =>
    now?.length === 1 && before?.length === 2;
  const must = (what: string): FieldError =>
    policyPath.invalid(spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(fewer(spec.clusterIPs, old.clusterIPs) ? [must("cluster IP")] : []),
    ...(fewer(spec.ipFamilies, old.ipFamilies) ? [must("IP family")] : []),
  ];
}

/** The families that addresses are of, where none are said. */
function fillFamilies({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === "SingleStack") {
    const must = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (spec.clusterIPs?.length === 2)
      errors.push(policyPath.invalid("SingleStack", `${must} cluster IPs are specified`));
    if (spec.ipFamilies?.length === 2)
      errors.push(policyPath.invalid("SingleStack", `${must} IP families are specified`));
  }
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === "None") break;
    if (i < (spec.ipFamilies?.length ?? 0)) continue;
    if (ip.includes(":")) {
      const at = new Path("spec").child("clusterIPs").index(i);
      errors.push(at.invalid(spec.clusterIPs, "IPv6 is not configured on this cluster"));
    } else spec.ipFamilies = [...(spec.ipFamilies ?? []), "IPv4"];
  }
  return errors;
}
