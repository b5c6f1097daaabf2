/** Validation of ReplicationControllers. */

import { checkRunsForever, shownLabels, validateChangedTemplate } from "../../apps/validation/workload.ts";
import type { ReplicationController, ReplicationControllerSpec } from "../../generated/core-v1.ts";
import { selects } from "../../selectors.ts";
import { checkNonNegative } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";

const specPath = new Path("spec");

export function validateReplicationController(
  { spec }: ReplicationController,
  old?: ReplicationController,
): FieldError[] {
  const errors: FieldError[] = [];
  checkNonNegative(errors, specPath.child("minReadySeconds"), spec.minReadySeconds);
  const selector = spec.selector ?? {};
  if (!Object.keys(selector).length) errors.push(specPath.child("selector").required());
  if (spec.replicas === undefined) errors.push(specPath.child("replicas").required());
  else checkNonNegative(errors, specPath.child("replicas"), spec.replicas);
  validatePods(errors, spec, old?.spec);
  return errors;
}

function validatePods(
  errors: FieldError[],
  { selector, template }: ReplicationControllerSpec,
  old: ReplicationControllerSpec | undefined,
): void {
  const path = specPath.child("template");
  if (!template) {
    errors.push(path.required());
    return;
  }
  const labels = template.metadata?.labels;
  if (selector && !selects({ matchLabels: selector }, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(path.child("metadata", "labels").invalid(shownLabels(labels), why));
  }
  validateChangedTemplate(errors, template, old?.template, path);
  checkRunsForever(errors, template, "ReplicationController", path);
}
