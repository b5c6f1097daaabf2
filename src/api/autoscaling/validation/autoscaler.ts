import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HPAScalingPolicy,
  HPAScalingRules,
} from "../../generated/autoscaling-v2.ts";
import { compareQuantities } from "../../quantity.ts";
import { checkNonNegative, checkPositive, checkSupported, negativeText } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateMetric, validateReference, versionFault } from "./metrics.ts";

const longestPeriod = 1800;
const longestWindow = 3600;

export function validateAutoscaler(autoscaler: HorizontalPodAutoscaler, old?: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("spec");
  const { minReplicas, maxReplicas, scaleTargetRef: ref, metrics = [], behavior } = autoscaler.spec;
  const lowest = old?.spec.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < lowest)
    errors.push(path.child("minReplicas").invalid(minReplicas, `must be greater than or equal to ${lowest}`));
  const most = path.child("maxReplicas");
  if (!maxReplicas) errors.push(most.required("must be set and greater than 0"));
  else if (maxReplicas < 0) errors.push(most.invalid(maxReplicas, "must be greater than or equal to 1"));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(most.invalid(maxReplicas, "must be greater than or equal to `minReplicas`"));
  const before = old?.spec.scaleTargetRef;
  validateReference(errors, ref, path.child("scaleTargetRef"), {
    checkVersion: before?.kind !== ref.kind || before.apiVersion !== ref.apiVersion,
    emptyGroup: ref.kind === "ReplicationController",
  });
  const checkVersion = !old?.spec.metrics?.some(
    ({ type, object }) => type === "Object" && object && versionFault(object.describedObject.apiVersion ?? "", true),
  );
  metrics.forEach((metric, i) => {
    validateMetric(errors, metric, path.child("metrics").index(i), checkVersion);
  });
  if (minReplicas === 0 && !metrics.some(({ type }) => type === "Object" || type === "External")) {
    const why = "must specify at least one Object or External metric to support scaling to zero replicas";
    errors.push(path.child("metrics").forbidden(why));
  }
  if (behavior) validateBehavior(errors, behavior, path.child("behavior"));
  return errors;
}

function validateBehavior(errors: FieldError[], behavior: HorizontalPodAutoscalerBehavior, path: Path): void {
  if (behavior.scaleUp) validateRules(errors, behavior.scaleUp, path.child("scaleUp"));
  if (behavior.scaleDown) validateRules(errors, behavior.scaleDown, path.child("scaleDown"));
}

function validateRules(errors: FieldError[], rules: HPAScalingRules, path: Path): void {
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules;
  const window = path.child("stabilizationWindowSeconds");
  if (seconds !== undefined && seconds < 0)
    errors.push(window.invalid(seconds, "must be greater than or equal to zero"));
  if (seconds !== undefined && seconds > longestWindow)
    errors.push(window.invalid(seconds, `must be less than or equal to ${longestWindow}`));
  checkSupported(errors, path.child("selectPolicy"), selectPolicy, ["Disabled", "Max", "Min"]);
  if (!policies.length) errors.push(path.child("policies").required("must specify at least one Policy"));
  policies.forEach((policy, i) => {
    validatePolicy(errors, policy, path.child("policies").index(i));
  });
  if (tolerance !== undefined && compareQuantities(tolerance, "0") < 0)
    errors.push(path.child("tolerance").invalid(tolerance, negativeText));
}

function validatePolicy(errors: FieldError[], policy: HPAScalingPolicy, path: Path): void {
  const { type, value, periodSeconds } = policy;
  checkSupported(errors, path.child("type"), type, ["Percent", "Pods"]);
  checkPositive(errors, path.child("value"), value);
  checkPositive(errors, path.child("periodSeconds"), periodSeconds);
  if (periodSeconds > longestPeriod)
    errors.push(path.child("periodSeconds").invalid(periodSeconds, `must be less than or equal to ${longestPeriod}`));
}

export function validateAutoscalerStatus({ status }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  checkNonNegative(errors, new Path("status").child("currentReplicas"), status.currentReplicas);
  checkNonNegative(errors, new Path("status").child("desiredReplicas"), status.desiredReplicas);
  return errors;
}
