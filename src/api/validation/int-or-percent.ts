/** Numbers that may be shares: `3` or `25%`. */
import { checkNonNegative, report } from "./checks.ts";
import type { FieldError, Path } from "./field-error.ts";
import { isPercent } from "./names.ts";

export type IntOrPercent = number | string | undefined;

const share = (value: IntOrPercent): number | undefined =>
  typeof value === "string" && !isPercent(value).length ? Number(value.slice(0, -1)) : undefined;

/** The number or the share as it stands there; what is neither counts as nothing. */
export const amountOf = (value: IntOrPercent): number =>
  typeof value === "number" ? value : (share(value) ?? (Number.parseInt(value ?? "", 10) || 0));

export function checkIntOrPercent(errors: FieldError[], path: Path, value: IntOrPercent): void {
  if (typeof value === "string") report(errors, path, value, isPercent(value));
  else checkNonNegative(errors, path, value);
}

export function checkAtMostAll(errors: FieldError[], path: Path, value: IntOrPercent): void {
  if ((share(value) ?? 0) > 100) errors.push(path.invalid(value, "must not be greater than 100%"));
}
