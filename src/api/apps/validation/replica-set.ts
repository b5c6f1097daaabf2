/** Validation of ReplicaSets. */
import type { ReplicaSet } from "../../generated/apps-v1.ts";
import { checkNonNegative } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { checkAtMost, checkCounts, checkImmutable, shownSelector, validateReplicated } from "./workload.ts";

const specPath = new Path("spec");

export function validateReplicaSet({ spec }: ReplicaSet, old?: ReplicaSet): FieldError[] {
  const errors: FieldError[] = [];
  checkNonNegative(errors, specPath.child("replicas"), spec.replicas);
  checkNonNegative(errors, specPath.child("minReadySeconds"), spec.minReadySeconds);
  validateReplicated(errors, spec, old?.spec.template, specPath);
  if (old)
    checkImmutable(errors, specPath.child("selector"), spec.selector, old.spec.selector, shownSelector(spec.selector));
  return errors;
}

const counts = ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"];

/** ReplicationControllers count alike. */
export function validateReplicaCounts(status: ReplicaSet["status"]): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("status");
  checkCounts(errors, status, path, [...counts, "terminatingReplicas"]);
  const parts = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];
  checkAtMost(errors, status, path, parts, "replicas", "status.replicas");
  checkAtMost(errors, status, path, ["availableReplicas"], "readyReplicas");
  return errors;
}
