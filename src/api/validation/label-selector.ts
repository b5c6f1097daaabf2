/** Validation of `metav1.LabelSelector`. */
import type { LabelSelector } from "../object.ts";
import { report } from "./checks.ts";
import type { FieldError, Path } from "./field-error.ts";
import { isLabelValue } from "./names.ts";
import { validateLabelName, validateLabels } from "./object-meta.ts";

export function validateLabelSelector(
  errors: FieldError[],
  selector: LabelSelector | undefined | null,
  path: Path,
): void {
  if (!selector) return;
  if (selector.matchLabels) errors.push(...validateLabels(selector.matchLabels, path.child("matchLabels")));
  for (const [i, { key, operator, values }] of (selector.matchExpressions ?? []).entries()) {
    const at = path.child("matchExpressions").index(i);
    switch (operator) {
      case "In":
      case "NotIn":
        if (!values?.length)
          errors.push(at.child("values").required("must be specified when `operator` is 'In' or 'NotIn'"));
        break;
      case "Exists":
      case "DoesNotExist":
        if (values?.length)
          errors.push(
            at.child("values").forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
          );
        break;
      default:
        errors.push(at.child("operator").invalid(operator, "not a valid selector operator"));
    }
    errors.push(...validateLabelName(key, at.child("key")));
    for (const [j, value] of (values ?? []).entries())
      report(errors, at.child("values").index(j), value, isLabelValue(value));
  }
}

export const isEmptySelector = (selector: LabelSelector | undefined | null): boolean =>
  !selector || (!Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length);
