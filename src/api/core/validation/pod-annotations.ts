/** Annotations of pods that mean something, most of them of old. */

import type { AppArmorProfile, Pod, PodSpec, SeccompProfile, Toleration } from "../../generated/core-v1.ts";
import type { ObjectMeta } from "../../generated/meta-v1.ts";
import { type FieldError, type Path, sortedKeys } from "../../validation/field-error.ts";
import { allContainers, appArmorAnnotation } from "../app-armor.ts";
import { eachContainer } from "./each-container.ts";
import { checkDescendingPath } from "./paths.ts";
import { mirrorAnnotation } from "./pod-spec.ts";
import { validateTolerations } from "./scheduling.ts";

const tolerationsAnnotation = "scheduler.alpha.kubernetes.io/tolerations";
const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
export const seccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
export const seccompContainerPrefix = "container.seccomp.security.alpha.kubernetes.io/";
const appArmorPrefix = appArmorAnnotation("");

type Annotations = Readonly<Record<string, string>> | undefined;

export function validatePodAnnotations(
  errors: FieldError[],
  annotations: Annotations,
  spec: PodSpec,
  path: Path,
): void {
  if (!annotations) return;
  const mirror = annotations[mirrorAnnotation];
  if (mirror !== undefined && !spec.nodeName)
    errors.push(path.key(mirrorAnnotation).invalid(mirror, "must set spec.nodeName if mirror pod annotation is set"));
  if (annotations[tolerationsAnnotation]) checkTolerations(errors, annotations[tolerationsAnnotation], path);
  const cost = annotations[deletionCost];
  if (cost !== undefined && !isInt32(cost))
    errors.push(path.key(deletionCost).invalid(cost, "must be a 32bit integer"));
  for (const key of sortedKeys(annotations)) {
    const value = annotations[key] ?? "";
    if (key === seccompPodAnnotation || key.startsWith(seccompContainerPrefix))
      checkSeccomp(errors, value, path.child(key));
  }
  for (const key of sortedKeys(annotations)) {
    if (!key.startsWith(appArmorPrefix)) continue;
    const container = key.slice(appArmorPrefix.length);
    const value = annotations[key] ?? "";
    if (!allContainers(spec).some((c) => c.name === container))
      errors.push(path.key(key).invalid(container, "container not found"));
    if (value !== "" && value !== "runtime/default" && value !== "unconfined" && !value.startsWith("localhost/"))
      errors.push(path.key(key).invalid(value, `invalid AppArmor profile name: ${JSON.stringify(value)}`));
  }
}

/** A whole number of 32 bits; neither a plus sign nor a zero stands first. */
function isInt32(text: string): boolean {
  const value = Number(text);
  return text === "0" || (/^(-[0-9]+|[1-9][0-9]*)$/.test(text) && value >= -(2 ** 31) && value < 2 ** 31);
}

function checkTolerations(errors: FieldError[], json: string, path: Path): void {
  let tolerations: Toleration[];
  try {
    tolerations = JSON.parse(json) as Toleration[];
  } catch (error) {
    errors.push(path.invalid(tolerationsAnnotation, (error as Error).message));
    return;
  }
  if (Array.isArray(tolerations)) validateTolerations(errors, tolerations, path.child(tolerationsAnnotation));
}

function checkSeccomp(errors: FieldError[], profile: string, path: Path): void {
  if (profile === "runtime/default" || profile === "docker/default" || profile === "unconfined") return;
  if (profile.startsWith("localhost/")) checkDescendingPath(errors, path, profile.slice("localhost/".length));
  else errors.push(path.invalid(profile, "must be a valid seccomp profile"));
}

/** An annotation of old and the field that took its place must say the same. */
export function validateProfileAnnotations(
  errors: FieldError[],
  { annotations }: Pick<ObjectMeta, "annotations">,
  spec: PodSpec,
  path: Path,
): void {
  if (!annotations) return;
  const compare = (
    annotation: string | undefined,
    profile: SeccompProfile | AppArmorProfile | undefined,
    kind: "seccomp" | "apparmor",
    at: () => Path,
  ): void => {
    if (annotation === undefined || !profile) return;
    const field = differs(annotation, profile, kind);
    const what = field === "type" ? `${kind} type` : `${kind} profile`;
    if (field) errors.push(at().child(field).forbidden(`${what} in annotation and field must match`));
  };
  const ofPod = spec.securityContext;
  compare(annotations[seccompPodAnnotation], ofPod?.seccompProfile, "seccomp", () =>
    path.child("securityContext", "seccompProfile"),
  );
  eachContainer(spec, path, ({ name, securityContext }, at) => {
    compare(annotations[seccompContainerPrefix + name], securityContext?.seccompProfile, "seccomp", () =>
      at().child("securityContext", "seccompProfile"),
    );
  });
  if (spec.os?.name === "windows") return;
  eachContainer(spec, path, ({ name, securityContext }, at) => {
    const profile = securityContext?.appArmorProfile ?? ofPod?.appArmorProfile;
    compare(annotations[appArmorAnnotation(name)], profile, "apparmor", () =>
      at().child("securityContext", "appArmorProfile"),
    );
  });
}

/** The field in which they differ, if they do. */
function differs(
  annotation: string,
  { type, localhostProfile }: SeccompProfile | AppArmorProfile,
  kind: "seccomp" | "apparmor",
): "type" | "localhostProfile" | undefined {
  switch (type) {
    case "Unconfined":
      return annotation === "unconfined" ? undefined : "type";
    case "RuntimeDefault":
      return annotation === "runtime/default" || (kind === "seccomp" && annotation === "docker/default")
        ? undefined
        : "type";
    case "Localhost":
      if (!annotation.startsWith("localhost/")) return "type";
      return annotation.slice("localhost/".length) === localhostProfile ? undefined : "localhostProfile";
    default:
      return undefined;
  }
}

/** What of them may not change. */
export function validatePodAnnotationUpdates(errors: FieldError[], pod: Pod, old: Pod, path: Path): void {
  const [now, before] = [pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}];
  for (const key of sortedKeys(before)) {
    if (now[key] === before[key]) continue;
    if (key.startsWith(appArmorPrefix))
      errors.push(path.key(key).forbidden("may not remove or update AppArmor annotations"));
    if (key === mirrorAnnotation)
      errors.push(path.key(key).forbidden("may not remove or update mirror pod annotation"));
  }
  for (const key of sortedKeys(now)) {
    if (key in before) continue;
    if (key.startsWith(appArmorPrefix)) errors.push(path.key(key).forbidden("may not add AppArmor annotations"));
    if (key === mirrorAnnotation) errors.push(path.key(key).forbidden("may not add mirror pod annotation"));
  }
  validatePodAnnotations(errors, pod.metadata.annotations, pod.spec, path);
}
