/** ServiceCIDRs and the IPAddresses taken from them. */
import type { IPAddress, ServiceCIDR } from "../../generated/networking-v1.ts";
import { deepEqual } from "../../object.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { parseRange, validateCanonicalRange } from "../../validation/ip.ts";
import { isDns1123Subdomain, pathSegmentName } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";

const cidrsPath = new Path("spec").child("cidrs");
const parentPath = new Path("spec").child("parentRef");

export function validateServiceCidr({ spec }: ServiceCIDR): FieldError[] {
  const errors: FieldError[] = [];
  const cidrs = spec.cidrs ?? [];
  if (!cidrs.length) errors.push(cidrsPath.required("at least one CIDR required"));
  else if (cidrs.length > 2) errors.push(cidrsPath.invalid({ CIDRs: cidrs }, "may only hold up to 2 values"));
  if (errors.length) return errors;
  cidrs.forEach((cidr, i) => {
    validateCanonicalRange(errors, cidrsPath.index(i), cidr);
  });
  const [first, second] = cidrs.map((cidr) => parseRange(cidr)?.address.family);
  if (second !== undefined && first === second) {
    const why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    errors.push(cidrsPath.invalid(cidrs, why));
  }
  return errors;
}

/** A second range may be added; nothing else changes. */
export function validateServiceCidrUpdate(made: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const errors: FieldError[] = [];
  const [now, before] = [made.spec.cidrs ?? [], old.spec.cidrs ?? []];
  if (now.length !== before.length && !(before.length === 1 && now.length === 2))
    return [cidrsPath.invalid(now, immutableText)];
  before.forEach((cidr, i) => {
    if (cidr !== now[i]) errors.push(cidrsPath.index(i).invalid(now[i], immutableText));
  });
  return now.length > before.length ? [...errors, ...validateServiceCidr(made)] : errors;
}

export function validateIpAddress({ spec }: IPAddress): FieldError[] {
  const errors: FieldError[] = [];
  const parent = spec.parentRef;
  if (!parent) return [parentPath.required()];
  if (parent.group) report(errors, parentPath.child("group"), parent.group, isDns1123Subdomain(parent.group));
  for (const field of ["resource", "name", "namespace"] as const) {
    const value = parent[field];
    if (value) report(errors, parentPath.child(field), value, pathSegmentName(value));
    else if (field !== "namespace") errors.push(parentPath.child(field).required());
  }
  return errors;
}

export function validateIpAddressUpdate({ spec }: IPAddress, { spec: old }: IPAddress): FieldError[] {
  if (deepEqual(spec.parentRef, old.parentRef)) return [];
  const { group = "", resource = "", namespace = "", name = "" } = spec.parentRef ?? {};
  const shown = spec.parentRef ? { Group: group, Resource: resource, Namespace: namespace, Name: name } : null;
  return [parentPath.invalid(shown, immutableText)];
}
