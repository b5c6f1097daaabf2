/** Volumes of config maps, secrets, the downward API, and several of them in one. */
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  ProjectedVolumeSource,
  SecretVolumeSource,
  VolumeProjection,
} from "../../generated/core-v1.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateFieldRef, validateResourceFieldRef, volumeFields } from "./field-references.ts";
import { checkFileMode, checkUserPath, validateKeysToPaths, validateKeyToPath } from "./paths.ts";

export function validateSecretVolume(errors: FieldError[], source: SecretVolumeSource, path: Path): void {
  if (!source.secretName) errors.push(path.child("secretName").required());
  checkFileMode(errors, path.child("defaultMode"), source.defaultMode);
  validateKeysToPaths(errors, source.items, path.child("items"));
}

export function validateConfigMapVolume(errors: FieldError[], source: ConfigMapVolumeSource, path: Path): void {
  if (!source.name) errors.push(path.child("name").required());
  checkFileMode(errors, path.child("defaultMode"), source.defaultMode);
  validateKeysToPaths(errors, source.items, path.child("items"));
}

export function validateDownwardVolume(errors: FieldError[], source: DownwardAPIVolumeSource, path: Path): void {
  checkFileMode(errors, path.child("defaultMode"), source.defaultMode);
  for (const file of source.items ?? []) validateDownwardFile(errors, file, path);
}

function validateDownwardFile(errors: FieldError[], file: DownwardAPIVolumeFile, path: Path): void {
  if (!file.path) errors.push(path.child("path").required());
  checkUserPath(errors, path.child("path"), file.path);
  if (file.fieldRef) {
    validateFieldRef(errors, file.fieldRef, volumeFields, path.child("fieldRef"));
    if (file.resourceFieldRef)
      errors.push(path.invalid("resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
  } else if (file.resourceFieldRef)
    validateResourceFieldRef(errors, file.resourceFieldRef, path.child("resourceFieldRef"), true);
  else errors.push(path.required("one of fieldRef and resourceFieldRef is required"));
  checkFileMode(errors, path.child("mode"), file.mode);
}

export function validateProjectedVolume(errors: FieldError[], source: ProjectedVolumeSource, path: Path): void {
  checkFileMode(errors, path.child("defaultMode"), source.defaultMode);
  const taken = new Set<string>();
  for (const [i, one] of (source.sources ?? []).entries()) {
    const at = path.child("sources").index(i);
    if (validateProjection(errors, one, path, at, taken) > 1)
      errors.push(at.forbidden("may not specify more than 1 volume type per source"));
  }
}

/** Looks at one source; tells how many it is in truth. */
function validateProjection(
  errors: FieldError[],
  source: VolumeProjection,
  path: Path,
  at: Path,
  taken: Set<string>,
): number {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
  const take = (file: string, shown: string): void => {
    if (!file) return;
    if (taken.has(file)) errors.push(path.invalid(shown, "conflicting duplicate paths"));
    taken.add(file);
  };
  for (const [name, map] of [
    ["secret", secret],
    ["configMap", configMap],
  ] as const) {
    if (!map) continue;
    if (!map.name) errors.push(at.child(name, "name").required());
    for (const [i, item] of (map.items ?? []).entries()) {
      validateKeyToPath(errors, item, at.child(name, "items").index(i));
      take(item.path, map.name ?? "");
    }
  }
  for (const file of downwardAPI?.items ?? []) {
    validateDownwardFile(errors, file, at.child("downwardAPI"));
    take(file.path, file.path);
  }
  if (token) validateToken(errors, token, path, at.child("serviceAccountToken"));
  return [secret, configMap, downwardAPI, token].filter(Boolean).length;
}

function validateToken(
  errors: FieldError[],
  token: NonNullable<VolumeProjection["serviceAccountToken"]>,
  path: Path,
  at: Path,
): void {
  const seconds = token.expirationSeconds ?? 0;
  if (seconds < 600)
    errors.push(at.child("expirationSeconds").invalid(seconds, "may not specify a duration less than 10 minutes"));
  if (seconds > 2 ** 32)
    errors.push(at.child("expirationSeconds").invalid(seconds, "may not specify a duration larger than 2^32 seconds"));
  if (!token.path) errors.push(path.child("path").required());
  else checkUserPath(errors, path.child("path"), token.path);
}
