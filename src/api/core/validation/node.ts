/** Validation of nodes. Upstream calls the taints `metadata.taints` in its errors, and so do we. */
import type { Node, Taint } from "../../generated/core-v1.ts";
import { checkPositive, checkSupported } from "../../validation/checks.ts";
import { FieldError, Path, sortedKeys } from "../../validation/field-error.ts";
import { parseRange, validateRange } from "../../validation/ip.ts";
import { isLabelValue } from "../../validation/names.ts";
import { validateLabelName } from "../../validation/object-meta.ts";
import { checkQuantity } from "./resources.ts";
import { taintEffects } from "./scheduling.ts";

const statusPath = new Path("status");
const rangesPath = new Path("spec").child("podCIDRs");

export function validateNode(node: Node): FieldError[] {
  const errors: FieldError[] = [];
  validateTaints(errors, node.spec.taints ?? [], new Path("metadata").child("taints"));
  validateResources(errors, node);
  const swap = node.status.nodeInfo?.swap?.capacity;
  if (swap !== undefined) checkPositive(errors, new Path("metadata").child("nodeSwapStatus", "capacity"), swap);
  validateFeatures(errors, node.status.declaredFeatures ?? []);
  const ranges = node.spec.podCIDRs ?? [];
  for (const [i, range] of ranges.entries()) validateRange(errors, rangesPath.index(i), range);
  if (ranges.length > 1) checkFamilies(errors, ranges);
  return errors;
}

function checkFamilies(errors: FieldError[], ranges: readonly string[]): void {
  const families = ranges.map((range) => parseRange(range)?.address.family);
  const odd = families.indexOf(undefined);
  if (odd >= 0) {
    const why = `invalid CIDR address: ${ranges[odd]}`;
    errors.push(rangesPath.internal(`invalid PodCIDRs. failed to check with dual stack with error:${why}`));
  }
  if (odd >= 0 || ranges.length > 2 || families[0] === families[1])
    errors.push(rangesPath.invalid(ranges, "may specify no more than one CIDR for each IP family"));
}

function validateTaints(errors: FieldError[], taints: readonly Taint[], path: Path): void {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const { key, value = "", effect } = taint;
    const at = path.index(i);
    errors.push(...validateLabelName(key, at.child("key")));
    const faults = isLabelValue(value);
    if (faults.length) errors.push(at.child("value").invalid(value, faults.join(";")));
    if (!effect) errors.push(at.child("effect").required());
    else checkSupported(errors, at.child("effect"), effect, taintEffects);
    if (seen.has(`${effect} ${key}`)) {
      const shown = JSON.stringify({ Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null });
      const why = "taints must be unique by key and effect pair";
      errors.push(new FieldError("FieldValueDuplicate", String(at), shown, why));
    }
    seen.add(`${effect} ${key}`);
  }
}

function validateResources(errors: FieldError[], { status }: Node): void {
  for (const of of ["capacity", "allocatable"] as const) {
    for (const name of sortedKeys(status[of]))
      checkQuantity(errors, name, status[of]?.[name] ?? "0", statusPath.child(of, name));
  }
}

const featureName = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const longestFeature = 253;

function validateFeatures(errors: FieldError[], features: readonly string[]): void {
  for (const [i, feature] of features.entries()) {
    const at = statusPath.child("declaredFeatures").index(i);
    const invalid = `invalid feature name ${JSON.stringify(feature)}`;
    if (feature.length > longestFeature)
      errors.push(at.invalid(feature, `${invalid}: must be no more than ${longestFeature} characters`));
    else if (!featureName.test(feature)) {
      const why =
        "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
      errors.push(at.invalid(feature, `${invalid}: ${why}`));
    }
    const next = features[i + 1];
    const after = statusPath.child("declaredFeatures").index(i + 1);
    if (next === feature) errors.push(after.duplicate(next));
    else if (next !== undefined && feature > next)
      errors.push(after.invalid(next, "list must be sorted alphabetically"));
  }
}

/** What holds for every change, of the status too: what was decided once stays. */
export function validateNodeChange(node: Node, old: Node): FieldError[] {
  const errors: FieldError[] = [];
  validateResources(errors, node);
  validateFeatures(errors, node.status.declaredFeatures ?? []);
  const addresses = node.status.addresses ?? [];
  for (const [i, { type, address }] of addresses.entries()) {
    if (addresses.findIndex((other) => other.type === type && other.address === address) < i)
      errors.push(statusPath.child("addresses").index(i).duplicate({ Type: type, Address: address }));
  }
  const [ranges, before] = [node.spec.podCIDRs ?? [], old.spec.podCIDRs ?? []];
  const kept = 'node updates may not change podCIDR except from "" to valid';
  if (before.length && before.length !== ranges.length) errors.push(rangesPath.forbidden(kept));
  else for (const [i, range] of before.entries()) if (range !== ranges[i]) errors.push(rangesPath.forbidden(kept));
  if (old.spec.providerID && old.spec.providerID !== node.spec.providerID) {
    const why = 'node updates may not change providerID except from "" to valid';
    errors.push(new Path("spec").child("providerID").forbidden(why));
  }
  validateTaints(errors, node.spec.taints ?? [], new Path("metadata").child("taints"));
  if ((node.spec.externalID ?? "") !== (old.spec.externalID ?? ""))
    errors.push(new Path("spec").child("externalID").forbidden("may not be updated"));
  return errors;
}
