/** Finalizers of the kinds of core, apps and batch: known, or with a domain. */
import type { ObjectMeta } from "../../generated/meta-v1.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isQualifiedName } from "../../validation/names.ts";

const standard = ["kubernetes", "orphan", "foregroundDeletion"];

export function validateFinalizers(errors: FieldError[], metadata: Readonly<ObjectMeta>): void {
  if (metadata.finalizers)
    checkFinalizers(errors, metadata.finalizers, new Path("metadata").child("finalizers"), false);
}

/** `format`: also whether they are well formed at all, where nobody else has looked. */
export function checkFinalizers(
  errors: FieldError[],
  finalizers: readonly string[],
  path: Path,
  format: boolean,
): void {
  for (const [i, finalizer] of finalizers.entries()) {
    const faults = format ? isQualifiedName(finalizer) : [];
    report(errors, path.index(i), finalizer, faults);
    if (!faults.length && !finalizer.includes("/") && !standard.includes(finalizer)) {
      const why = "name is neither a standard finalizer name nor is it fully qualified";
      errors.push(path.index(i).invalid(finalizer, why));
    }
  }
}
