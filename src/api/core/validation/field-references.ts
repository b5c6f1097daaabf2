/** References to fields of a pod and to resources of a container, in variables and in files. */
import type { ObjectFieldSelector, ResourceFieldSelector } from "../../generated/core-v1.ts";
import { quantityOf } from "../../quantity.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isQualifiedName } from "../../validation/names.ts";

export const envFields = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
export const volumeFields = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];
const known = new Set([
  ...envFields,
  ...volumeFields,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
  "spec.host",
]);
const resources = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

/** `metadata.labels['a']` as its field and its key. */
function subscripted(fieldPath: string): [string, string] | undefined {
  const found = /^(.+?)\['(.*)'\]$/s.exec(fieldPath);
  return found ? [found[1] ?? "", found[2] ?? ""] : undefined;
}

export function validateFieldRef(
  errors: FieldError[],
  ref: ObjectFieldSelector,
  valid: readonly string[],
  path: Path,
): void {
  const { apiVersion, fieldPath } = ref;
  if (!apiVersion) errors.push(path.child("apiVersion").required());
  else if (!fieldPath) errors.push(path.child("fieldPath").required());
  else {
    const fault = unconvertible(apiVersion, fieldPath);
    if (fault) errors.push(path.child("fieldPath").invalid(fieldPath, `error converting fieldPath: ${fault}`));
    else checkField(errors, fieldPath === "spec.host" ? "spec.nodeName" : fieldPath, valid, path);
  }
}

function unconvertible(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== "v1") return `unsupported pod version: ${apiVersion}`;
  const parts = subscripted(fieldPath);
  if (parts && parts[0] !== "metadata.annotations" && parts[0] !== "metadata.labels")
    return `field label does not support subscript: ${fieldPath}`;
  return parts || known.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
}

function checkField(errors: FieldError[], fieldPath: string, valid: readonly string[], path: Path): void {
  const parts = subscripted(fieldPath);
  if (parts) {
    const key = parts[0] === "metadata.annotations" ? parts[1].toLowerCase() : parts[1];
    report(errors, path, key, isQualifiedName(key));
  } else if (!valid.includes(fieldPath)) errors.push(path.child("fieldPath").notSupported(fieldPath, valid));
}

const isHugePages = (resource: string): boolean => /^(limits|requests)\.hugepages-/.test(resource);

/** In a volume the container must be named; a variable means its own. */
export function validateResourceFieldRef(
  errors: FieldError[],
  ref: ResourceFieldSelector,
  path: Path,
  inVolume: boolean,
): void {
  if (inVolume && !ref.containerName) errors.push(path.child("containerName").required());
  else if (!ref.resource) errors.push(path.child("resource").required());
  else if (!resources.includes(ref.resource) && !isHugePages(ref.resource))
    errors.push(path.child("resource").notSupported(ref.resource, resources));
  checkDivisor(errors, ref, path);
}

const sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

function checkDivisor(errors: FieldError[], { resource, divisor }: ResourceFieldSelector, path: Path): void {
  if (!divisor || quantityOf(divisor).nanos === 0n) return;
  const kind = resource.replace(/^(limits|requests)\./, "");
  const refuse = (list: string, what: string): void => {
    errors.push(
      path.child("divisor").invalid(resource, `only divisor's values ${list} are supported with the ${what} resource`),
    );
  };
  if (kind === "cpu") {
    if (divisor !== "1m" && divisor !== "1") refuse("1m and 1", "cpu");
  } else if (!sizes.includes(divisor)) {
    if (kind === "memory") refuse(sizes.join(", "), "memory");
    else if (kind === "ephemeral-storage") refuse(sizes.join(", "), "local ephemeral storage");
    else if (isHugePages(resource)) refuse(sizes.join(", "), "hugepages");
  }
}
