/** Validation of DaemonSets. */
import type {
  DaemonSet,
  DaemonSetSpec,
  DaemonSetUpdateStrategy,
  RollingUpdateDaemonSet,
} from "../../generated/apps-v1.ts";
import { selects } from "../../selectors.ts";
import { checkNonNegative } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { amountOf, checkAtMostAll, checkIntOrPercent } from "../../validation/int-or-percent.ts";
import { isEmptySelector, validateLabelSelector } from "../../validation/label-selector.ts";
import {
  checkCollisions,
  checkCounts,
  checkImmutable,
  checkRunsForever,
  shownLabels,
  shownSelector,
  validateChangedTemplate,
} from "./workload.ts";

const specPath = new Path("spec");

export function validateDaemonSet({ spec }: DaemonSet, old?: DaemonSet): FieldError[] {
  const errors: FieldError[] = [];
  if (old)
    checkImmutable(errors, specPath.child("selector"), spec.selector, old.spec.selector, shownSelector(spec.selector));
  checkSelector(errors, spec);
  const path = specPath.child("template");
  validateChangedTemplate(errors, spec.template, old?.spec.template, path);
  checkRunsForever(errors, spec.template, "DaemonSet", path);
  checkNonNegative(errors, specPath.child("minReadySeconds"), spec.minReadySeconds);
  validateStrategy(errors, spec.updateStrategy ?? {}, specPath.child("updateStrategy"));
  checkNonNegative(errors, specPath.child("revisionHistoryLimit"), spec.revisionHistoryLimit);
  return errors;
}

/** A selector that is missing selects nothing, and that is what is said of it. */
function checkSelector(errors: FieldError[], { selector, template }: DaemonSetSpec): void {
  const before = errors.length;
  validateLabelSelector(errors, selector, specPath.child("selector"));
  const labels = template.metadata?.labels;
  if (errors.length === before && !selects(selector, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(specPath.child("template", "metadata", "labels").invalid(shownLabels(labels), why));
  }
  if (selector && isEmptySelector(selector))
    errors.push(specPath.child("selector").invalid(shownSelector(selector), "empty selector is invalid for daemonset"));
}

const shownUpdate = (update: RollingUpdateDaemonSet | undefined): object | null =>
  update ? { MaxUnavailable: update.maxUnavailable ?? 0, MaxSurge: update.maxSurge ?? 0 } : null;

function validateStrategy(errors: FieldError[], { type, rollingUpdate }: DaemonSetUpdateStrategy, path: Path): void {
  if (type === "OnDelete") return;
  if (type !== "RollingUpdate") {
    const shown = { Type: type ?? "", RollingUpdate: shownUpdate(rollingUpdate) };
    errors.push(path.notSupported(shown, ["RollingUpdate", "OnDelete"]));
    return;
  }
  const at = path.child("rollingUpdate");
  if (!rollingUpdate) {
    errors.push(at.required());
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  checkIntOrPercent(errors, at.child("maxUnavailable"), maxUnavailable);
  checkIntOrPercent(errors, at.child("maxSurge"), maxSurge);
  checkAtMostAll(errors, at.child("maxUnavailable"), maxUnavailable);
  checkAtMostAll(errors, at.child("maxSurge"), maxSurge);
  const [down, surge] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  if (down && surge)
    errors.push(at.child("maxSurge").invalid(maxSurge, "may not be set when maxUnavailable is non-zero"));
  if (!down && !surge) errors.push(at.child("maxUnavailable").required("cannot be 0 when maxSurge is 0"));
}

const counts = [
  "currentNumberScheduled",
  "numberMisscheduled",
  "desiredNumberScheduled",
  "numberReady",
  "observedGeneration",
  "updatedNumberScheduled",
  "numberAvailable",
  "numberUnavailable",
  "collisionCount",
];

export function validateDaemonSetStatus({ status }: DaemonSet, old: DaemonSet): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("status");
  checkCounts(errors, status, path, counts);
  checkCollisions(errors, status.collisionCount, old.status.collisionCount, path);
  return errors;
}
