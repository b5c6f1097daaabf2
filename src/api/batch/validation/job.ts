/** Validation of Jobs and of what may change in them. */
import { checkImmutable, shownLabels, shownSelector } from "../../apps/validation/workload.ts";
import type { Job, JobSpec } from "../../generated/batch-v1.ts";
import type { Affinity, Container, PodSpec, PodTemplateSpec } from "../../generated/core-v1.ts";
import { selects } from "../../selectors.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isDns1123Label } from "../../validation/names.ts";
import { controllerUidLabel, jobNameLabel, legacyControllerUidLabel, legacyJobNameLabel } from "../job-prepare.ts";
import { validateJobSpec } from "./job-spec.ts";

const specPath = new Path("spec");

export function validateJob(job: Job, old?: Job): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, spec } = job;
  if (!spec.manualSelector && spec.selector) checkGenerated(errors, job);
  const before = errors.length;
  validateJobSpec(errors, spec, specPath, old?.spec);
  checkSelector(errors, spec);
  const ofSpec = errors.slice(before);
  if (spec.completionMode === "Indexed" && (spec.completions ?? 0) > 0) {
    const longest = `${metadata.name}-${(spec.completions ?? 0) - 1}`;
    if (isDns1123Label(longest).length) {
      const why = `will not able to create pod with invalid DNS label: ${longest}`;
      errors.push(new Path("metadata").child("name").invalid(metadata.name, why));
    }
  }
  if (old) {
    errors.push(...ofSpec); // upstream looks twice and gives every fault as a cause each time
    checkUpdate(errors, spec, old);
  }
  return errors;
}

/** Labels and selector that the server makes must be as it makes them. */
function checkGenerated(errors: FieldError[], { metadata, spec }: Job): void {
  const [name, uid] = [metadata.name ?? "", metadata.uid ?? ""];
  if (!uid) errors.push(new Path("metadata").child("uid").required());
  const labels = spec.template.metadata?.labels;
  const expected = {
    [legacyControllerUidLabel]: uid,
    [legacyJobNameLabel]: name,
    [controllerUidLabel]: uid,
    [jobNameLabel]: name,
  };
  for (const [key, value] of Object.entries(expected)) {
    const path = specPath.child("template", "metadata", "labels").key(key);
    if (labels?.[key] === undefined) errors.push(path.required(`must be '${value}'`));
    else if (labels[key] !== value) errors.push(path.invalid(shownLabels(labels), `must be '${value}'`));
  }
  if (isSound(spec) && !selects(spec.selector, expected))
    errors.push(specPath.child("selector").invalid(shownSelector(spec.selector), "`selector` not auto-generated"));
}

function isSound({ selector }: JobSpec): boolean {
  const errors: FieldError[] = [];
  validateLabelSelector(errors, selector, specPath);
  return !errors.length;
}

function checkSelector(errors: FieldError[], { selector, template }: JobSpec): void {
  const path = specPath.child("selector");
  const before = errors.length;
  if (!selector) errors.push(path.required());
  else validateLabelSelector(errors, selector, path);
  if (selector && errors.length > before) return;
  const labels = template.metadata?.labels;
  if (!selects(selector, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(specPath.child("template", "metadata", "labels").invalid(shownLabels(labels), why));
  }
}

function checkUpdate(errors: FieldError[], spec: JobSpec, old: Job): void {
  checkCompletions(errors, spec, old.spec);
  checkImmutable(errors, specPath.child("selector"), spec.selector, old.spec.selector, shownSelector(spec.selector));
  checkTemplate(errors, spec, old);
  for (const field of [
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
  ] as const)
    checkImmutable(errors, specPath.child(field), spec[field], old.spec[field], spec[field] ?? null);
}

function checkCompletions(errors: FieldError[], spec: JobSpec, old: JobSpec): void {
  const path = specPath.child("completions");
  const { completions } = spec;
  if (spec.completionMode !== "Indexed")
    checkImmutable(errors, path, completions, old.completions, completions ?? null);
  else if (completions !== undefined && completions !== old.completions && completions !== spec.parallelism)
    errors.push(path.invalid(completions, "can only be modified in tandem with spec.parallelism"));
}

/** While a Job is suspended and has no pods, where its pods run and what they take may change. */
function checkTemplate(errors: FieldError[], { template }: JobSpec, { spec: old, status }: Job): void {
  const isSuspended = status.conditions?.some((c) => c.type === "Suspended" && c.status === "True") ?? false;
  const isOpen = Boolean(old.suspend) && (!status.startTime || isSuspended) && !status.active;
  if (!isOpen) {
    checkImmutable(errors, specPath.child("template"), template, old.template);
    return;
  }
  const allowed = withScheduling(old.template, template);
  const path = specPath.child("template.spec");
  checkImmutable(errors, path, template.spec, withResources(allowed.spec, template.spec));
}

/** The old template with the new one's word on where pods run. */
function withScheduling(old: PodTemplateSpec, next: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates } = next.spec;
  const affinity: Affinity = { ...old.spec.affinity, nodeAffinity: next.spec.affinity?.nodeAffinity };
  const empty = !next.spec.affinity && Object.values(affinity).every((part) => part === undefined);
  return {
    metadata: { ...old.metadata, labels: next.metadata?.labels, annotations: next.metadata?.annotations },
    spec: { ...old.spec, nodeSelector, tolerations, schedulingGates, affinity: empty ? undefined : affinity },
  };
}

/** The old spec with the new one's resources, container by container. */
function withResources(old: PodSpec, next: PodSpec): PodSpec {
  const merged = (
    list: readonly Container[] | undefined,
    with_: readonly Container[] | undefined,
  ): Container[] | undefined =>
    list?.length === with_?.length
      ? list?.map((container, i) =>
          container.name === with_?.[i]?.name ? { ...container, resources: with_[i].resources } : container,
        )
      : list && [...list];
  return {
    ...old,
    containers: merged(old.containers ?? undefined, next.containers ?? undefined) ?? null,
    initContainers: merged(old.initContainers, next.initContainers),
  };
}
