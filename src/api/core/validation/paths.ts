/** Paths of files inside volumes. */
import type { KeyToPath } from "../../generated/core-v1.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";

export const fileModeText = "must be a number between 0 and 0777 (octal), both inclusive";

export function checkFileMode(errors: FieldError[], path: Path, mode: number | undefined): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) errors.push(path.invalid(mode, fileModeText));
}

export const hasBackstep = (file: string): boolean => file.split("/").includes("..");

export function checkNoBacksteps(errors: FieldError[], path: Path, file: string): void {
  if (hasBackstep(file)) errors.push(path.invalid(file, "must not contain '..'"));
}

/** A path that leads down from where it starts. */
export function checkDescendingPath(errors: FieldError[], path: Path, file: string): void {
  if (file.startsWith("/")) errors.push(path.invalid(file, "must be a relative path"));
  checkNoBacksteps(errors, path, file);
}

/** The same, and no name that the kubelet keeps for itself. */
export function checkUserPath(errors: FieldError[], path: Path, file: string): void {
  checkDescendingPath(errors, path, file);
  if (file.startsWith("..") && !file.startsWith("../")) errors.push(path.invalid(file, "must not start with '..'"));
}

export function validateKeyToPath(errors: FieldError[], item: KeyToPath, path: Path): void {
  if (!item.key) errors.push(path.child("key").required());
  if (!item.path) errors.push(path.child("path").required());
  checkUserPath(errors, path.child("path"), item.path);
  checkFileMode(errors, path.child("mode"), item.mode);
}

export function validateKeysToPaths(errors: FieldError[], items: readonly KeyToPath[] | undefined, path: Path): void {
  for (const [i, item] of (items ?? []).entries()) validateKeyToPath(errors, item, path.index(i));
}
