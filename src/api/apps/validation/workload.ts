/** What the validation of all workloads has in common: a selector that fits a template, counts that fit each other. */
import { validateTemplate } from "../../core/validation/template.ts";
import type { PodTemplateSpec } from "../../generated/core-v1.ts";
import type { LabelSelector } from "../../generated/meta-v1.ts";
import { deepEqual } from "../../object.ts";
import { selects } from "../../selectors.ts";
import { checkNonNegative } from "../../validation/checks.ts";
import { type FieldError, type Path, sortedKeys } from "../../validation/field-error.ts";
import { isEmptySelector, validateLabelSelector } from "../../validation/label-selector.ts";
import { immutableText } from "../../validation/object-meta.ts";

/** Labels as errors show them. */
export const shownLabels = (labels: Readonly<Record<string, string>> | undefined): object | null =>
  labels ? Object.fromEntries(sortedKeys(labels).map((key) => [key, labels[key]])) : null;

export const shownSelector = (selector: LabelSelector | undefined | null): object | null =>
  selector
    ? {
        ...(selector.matchLabels && { matchLabels: shownLabels(selector.matchLabels) }),
        ...(selector.matchExpressions && {
          matchExpressions: selector.matchExpressions.map(({ key, operator, values }) => ({ key, operator, values })),
        }),
      }
    : null;

interface Selecting {
  readonly selector: LabelSelector | undefined | null;
  readonly template: PodTemplateSpec;
}

/** A selector that must be there and say something. `kind` is what the text calls the workload. */
export function validateSelector(
  errors: FieldError[],
  selector: LabelSelector | undefined | null,
  kind: string,
  path: Path,
): { readonly valid: boolean } {
  if (!selector) {
    errors.push(path.required());
    return { valid: true };
  }
  const before = errors.length;
  validateLabelSelector(errors, selector, path);
  const valid = errors.length === before;
  if (isEmptySelector(selector))
    errors.push(path.invalid(shownSelector(selector), `empty selector is invalid for ${kind}`));
  return { valid };
}

/** Pods made from the template must be pods that the selector selects; an empty selector is told of elsewhere. */
export function checkSelected(errors: FieldError[], { selector, template }: Selecting, path: Path): void {
  const labels = template.metadata?.labels;
  if (selector && isEmptySelector(selector)) return;
  if (!selects(selector, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(path.child("metadata", "labels").invalid(shownLabels(labels), why));
  }
}

/** Pods of workloads run for ever. `kind` is what the text calls the workload. */
export function checkRunsForever(errors: FieldError[], { spec }: PodTemplateSpec, kind: string, path: Path): void {
  if (spec.restartPolicy !== "Always")
    errors.push(path.child("spec", "restartPolicy").notSupported(spec.restartPolicy ?? "", ["Always"]));
  if (spec.activeDeadlineSeconds !== undefined) {
    const why = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(path.child("spec", "activeDeadlineSeconds").forbidden(why));
  }
}

/** A template that is as it was has been looked at before. */
export function validateChangedTemplate(
  errors: FieldError[],
  template: PodTemplateSpec,
  old: PodTemplateSpec | undefined,
  path: Path,
): void {
  if (!old || !deepEqual(template, old)) validateTemplate(errors, template, path);
}

/** Template and selector of ReplicaSets, and of Deployments, which are made of them. */
export function validateReplicated(
  errors: FieldError[],
  { selector, template }: Selecting,
  old: PodTemplateSpec | undefined,
  path: Path,
): void {
  if (!validateSelector(errors, selector, "deployment", path.child("selector")).valid) {
    errors.push(path.child("selector").invalid(shownSelector(selector), "invalid label selector"));
    return;
  }
  const at = path.child("template");
  checkSelected(errors, { selector, template }, at);
  validateChangedTemplate(errors, template, old, at);
  checkRunsForever(errors, template, "ReplicaSet", at);
}

/** `shown` is how an error shows the new value. */
export function checkImmutable(
  errors: FieldError[],
  path: Path,
  now: unknown,
  old: unknown,
  shown: unknown = now,
): void {
  if (!deepEqual(now ?? null, old ?? null)) errors.push(path.invalid(shown, immutableText));
}

type Counts = Readonly<Record<string, unknown>>;

export function checkCounts(errors: FieldError[], status: object, path: Path, fields: readonly string[]): void {
  for (const field of fields)
    checkNonNegative(errors, path.child(field), (status as Counts)[field] as number | undefined);
}

/** None of `fields` may be more than `limit` says. */
export function checkAtMost(
  errors: FieldError[],
  status: object,
  path: Path,
  fields: readonly string[],
  limit: string,
  limitInText = limit,
): void {
  const count = (field: string): number => ((status as Counts)[field] as number | undefined) ?? 0;
  for (const field of fields) {
    if (count(field) > count(limit))
      errors.push(path.child(field).invalid(count(field), `cannot be greater than ${limitInText}`));
  }
}

/** The count of name collisions only ever rises. */
export function checkCollisions(
  errors: FieldError[],
  now: number | undefined,
  old: number | undefined,
  path: Path,
): void {
  if (old !== undefined && (now === undefined || now < old))
    errors.push(path.child("collisionCount").invalid(now ?? 0, "cannot be decremented"));
}
