/** Validation of pod templates. */
import type { PodTemplateSpec } from "../../generated/core-v1.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateAnnotations, validateLabels } from "../../validation/object-meta.ts";
import { validatePodAnnotations, validateProfileAnnotations } from "./pod-annotations.ts";
import { validatePodSpec } from "./pod-spec.ts";

export function validateTemplate(errors: FieldError[], template: PodTemplateSpec, path: Path): void {
  const { metadata = {}, spec } = template;
  if (metadata.labels) errors.push(...validateLabels(metadata.labels, path.child("labels")));
  if (metadata.annotations) errors.push(...validateAnnotations(metadata.annotations, path.child("annotations")));
  validatePodAnnotations(errors, metadata.annotations, spec, path.child("annotations"));
  validatePodSpec(errors, spec, undefined, path.child("spec"));
  validateProfileAnnotations(errors, metadata, spec, path.child("spec"));
  if (spec.ephemeralContainers)
    errors.push(
      path.child("spec", "ephemeralContainers").forbidden("ephemeral containers not allowed in pod template"),
    );
}
