import type { PodDisruptionBudget } from "../generated/policy-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { integer, text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { checkNonNegative, checkSupported } from "../validation/checks.ts";
import { validateConditions } from "../validation/conditions.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { checkAtMostAll, checkIntOrPercent } from "../validation/int-or-percent.ts";
import { validateLabelSelector } from "../validation/label-selector.ts";

const asBudget = (object: Draft | KubeObject): PodDisruptionBudget => object as unknown as PodDisruptionBudget;

function validate(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: unhealthy } = asBudget(object).spec;
  const path = new Path("spec");
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: unhealthy ?? null,
    };
    errors.push(path.invalid(shown, "minAvailable and maxUnavailable cannot be both set"));
  }
  checkIntOrPercent(errors, path.child("minAvailable"), minAvailable);
  checkAtMostAll(errors, path.child("minAvailable"), minAvailable);
  checkIntOrPercent(errors, path.child("maxUnavailable"), maxUnavailable);
  checkAtMostAll(errors, path.child("maxUnavailable"), maxUnavailable);
  validateLabelSelector(errors, selector, path.child("selector"));
  checkSupported(errors, path.child("unhealthyPodEvictionPolicy"), unhealthy, ["AlwaysAllow", "IfHealthyBudget"]);
  return errors;
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const { status } = asBudget(object);
  const path = new Path("status");
  validateConditions(errors, status.conditions ?? [], path.child("conditions"));
  for (const field of ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] as const)
    checkNonNegative(errors, path.child(field), status[field]);
  return errors;
}

export const podDisruptionBudget = defineKind({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  namespaced: true,
  type: "policy/v1.PodDisruptionBudget",
  strategy: { validate, generation: true, allowUnconditionalUpdate: false },
  status: { verbs: ["get", "patch", "update"], validateUpdate: validateStatus },
  printer: {
    columns: [
      nameColumn,
      text("Min Available", "The minimum number of pods that must be available."),
      text("Max Unavailable", "The maximum number of pods that may be unavailable."),
      integer("Allowed Disruptions", "Calculated number of pods that may be disrupted at this time."),
      ageColumn,
    ],
    cells(object, now) {
      const { metadata, spec, status } = asBudget(object);
      const shown = (amount: number | string | undefined): string => (amount === undefined ? "N/A" : String(amount));
      return [
        metadata.name ?? "",
        shown(spec.minAvailable),
        shown(spec.maxUnavailable),
        status.disruptionsAllowed ?? 0,
        age(metadata.creationTimestamp, now),
      ];
    },
  },
});
