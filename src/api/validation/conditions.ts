/** Conditions of the common form (`metav1.Condition`). */
import type { Condition } from "../generated/meta-v1.ts";
import { report } from "./checks.ts";
import type { FieldError, Path } from "./field-error.ts";
import { isConditionReason, utf8Length } from "./names.ts";
import { validateLabelName } from "./object-meta.ts";

const longestReason = 1024;
const longestMessage = 32 * 1024;

export function validateConditions(errors: FieldError[], conditions: readonly Condition[], path: Path): void {
  conditions.forEach((condition, i) => {
    const { type, status, observedGeneration = 0, lastTransitionTime, reason, message = "" } = condition;
    const at = path.index(i);
    if (conditions.findIndex((other) => other.type === type) < i) errors.push(at.child("type").duplicate(type));
    errors.push(...validateLabelName(type, at.child("type")));
    const statuses = ["False", "True", "Unknown"];
    if (!statuses.includes(status)) errors.push(at.child("status").notSupported(status, statuses));
    if (observedGeneration < 0)
      errors.push(at.child("observedGeneration").invalid(observedGeneration, "must be greater than or equal to zero"));
    if (!lastTransitionTime) errors.push(at.child("lastTransitionTime").required());
    if (!reason) errors.push(at.child("reason").required());
    else {
      report(errors, at.child("reason"), reason, isConditionReason(reason));
      if (utf8Length(reason) > longestReason) errors.push(at.child("reason").tooLong(longestReason));
    }
    if (utf8Length(message) > longestMessage) errors.push(at.child("message").tooLong(longestMessage));
  });
}
