/** What containers and pods may ask of a node. */
import type { ResourceClaim, ResourceRequirements } from "../../generated/core-v1.ts";
import { compareQuantities, milliValue, parseQuantity, quantityOf, wholeValue } from "../../quantity.ts";
import { report } from "../../validation/checks.ts";
import { FieldError, type Path, sortedKeys } from "../../validation/field-error.ts";
import { isDns1123Label, isQualifiedName } from "../../validation/names.ts";
import { isHugePages, isPodLevelResource } from "../pod-resources.ts";

const standard = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "storage",
  "requests.storage",
  "services.nodeports",
  "services.loadbalancers",
]);
const counted = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);

export const isStandardResource = (name: string): boolean =>
  standard.has(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
/** Resources of Kubernetes itself: without a domain, or with that of Kubernetes. */
export const isNativeResource = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith("requests.") && !isQualifiedName(`requests.${name}`).length;
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);
export const isIntegerResource = (name: string): boolean => counted.has(name) || isExtendedResource(name);

export function checkResourceName(errors: FieldError[], name: string, path: Path): void {
  const faults = isQualifiedName(name);
  report(errors, path, name, faults);
  if (!faults.length && !name.includes("/") && !isStandardResource(name))
    errors.push(path.invalid(name, "must be a standard resource type or fully qualified"));
}

type NameCheck = (errors: FieldError[], name: string, path: Path) => void;

export const checkContainerResourceName: NameCheck = (errors, name, path) => {
  checkResourceName(errors, name, path);
  if (!name.includes("/")) {
    if (!["cpu", "memory", "ephemeral-storage"].includes(name) && !isHugePages(name))
      errors.push(path.invalid(name, "must be a standard resource for containers"));
  } else if (!isNativeResource(name) && !isExtendedResource(name))
    errors.push(path.invalid(name, "doesn't follow extended resource name standard"));
};

const checkPodResourceName: NameCheck = (errors, name, path) => {
  const before = errors.length;
  checkResourceName(errors, name, path);
  if (errors.length === before && !isPodLevelResource(name))
    errors.push(path.notSupported(name, ["cpu", "hugepages-", "memory"]));
};

export function checkQuantity(errors: FieldError[], name: string, quantity: string, path: Path): void {
  if (quantityOf(quantity).nanos < 0n) errors.push(path.invalid(quantity, "must be greater than or equal to 0"));
  if (isIntegerResource(name) && milliValue(quantity) % 1000n !== 0n)
    errors.push(path.invalid(quantity, "must be an integer"));
}

function checkHugePages(errors: FieldError[], name: string, quantity: string, path: Path): void {
  if (!isHugePages(name)) return;
  const size = parseQuantity(name.slice("hugepages-".length));
  const pages = "error" in size ? 0n : size.nanos / 1_000_000_000n;
  const whole = !("error" in size) && pages > 0n && size.nanos % 1_000_000_000n === 0n;
  if (!whole || wholeValue(quantity) % pages !== 0n)
    errors.push(path.invalid(quantity, `${quantity} is not positive integer multiple of ${name}`));
}

function checkRequest(
  errors: FieldError[],
  name: string,
  request: string,
  limit: string | undefined,
  path: Path,
): void {
  if (limit === undefined) {
    if (!isOvercommitAllowed(name))
      errors.push(path.child("limits").required("Limit must be set for non overcommitable resources"));
    return;
  }
  const order = compareQuantities(request, limit);
  const at = path.child("requests");
  if (order !== 0 && !isOvercommitAllowed(name))
    errors.push(at.invalid(request, `must be equal to ${name} limit of ${limit}`));
  else if (order > 0) errors.push(at.invalid(request, `must be less than or equal to ${name} limit of ${limit}`));
}

function validateRequirements(
  errors: FieldError[],
  { requests, limits, claims }: ResourceRequirements,
  checkName: NameCheck,
  podClaims: ReadonlySet<string>,
  path: Path,
): void {
  for (const [lists, of] of [
    [limits, "limits"],
    [requests, "requests"],
  ] as const) {
    for (const name of sortedKeys(lists)) {
      const at = path.child(of).key(name);
      const quantity = lists?.[name] ?? "0";
      checkName(errors, name, at);
      checkQuantity(errors, name, quantity, at);
      if (of === "requests") checkRequest(errors, name, quantity, limits?.[name], path);
      checkHugePages(errors, name, quantity, at);
    }
  }
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})];
  if (names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory"))
    errors.push(path.forbidden("HugePages require cpu or memory"));
  if (claims) validateClaimNames(errors, claims, podClaims, path.child("claims"));
}

const noClaims: ReadonlySet<string> = new Set();

export function validateContainerResources(
  errors: FieldError[],
  requirements: ResourceRequirements | undefined,
  path: Path,
  podClaims: ReadonlySet<string> = noClaims,
): void {
  if (requirements && (requirements.limits || requirements.requests || requirements.claims))
    validateRequirements(errors, requirements, checkContainerResourceName, podClaims, path);
}

export function validatePodLevelRequirements(
  errors: FieldError[],
  requirements: ResourceRequirements,
  path: Path,
  podClaims: ReadonlySet<string>,
): void {
  validateRequirements(errors, requirements, checkPodResourceName, podClaims, path);
}

/** The claims that a container uses are claims of its pod; each is named once, whole or by its requests. */
function validateClaimNames(
  errors: FieldError[],
  claims: readonly ResourceClaim[],
  podClaims: ReadonlySet<string>,
  path: Path,
): void {
  const seen = new Set<string>();
  for (const [i, { name, request }] of claims.entries()) {
    const at = path.index(i);
    if (!name) {
      errors.push(at.required());
      continue;
    }
    if (seen.has(name)) errors.push(at.duplicate(name));
    else {
      if (request) report(errors, at.child("request"), request, isDns1123Label(request));
      const key = request ? `${name}/${request}` : name;
      if (seen.has(key)) errors.push(at.duplicate(key));
      else if (!request) for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(at.duplicate(name));
      seen.add(key);
    }
    if (!podClaims.has(name)) {
      const known = podClaims.size ? `: ${[...podClaims].sort().join(", ")}` : " which is empty";
      const why = `must be one of the names in pod.spec.resourceClaims${known}`;
      errors.push(new FieldError("FieldValueNotFound", String(at), JSON.stringify(name), why));
    }
  }
}
