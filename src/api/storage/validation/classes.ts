/** StorageClasses and VolumeAttributesClasses (upstream's pkg/apis/storage/validation). */
import type { TopologySelectorTerm } from "../../generated/core-v1.ts";
import type { StorageClass, VolumeAttributesClass } from "../../generated/storage-v1.ts";
import { deepEqual } from "../../object.ts";
import { checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isQualifiedName, utf8Length } from "../../validation/names.ts";
import { immutableText, validateLabelName } from "../../validation/object-meta.ts";

const largestParameters = 256 * 1024;
const mostParameters = 512;

export function validateStorageClass(made: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  checkDriver(errors, made.provisioner, new Path("provisioner"));
  checkParameters(errors, made.parameters ?? {}, new Path("parameters"));
  checkSupported(errors, new Path("reclaimPolicy"), made.reclaimPolicy || undefined, ["Delete", "Retain"]);
  checkSupported(errors, new Path("volumeBindingMode"), made.volumeBindingMode, ["Immediate", "WaitForFirstConsumer"]);
  validateTopologies(errors, made.allowedTopologies ?? [], new Path("allowedTopologies"));
  return errors;
}

export function validateStorageClassUpdate(made: StorageClass, old: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] as const)
    if (!deepEqual(made[field], old[field])) errors.push(new Path(field).invalid(made[field], immutableText));
  return errors;
}

export function validateAttributesClass(made: VolumeAttributesClass): FieldError[] {
  const errors: FieldError[] = [];
  const { driverName, parameters = {} } = made;
  checkDriver(errors, driverName, new Path("driverName"));
  checkParameters(errors, parameters, new Path("parameters"));
  if (!Object.keys(parameters).length)
    errors.push(new Path("parameters").required("must contain at least one key/value pair"));
  return errors;
}

export function validateAttributesClassUpdate(made: VolumeAttributesClass, old: VolumeAttributesClass): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["driverName", "parameters"] as const)
    if (!deepEqual(made[field], old[field]))
      errors.push(new Path(field).forbidden(`updates to ${field} are forbidden.`));
  return [...errors, ...validateAttributesClass(made)];
}

function checkDriver(errors: FieldError[], name: string, path: Path): void {
  if (!name) errors.push(path.required());
  else report(errors, path, name.toLowerCase(), isQualifiedName(name.toLowerCase()));
}

function checkParameters(errors: FieldError[], parameters: Readonly<Record<string, string>>, path: Path): void {
  const entries = Object.entries(parameters);
  if (entries.length > mostParameters) {
    errors.push(path.tooLong(mostParameters));
    return;
  }
  if ("" in parameters) errors.push(path.invalid("", "field can not be empty."));
  const size = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (size > largestParameters) errors.push(path.tooLong(largestParameters));
}

function validateTopologies(errors: FieldError[], terms: readonly TopologySelectorTerm[], path: Path): void {
  const seen: unknown[] = [];
  terms.forEach(({ matchLabelExpressions = [] }, i) => {
    const at = path.index(i).child("matchLabelExpressions");
    const values: Record<string, string[]> = {};
    matchLabelExpressions.forEach(({ key, values: listed }, j) => {
      const own = listed ?? [];
      if (!own.length) errors.push(at.index(j).child("values").required());
      own.forEach((value, k) => {
        if (own.indexOf(value) < k) errors.push(at.index(j).child("values").index(k).duplicate(value));
      });
      errors.push(...validateLabelName(key, at.index(j).child("key")));
      if (Object.hasOwn(values, key)) errors.push(at.index(j).child("key").duplicate(key));
      values[key] = [...new Set(own)].sort();
    });
    for (const other of seen) if (deepEqual(other, values)) errors.push(at.duplicate(""));
    seen.push(values);
  });
}
