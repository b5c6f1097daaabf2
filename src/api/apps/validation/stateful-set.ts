/** Validation of StatefulSets. */
import { validateClaimSpec } from "../../core/validation/claim-spec.ts";
import { validatePodAnnotations } from "../../core/validation/pod-annotations.ts";
import { validateTemplate } from "../../core/validation/template.ts";
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from "../../generated/apps-v1.ts";
import type { PodTemplateSpec, Volume } from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { checkNonNegative, checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Label } from "../../validation/names.ts";
import { validateAnnotations, validateLabels } from "../../validation/object-meta.ts";
import {
  checkAtMost,
  checkCollisions,
  checkCounts,
  checkRunsForever,
  checkSelected,
  shownSelector,
  validateSelector,
} from "./workload.ts";

const specPath = new Path("spec");
const templatePath = specPath.child("template");

export function validateStatefulSet({ spec }: StatefulSet, old?: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  validatePolicies(errors, spec);
  if (!old) {
    for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries())
      validateClaimSpec(errors, claim.spec, specPath.child("volumeClaimTemplates").index(i).child("spec"));
  }
  checkNonNegative(errors, specPath.child("replicas"), spec.replicas);
  checkNonNegative(errors, specPath.child("minReadySeconds"), spec.minReadySeconds);
  checkNonNegative(errors, specPath.child("ordinals.start"), spec.ordinals?.start);
  if (!old && spec.serviceName)
    report(errors, specPath.child("serviceName"), spec.serviceName, isDns1123Label(spec.serviceName));
  validatePods(errors, spec, old?.spec);
  if (old) checkUpdate(errors, spec, old.spec);
  return errors;
}

function validatePolicies(errors: FieldError[], spec: StatefulSetSpec): void {
  const management = spec.podManagementPolicy ?? "";
  if (!management) errors.push(specPath.child("podManagementPolicy").required());
  else if (management !== "OrderedReady" && management !== "Parallel")
    errors.push(specPath.child("podManagementPolicy").invalid(management, "must be 'OrderedReady' or 'Parallel'"));
  validateStrategy(errors, spec.updateStrategy ?? {}, specPath.child("updateStrategy"));
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  const path = specPath.child("persistentVolumeClaimRetentionPolicy");
  for (const when of ["whenDeleted", "whenScaled"] as const)
    checkSupported(errors, path.child(when), retention?.[when], ["Retain", "Delete"]);
}

function validateStrategy(
  errors: FieldError[],
  { type = "", rollingUpdate }: StatefulSetUpdateStrategy,
  path: Path,
): void {
  const shown = rollingUpdate
    ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null }
    : null;
  if (!type) errors.push(path.required());
  else if (type === "OnDelete") {
    if (rollingUpdate)
      errors.push(path.child("rollingUpdate").invalid(shown, "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (type === "RollingUpdate")
    checkNonNegative(errors, path.child("rollingUpdate", "partition"), rollingUpdate?.partition);
  else errors.push(path.invalid({ Type: type, RollingUpdate: shown }, "must be 'RollingUpdate' or 'OnDelete'"));
}

function validatePods(errors: FieldError[], spec: StatefulSetSpec, old: StatefulSetSpec | undefined): void {
  const { selector, template } = spec;
  const path = specPath.child("selector");
  if (!validateSelector(errors, selector, "statefulset", path).valid)
    errors.push(path.invalid(shownSelector(selector), ""));
  else {
    checkSelected(errors, { selector, template }, templatePath);
    if (!old || !deepEqual(template, old.template)) validateTemplate(errors, asMade(spec), templatePath);
    // upstream looks at these twice
    const { labels, annotations } = template.metadata ?? {};
    if (labels) errors.push(...validateLabels(labels, templatePath.child("labels")));
    if (annotations) errors.push(...validateAnnotations(annotations, templatePath.child("annotations")));
    validatePodAnnotations(errors, annotations, template.spec, templatePath.child("annotations"));
  }
  checkRunsForever(errors, template, "StatefulSet", templatePath);
}

/** The template as pods are made from it: names come from the set, volumes from its claims. */
function asMade({ template, volumeClaimTemplates: claims = [] }: StatefulSetSpec): PodTemplateSpec {
  const { subdomain: _s, hostname: _h, ...spec } = template.spec;
  if (!claims.length) return { ...template, spec };
  const names = [...new Set(claims.map((claim) => claim.metadata?.name ?? ""))];
  const volumes: Volume[] = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = (spec.volumes ?? []).filter((volume) => !names.includes(volume.name));
  return { ...template, spec: { ...spec, volumes: [...volumes, ...others] } };
}

function checkUpdate(errors: FieldError[], spec: StatefulSetSpec, old: StatefulSetSpec): void {
  const { replicas, template, updateStrategy, minReadySeconds, ordinals, revisionHistoryLimit } = old;
  const { persistentVolumeClaimRetentionPolicy } = old;
  const changeable = { replicas, template, updateStrategy, minReadySeconds, ordinals, revisionHistoryLimit };
  if (deepEqual({ ...spec, ...changeable, persistentVolumeClaimRetentionPolicy }, old)) return;
  const fields =
    "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
  errors.push(specPath.forbidden(`updates to statefulset spec for fields other than ${fields} are forbidden`));
}

const counts = [
  "replicas",
  "readyReplicas",
  "currentReplicas",
  "updatedReplicas",
  "availableReplicas",
  "observedGeneration",
  "collisionCount",
];

export function validateStatefulSetStatus({ status }: StatefulSet, old: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("status");
  checkCounts(errors, status, path, counts);
  const parts = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];
  checkAtMost(errors, status, path, parts, "replicas", "status.replicas");
  checkAtMost(errors, status, path, ["availableReplicas"], "readyReplicas", "status.readyReplicas");
  checkCollisions(errors, status.collisionCount, old.status.collisionCount, path);
  return errors;
}
