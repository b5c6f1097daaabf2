/** The small checks that validation is made of. Each adds to `errors` what it finds. */
import type { FieldError, Path } from "./field-error.ts";
import { inRange } from "./names.ts";

export const negativeText = "must be greater than or equal to 0";

/** One fault for each thing that is said against the value. */
export function report(errors: FieldError[], path: Path, value: unknown, faults: readonly string[]): void {
  for (const fault of faults) errors.push(path.invalid(value, fault));
}

export function checkNonNegative(errors: FieldError[], path: Path, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.push(path.invalid(value, negativeText));
}

export function checkPositive(errors: FieldError[], path: Path, value: number): void {
  if (value <= 0) errors.push(path.invalid(value, "must be greater than zero"));
}

/** A value that must be there and be one of `valid`. */
export function checkOneOf(
  errors: FieldError[],
  path: Path,
  value: string | undefined,
  valid: readonly string[],
): void {
  if (!value) errors.push(path.required());
  else if (!valid.includes(value)) errors.push(path.notSupported(value, valid));
}

/** A value that may be left out, else is one of `valid`. */
export function checkSupported(
  errors: FieldError[],
  path: Path,
  value: string | undefined,
  valid: readonly string[],
): void {
  if (value !== undefined && !valid.includes(value)) errors.push(path.notSupported(value, valid));
}

/** Users and groups are whole numbers of 31 bits. */
export function checkId(errors: FieldError[], path: Path, id: number | undefined): void {
  if (id !== undefined && (id < 0 || id > largestInt32)) errors.push(path.invalid(id, inRange(0, largestInt32)));
}

export const largestInt32 = 2 ** 31 - 1;
