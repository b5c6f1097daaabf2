/** Validation of Deployments. */
import type { Deployment, DeploymentSpec, DeploymentStrategy } from "../../generated/apps-v1.ts";
import { checkNonNegative } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { amountOf, checkAtMostAll, checkIntOrPercent } from "../../validation/int-or-percent.ts";
import {
  checkAtMost,
  checkCollisions,
  checkCounts,
  checkImmutable,
  shownSelector,
  validateReplicated,
} from "./workload.ts";

const specPath = new Path("spec");

export function validateDeployment({ spec }: Deployment, old?: Deployment): FieldError[] {
  const errors: FieldError[] = [];
  validateSpec(errors, spec, old?.spec);
  if (old)
    checkImmutable(errors, specPath.child("selector"), spec.selector, old.spec.selector, shownSelector(spec.selector));
  return errors;
}

function validateSpec(errors: FieldError[], spec: DeploymentSpec, old: DeploymentSpec | undefined): void {
  checkNonNegative(errors, specPath.child("replicas"), spec.replicas);
  validateReplicated(errors, spec, old?.template, specPath);
  validateStrategy(errors, spec.strategy ?? {}, specPath.child("strategy"));
  checkNonNegative(errors, specPath.child("minReadySeconds"), spec.minReadySeconds);
  checkNonNegative(errors, specPath.child("revisionHistoryLimit"), spec.revisionHistoryLimit);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return;
  const path = specPath.child("progressDeadlineSeconds");
  checkNonNegative(errors, path, deadline);
  if (deadline <= (spec.minReadySeconds ?? 0))
    errors.push(path.invalid(deadline, "must be greater than minReadySeconds"));
}

function validateStrategy(errors: FieldError[], { type, rollingUpdate }: DeploymentStrategy, path: Path): void {
  const at = path.child("rollingUpdate");
  if (type === "Recreate") {
    if (rollingUpdate) errors.push(at.forbidden("may not be specified when strategy `type` is 'Recreate'"));
  } else if (type !== "RollingUpdate") {
    const shown = {
      Type: type ?? "",
      RollingUpdate: rollingUpdate
        ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 }
        : null,
    };
    errors.push(path.notSupported(shown, ["Recreate", "RollingUpdate"]));
  } else if (!rollingUpdate) errors.push(at.required("this should be defaulted and never be nil"));
  else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    checkIntOrPercent(errors, at.child("maxUnavailable"), maxUnavailable);
    checkIntOrPercent(errors, at.child("maxSurge"), maxSurge);
    if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
      errors.push(at.child("maxUnavailable").invalid(maxUnavailable, "may not be 0 when `maxSurge` is 0"));
    checkAtMostAll(errors, at.child("maxUnavailable"), maxUnavailable);
  }
}

const counts = [
  "observedGeneration",
  "replicas",
  "updatedReplicas",
  "readyReplicas",
  "availableReplicas",
  "unavailableReplicas",
  "terminatingReplicas",
  "collisionCount",
];

export function validateDeploymentStatus({ status }: Deployment, old: Deployment): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("status");
  checkCounts(errors, status, path, counts);
  const parts = ["updatedReplicas", "readyReplicas", "availableReplicas"];
  checkAtMost(errors, status, path, parts, "replicas", "status.replicas");
  checkAtMost(errors, status, path, ["availableReplicas"], "readyReplicas");
  checkCollisions(errors, status.collisionCount, old.status.collisionCount, path);
  return errors;
}
