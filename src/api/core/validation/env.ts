/** Environment variables of a container. */
import type {
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  SecretKeySelector,
} from "../../generated/core-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import {
  isConfigMapKey,
  isDns1123Label,
  isDns1123Subdomain,
  isRelaxedEnvVarName,
  subdomainName,
} from "../../validation/names.ts";
import { envFields, validateFieldRef, validateResourceFieldRef } from "./field-references.ts";
import { checkNoBacksteps } from "./paths.ts";

export function validateEnv(errors: FieldError[], vars: readonly EnvVar[] | undefined, path: Path): void {
  for (const [i, { name, value, valueFrom }] of (vars ?? []).entries()) {
    const at = path.index(i);
    if (!name) errors.push(at.child("name").required());
    else report(errors, at.child("name"), name, isRelaxedEnvVarName(name));
    if (valueFrom) validateValueFrom(errors, valueFrom, value, at.child("valueFrom"));
  }
}

function validateValueFrom(errors: FieldError[], from: EnvVarSource, value: string | undefined, path: Path): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = from;
  if (fieldRef) validateFieldRef(errors, fieldRef, envFields, path.child("fieldRef"));
  if (resourceFieldRef) validateResourceFieldRef(errors, resourceFieldRef, path.child("resourceFieldRef"), false);
  if (configMapKeyRef) validateKeyRef(errors, configMapKeyRef, path.child("configMapKeyRef"));
  if (secretKeyRef) validateKeyRef(errors, secretKeyRef, path.child("secretKeyRef"));
  if (fileKeyRef) validateFileKeyRef(errors, fileKeyRef, path.child("fileKeyRef"));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (sources === 0) {
    errors.push(
      path.invalid(
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
      ),
    );
  } else if (value) errors.push(path.invalid("", "may not be specified when `value` is not empty"));
  else if (sources > 1) errors.push(path.invalid("", "may not have more than one field specified at a time"));
}

function validateKeyRef(errors: FieldError[], ref: ConfigMapKeySelector | SecretKeySelector, path: Path): void {
  const name = ref.name ?? "";
  report(errors, path.child("name"), name, isDns1123Subdomain(name));
  if (!ref.key) errors.push(path.child("key").required());
  else report(errors, path.child("key"), ref.key, isConfigMapKey(ref.key));
}

function validateFileKeyRef(errors: FieldError[], ref: FileKeySelector, path: Path): void {
  if (!ref.key) errors.push(path.child("key").required());
  else report(errors, path.child("key"), ref.key, isRelaxedEnvVarName(ref.key));
  if (!ref.volumeName) errors.push(path.child("volumeName").required());
  else report(errors, path.child("volumeName"), ref.volumeName, isDns1123Label(ref.volumeName));
  if (!ref.path) errors.push(path.child("path").required());
  else checkNoBacksteps(errors, path.child("path"), ref.path);
}

export function validateEnvFrom(errors: FieldError[], sources: readonly EnvFromSource[] | undefined, path: Path): void {
  for (const [i, { prefix, configMapRef, secretRef }] of (sources ?? []).entries()) {
    const at = path.index(i);
    if (prefix) report(errors, at.child("prefix"), prefix, isRelaxedEnvVarName(prefix));
    if (configMapRef) checkName(errors, configMapRef.name, at.child("configMapRef", "name"));
    if (secretRef) checkName(errors, secretRef.name, at.child("secretRef", "name"));
    // upstream leaves the index out of these paths
    if (!configMapRef && !secretRef)
      errors.push(path.invalid("", "must specify one of: `configMapRef` or `secretRef`"));
    else if (configMapRef && secretRef)
      errors.push(path.invalid("", "may not have more than one field specified at a time"));
  }
}

function checkName(errors: FieldError[], name: string | undefined, path: Path): void {
  if (!name) errors.push(path.required());
  else report(errors, path, name, subdomainName(name, true));
}
