/** Changes of a pod's status: what has ended stays ended, what was decided at its creation stays. */
import type {
  Container,
  ContainerStatus,
  ContainerUser,
  Pod,
  PodCondition,
  PodExtendedResourceClaimStatus,
  PodSpec,
  PodStatus,
} from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { checkId, checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { parseAddress, validateIp } from "../../validation/ip.ts";
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";
import { internalAddresses } from "./internal-form.ts";
import { annotationsPath } from "./pod.ts";
import { validatePodAnnotationUpdates } from "./pod-annotations.ts";

const path = new Path("status");
const natural = "must be a non-negative integer";

export function validatePodStatus(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const { status } = pod;
  if (!deepEqual(pod.metadata.annotations, old.metadata.annotations))
    validatePodAnnotationUpdates(errors, pod, old, annotationsPath);
  checkConditions(errors, status.conditions ?? []);
  checkNominatedNode(errors, pod, old);
  if ((status.observedGeneration ?? 0) < 0)
    errors.push(path.child("observedGeneration").invalid(status.observedGeneration, natural));
  if ((status.qosClass ?? "") !== (old.status.qosClass ?? ""))
    errors.push(path.child("qosClass").invalid(status.qosClass ?? "", immutableText));
  checkTransitions(errors, status, old);
  checkClaims(errors, pod);
  checkAddresses(errors, status, old.status);
  for (const [list, containers] of [
    ["containerStatuses", pod.spec.containers],
    ["initContainerStatuses", pod.spec.initContainers],
    ["ephemeralContainerStatuses", undefined],
  ] as const) {
    for (const [i, one] of (status[list] ?? []).entries()) {
      const at = path.child(list).index(i);
      if (one.user) checkUser(errors, one.user, pod.spec.os?.name ?? "linux", at.child("user", "linux"));
      if (one.allocatedResourcesStatus) checkHealth(errors, one, containers, at.child("allocatedResourcesStatus"));
    }
  }
  return errors;
}

function checkConditions(errors: FieldError[], conditions: readonly PodCondition[]): void {
  for (const [i, { type, observedGeneration = 0 }] of conditions.entries()) {
    const at = path.child("conditions").index(i);
    if (observedGeneration < 0) errors.push(at.child("observedGeneration").invalid(observedGeneration, natural));
    report(errors, at.child("Type"), type, isQualifiedName(type));
  }
}

function checkNominatedNode(errors: FieldError[], { status }: Pod, old: Pod): void {
  const name = status.nominatedNodeName;
  if (!name || name === old.status.nominatedNodeName) return;
  const at = path.child("nominatedNodeName");
  report(errors, at, name, isDns1123Subdomain(name));
  if (old.spec.nodeName) errors.push(at.forbidden("may not be set on pods that are already bound to a node"));
}

function mayRestart(container: Container | undefined, spec: PodSpec, exitCode: number): boolean {
  if (!container) return false;
  const own = container.restartPolicy;
  if (
    own !== undefined &&
    container.restartPolicyRules?.some(({ exitCodes }) => {
      const listed = exitCodes?.values?.includes(exitCode) ?? false;
      return exitCodes?.operator === "In" ? listed : exitCodes?.operator === "NotIn" && !listed;
    })
  )
    return true; // prettier-ignore
  switch (own ?? spec.restartPolicy) {
    case "OnFailure":
      return exitCode !== 0;
    case "Never":
      return false;
    default:
      return true;
  }
}

function checkTransitions(errors: FieldError[], status: PodStatus, { spec, status: old }: Pod): void {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const together = all.some((c) => c.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers"));
  for (const [list, containers] of [
    ["containerStatuses", spec.containers],
    ["initContainerStatuses", spec.initContainers],
    ["ephemeralContainerStatuses", undefined],
  ] as const) {
    if (together && containers) continue;
    for (const [i, before] of (old[list] ?? []).entries()) {
      const ended = before.state?.terminated;
      if (!ended) continue;
      const now = status[list]?.find((one) => one.name === before.name && !one.state?.terminated);
      const container = containers?.find((c) => c.name === before.name);
      if (now && !mayRestart(container, spec, ended.exitCode))
        errors.push(
          path.child(list).index(i).child("state").forbidden("may not be transitioned to non-terminated state"),
        );
    }
  }
}

function checkAddresses(errors: FieldError[], status: PodStatus, old: PodStatus): void {
  if (!deepEqual(status.podIPs, old.podIPs)) checkList(errors, "podIPs", status.podIPs ?? [], old.podIPs ?? []);
  const hosts = status.hostIPs ?? [];
  const first = hosts[0];
  if (first && first.ip !== (status.hostIP ?? ""))
    errors.push(path.child("hostIPs").index(0).child("ip").invalid(first.ip, "must be equal to `hostIP`"));
  if (!deepEqual(status.hostIPs, old.hostIPs)) checkList(errors, "hostIPs", hosts, old.hostIPs ?? []);
}

/** At most one address of each family. */
function checkList(
  errors: FieldError[],
  field: "podIPs" | "hostIPs",
  list: readonly { readonly ip: string }[],
  old: readonly { readonly ip: string }[],
): void {
  const at = path.child(field);
  const kept = old.map(({ ip }) => ip);
  for (const [i, { ip }] of list.entries()) validateIp(errors, at.index(i), ip, kept);
  if (list.length < 2) return;
  const families = list.map(({ ip }) => parseAddress(ip)?.family);
  const odd = list[families.indexOf(undefined)];
  if (odd) errors.push(at.internal(`failed to check for dual stack with error:invalid IP address: ${odd.ip}`));
  if (odd || list.length > 2 || families[0] === families[1])
    errors.push(at.invalid(internalAddresses(list), "may specify no more than one IP for each IP family"));
}

function checkClaims(errors: FieldError[], { spec, status }: Pod): void {
  const seen = new Set<string>();
  for (const [i, { name, resourceClaimName }] of (status.resourceClaimStatuses ?? []).entries()) {
    const at = path.child("resourceClaimStatuses").index(i);
    if (!spec.resourceClaims?.some((claim) => claim.name === name))
      errors.push(at.child("name").invalid(name, "must match the name of an entry in `spec.resourceClaims`"));
    if (seen.has(name)) errors.push(at.child("name").duplicate(name));
    seen.add(name);
    if (resourceClaimName !== undefined)
      report(errors, at.child("resourceClaimName"), resourceClaimName, isDns1123Subdomain(resourceClaimName));
  }
  if (status.extendedResourceClaimStatus) checkExtended(errors, status.extendedResourceClaimStatus, spec);
}

function checkExtended(errors: FieldError[], status: PodExtendedResourceClaimStatus, spec: PodSpec): void {
  const at = path.child("extendedResourceClaimStatus");
  const mappings = status.requestMappings ?? [];
  if (!mappings.length) errors.push(at.child("requestMappings").required("at least one request mapping is required"));
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const lists = "spec.initContainers.resources.requests or spec.containers.resources.requests";
  const seen = new Set<string>();
  for (const [i, { containerName, resourceName, requestName }] of mappings.entries()) {
    const place = at.child("requestMappings").index(i);
    const container = containers.find((c) => c.name === containerName);
    if (!container) {
      const why = "must match the name of an entry in spec.initContainers.name or spec.containers.name";
      errors.push(place.child("containerName").invalid(containerName, why));
    } else if (container.resources?.requests?.[resourceName] === undefined) {
      const why = `must match the extended resource name of an entry in ${lists}`;
      errors.push(place.child("resourceName").invalid(resourceName, why));
    }
    report(errors, at.child("requestName"), requestName, isDns1123Label(requestName));
    const key = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      for (const [field, value] of Object.entries({ containerName, resourceName, requestName }))
        errors.push(place.child(field).duplicate(value));
    }
    seen.add(key);
  }
  const claim = status.resourceClaimName;
  if (!claim) errors.push(at.child("resourceClaimName").required());
  else report(errors, at.child("resourceClaimName"), claim, isDns1123Subdomain(claim));
}

function checkUser(errors: FieldError[], { linux }: ContainerUser, os: string, at: Path): void {
  if (!linux) return;
  if (os === "windows") errors.push(at.forbidden("cannot be set for a windows pod"));
  if (os !== "linux") return;
  checkId(errors, at.child("uid"), linux.uid);
  checkId(errors, at.child("gid"), linux.gid);
  for (const [i, group] of (linux.supplementalGroups ?? []).entries())
    checkId(errors, at.child("supplementalGroups").index(i), group);
}

const longestMessage = 1024;

/** Devices are those that the container asked for, each told once. */
function checkHealth(
  errors: FieldError[],
  status: ContainerStatus,
  containers: readonly Container[] | undefined | null,
  at: Path,
): void {
  if (containers === undefined) {
    errors.push(at.forbidden("must not be specified in container status"));
    return;
  }
  const container = containers?.find((c) => c.name === status.name);
  for (const [i, { name, resources }] of (status.allocatedResourcesStatus ?? []).entries()) {
    if (container && !asksFor(container, name)) {
      const why = name.startsWith("claim:")
        ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
        : "must match one of the container's resource requests";
      errors.push(at.index(i).child("name").invalid(name, why));
    }
    const seen = new Set<string>();
    for (const [j, { resourceID, health, message }] of (resources ?? []).entries()) {
      const place = at.index(i).child("resources").index(j);
      checkSupported(errors, place.child("health"), health ?? "", ["Healthy", "Unhealthy", "Unknown"]);
      if (message === "") errors.push(place.child("message").required("must be non-empty if specified"));
      else if ((message?.length ?? 0) > longestMessage) errors.push(place.child("message").tooLong(longestMessage));
      if (seen.has(resourceID)) errors.push(place.child("resourceID").duplicate(resourceID));
      seen.add(resourceID);
    }
  }
}

const asksFor = ({ resources }: Container, name: string): boolean =>
  name.startsWith("claim:")
    ? (resources?.claims?.some((c) => name === `claim:${c.name}${c.request ? `/${c.request}` : ""}`) ?? false)
    : resources?.requests?.[name] !== undefined;
