/** Resources of the pod as a whole, and how those of its containers fit into them. */
import type { PodSpec, ResourceRequirements } from "../../generated/core-v1.ts";
import { compareQuantities } from "../../quantity.ts";
import { type FieldError, type Path, sortedKeys } from "../../validation/field-error.ts";
import { aggregateResources, isHugePages } from "../pod-resources.ts";
import { validatePodLevelRequirements } from "./resources.ts";

export function validatePodResources(
  errors: FieldError[],
  spec: PodSpec,
  resources: ResourceRequirements,
  podClaims: ReadonlySet<string>,
  path: Path,
): void {
  const at = path.child("resources");
  if (spec.os?.name === "windows") {
    errors.push(at.forbidden("may not be set for a windows pod"));
    return;
  }
  if (resources.claims) errors.push(at.child("claims").forbidden("claims may not be set for Resources at pod-level"));
  validatePodLevelRequirements(errors, resources, at, podClaims);
  checkSums(errors, spec, resources, at);
  for (const [i, container] of (spec.containers ?? []).entries()) {
    for (const name of sortedKeys(container.resources?.limits)) {
      const [limit, ofPod] = [container.resources?.limits?.[name] ?? "0", resources.limits?.[name]];
      if (ofPod === undefined || compareQuantities(limit, ofPod) <= 0) continue;
      const place = at.child("containers").index(i).key(name).child("limits");
      errors.push(place.invalid(limit, `must be less than or equal to pod limits of ${ofPod}`));
    }
  }
}

function checkSums(errors: FieldError[], spec: PodSpec, resources: ResourceRequirements, path: Path): void {
  for (const of of ["requests", "limits"] as const) {
    const sums = aggregateResources(spec, of);
    for (const name of sortedKeys(sums)) {
      const [sum, ofPod] = [sums[name] ?? "0", resources[of]?.[name]];
      if (ofPod === undefined || (of === "limits" && !isHugePages(name)) || compareQuantities(sum, ofPod) <= 0)
        continue;
      const why = `must be greater than or equal to aggregate container ${of} of ${sum}`;
      errors.push(path.child(of).key(name).invalid(ofPod, why));
    }
  }
}
