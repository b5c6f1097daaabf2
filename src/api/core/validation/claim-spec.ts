/** Validation of the spec of a PersistentVolumeClaim, in a claim or in a template of one. */
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedLocalObjectReference,
  TypedObjectReference,
} from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { quantityOf } from "../../quantity.ts";
import { checkSupported, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isDns1123Subdomain, labelName } from "../../validation/names.ts";
import { validateAnnotations, validateLabels } from "../../validation/object-meta.ts";

export const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
export const volumeModes = ["Block", "Filesystem"];

export function validateClaimSpec(errors: FieldError[], spec: PersistentVolumeClaimSpec, path: Path): void {
  checkAccessModes(errors, spec.accessModes ?? [], path.child("accessModes"), "at least 1 access mode is required");
  validateLabelSelector(errors, spec.selector, path.child("selector"));
  const size = spec.resources?.requests?.storage;
  const sizePath = path.child("resources").key("storage");
  if (size === undefined) errors.push(sizePath.required());
  else if (quantityOf(size).nanos <= 0n) errors.push(sizePath.invalid(size, "must be greater than zero"));
  if (spec.storageClassName)
    report(errors, path.child("storageClassName"), spec.storageClassName, isDns1123Subdomain(spec.storageClassName));
  checkSupported(errors, path.child("volumeMode"), spec.volumeMode, volumeModes);
  checkSources(errors, spec, path);
  const attributes = spec.volumeAttributesClassName;
  if (attributes) report(errors, path.child("volumeAttributesClassName"), attributes, isDns1123Subdomain(attributes));
}

export function checkAccessModes(errors: FieldError[], modes: readonly string[], path: Path, missing: string): void {
  if (!modes.length) errors.push(path.required(missing));
  for (const mode of modes) checkSupported(errors, path, mode, accessModes);
  if (
    modes.includes("ReadWriteOncePod") &&
    modes.some((mode) => mode !== "ReadWriteOncePod" && accessModes.includes(mode))
  )
    errors.push(path.forbidden("may not use ReadWriteOncePod with other access modes"));
}

function checkSources(
  errors: FieldError[],
  { dataSource, dataSourceRef }: PersistentVolumeClaimSpec,
  path: Path,
): void {
  if (dataSource) checkSource(errors, dataSource, path.child("dataSource"));
  if (dataSourceRef) {
    const at = path.child("dataSourceRef");
    checkSource(errors, dataSourceRef, at);
    if (dataSourceRef.namespace)
      report(errors, at.child("namespace"), dataSourceRef.namespace, labelName(dataSourceRef.namespace));
  }
  if (!dataSource || !dataSourceRef) return;
  // upstream shows the path as the value: an object without public fields
  if (dataSourceRef.namespace)
    errors.push(path.invalid({}, "may not be specified when dataSourceRef.namespace is specified"));
  else if (!deepEqual(dataSource, dataSourceRef)) errors.push(path.invalid({}, "must match dataSourceRef"));
}

function checkSource(errors: FieldError[], source: TypedLocalObjectReference | TypedObjectReference, path: Path): void {
  if (!source.name) errors.push(path.child("name").required());
  if (!source.kind) errors.push(path.child("kind").required());
  const group = source.apiGroup ?? "";
  if (!group && source.kind !== "PersistentVolumeClaim")
    errors.push(path.invalid(source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (group) report(errors, path.child("apiGroup"), group, isDns1123Subdomain(group));
}

export function validateClaimTemplate(errors: FieldError[], template: PersistentVolumeClaimTemplate, path: Path): void {
  const { annotations, labels, ...others } = template.metadata ?? {};
  const at = path.child("metadata");
  errors.push(...validateAnnotations(annotations, at.child("annotations")));
  errors.push(...validateLabels(labels, at.child("labels")));
  for (const [field, value] of Object.entries(others))
    if (value !== undefined && value !== null && value !== "") errors.push(at.child(field).forbidden("cannot be set"));
  validateClaimSpec(errors, template.spec, path.child("spec"));
}
