/** What ConfigMaps and Secrets have in common. */
import { deepEqual } from "../../object.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";

/** The values of one object together, in bytes. */
export const largestData = 1024 * 1024;

interface Data {
  readonly immutable?: boolean | undefined;
  readonly data?: object | undefined;
}

/** Once immutable, for ever. */
export function validateFrozen(errors: FieldError[], now: Data, before: Data): void {
  if (!before.immutable) return;
  const why = "field is immutable when `immutable` is set";
  if (!now.immutable) errors.push(new Path("immutable").forbidden(why));
  if (!deepEqual(now.data ?? {}, before.data ?? {})) errors.push(new Path("data").forbidden(why));
}
