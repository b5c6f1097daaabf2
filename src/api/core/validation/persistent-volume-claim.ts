import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { compareQuantities, wholeValue } from "../../quantity.ts";
import { report } from "../../validation/checks.ts";
import { difference } from "../../validation/difference.ts";
import { type FieldError, Path, sortedKeys } from "../../validation/field-error.ts";
import { isQualifiedName } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";
import type { ResourceList } from "../pod-resources.ts";
import { validateClaimSpec } from "./claim-spec.ts";
import { checkQuantity, isNativeResource } from "./resources.ts";

const specPath = new Path("spec");
const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const resizeStates = [
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
  "NodeResizePending",
].sort();

export function validateClaim({ spec }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  validateClaimSpec(errors, spec, specPath);
  return errors;
}

export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = validateClaim(claim);
  const rest = withoutAllowedChanges(errors, claim, old);
  if (!deepEqual(rest, old.spec)) {
    const what =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    errors.push(specPath.forbidden(`${what}\n${difference(old.spec, rest)}`));
  }
  validateSizeChange(errors, claim, old);
  if (claim.spec.volumeMode !== old.spec.volumeMode)
    errors.push(new Path("volumeMode").invalid(claim.spec.volumeMode, immutableText));
  validateAttributesChange(errors, claim, old);
  return errors;
}

function withoutAllowedChanges(
  errors: FieldError[],
  { metadata, spec, status }: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): PersistentVolumeClaimSpec {
  const rest = { ...spec };
  const take = (field: "volumeName" | "storageClassName" | "volumeAttributesClassName"): void => {
    const { [field]: before } = old.spec;
    if (before === undefined) delete rest[field];
    else rest[field] = before;
  };
  if (!old.spec.volumeName) take("volumeName"); // bound once
  const before = old.metadata.annotations?.[classAnnotation];
  const annotation = metadata.annotations?.[classAnnotation];
  const moved = before !== undefined && old.spec.storageClassName === undefined && spec.storageClassName === before;
  if (moved && (annotation === undefined || annotation === before)) take("storageClassName");
  else {
    if (annotation !== before)
      errors.push(
        new Path("metadata")
          .child("annotations")
          .key(classAnnotation)
          .invalid(annotation ?? "", immutableText),
      );
    // a class may be given to a claim that had none
    if (before === undefined && old.spec.storageClassName === undefined) take("storageClassName");
  }
  if (status.phase !== "Bound") return rest;
  take("volumeAttributesClassName");
  const size = old.spec.resources?.requests?.storage;
  if (spec.resources?.requests && size !== undefined)
    rest.resources = { ...spec.resources, requests: { ...spec.resources.requests, storage: size } };
  return rest;
}

/** A size that could not be had may be given up, down to what is there. */
function validateSizeChange(errors: FieldError[], { spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): void {
  const size = spec.resources?.requests?.storage;
  if (compareQuantities(size, old.spec.resources?.requests?.storage) >= 0) return;
  if (compareQuantities(size, old.status.capacity?.storage) <= 0)
    errors.push(
      specPath.child("resources", "requests", "storage").forbidden("field can not be less than status.capacity"),
    );
}

function validateAttributesChange(
  errors: FieldError[],
  { spec }: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
): void {
  const name = spec.volumeAttributesClassName;
  if (name === old.spec.volumeAttributesClassName || old.status.currentVolumeAttributesClassName === undefined) return;
  const to = name === undefined ? "nil" : name === "" ? "empty string" : undefined;
  const why = `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  if (to) errors.push(specPath.child("volumeAttributesClassName").forbidden(why));
}

export function validateClaimStatus({ spec, status }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("status");
  if (!spec.accessModes?.length) errors.push(new Path("Spec").child("accessModes").required());
  validateAmounts(errors, status.capacity, path.child("capacity"));
  const states = path.child("allocatedResourceStatuses");
  for (const name of sortedKeys(status.allocatedResourceStatuses)) {
    checkClaimResource(errors, name, states);
    if (!resizeStates.includes(status.allocatedResourceStatuses?.[name] ?? ""))
      errors.push(states.notSupported(name, resizeStates));
  }
  const allocated = path.child("allocatedResources");
  for (const name of sortedKeys(status.allocatedResources)) {
    const before = errors.length;
    checkClaimResource(errors, name, allocated);
    if (errors.length > before) continue;
    const amount = status.allocatedResources?.[name] ?? "0";
    validateAmounts(errors, { [name]: amount }, allocated);
    if (errors.length === before) checkQuantity(errors, "storage", amount, allocated.key(name));
  }
  return errors;
}

function validateAmounts(errors: FieldError[], list: ResourceList | undefined, path: Path): void {
  for (const name of sortedKeys(list)) {
    const amount = wholeValue(list?.[name]);
    if (amount < 0n) errors.push(path.key(name).invalid(amount, "must be a valid resource quantity"));
  }
}

function checkClaimResource(errors: FieldError[], name: string, path: Path): void {
  const faults = isQualifiedName(name);
  report(errors, path, name, faults);
  if (!faults.length && isNativeResource(name) && name !== "storage") errors.push(path.notSupported(name, ["storage"]));
}
