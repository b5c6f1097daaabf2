/** Validation of a pod's spec, in a pod or in a template of pods (upstream's `ValidatePodSpec`). */
import type { Pod, PodResourceClaim, PodSpec } from "../../generated/core-v1.ts";
import { checkOneOf, checkSupported, largestInt32, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { inRange, isDns1123Label, isDns1123Subdomain, isQualifiedName } from "../../validation/names.ts";
import { validateLabels } from "../../validation/object-meta.ts";
import { validateAffinity } from "./affinity.ts";
import { validateContainers, validateEphemeralContainers, validateInitContainers } from "./containers.ts";
import { eachContainer } from "./each-container.ts";
import { checkLabel, validateDnsConfig, validateHostAliases, validateHostName } from "./host-names.ts";
import { internalResourceClaim } from "./internal-form.ts";
import { validatePodResources } from "./pod-resources.ts";
import { validateContainerResources } from "./resources.ts";
import { validateSchedulingGates, validateSpread, validateTolerations } from "./scheduling.ts";
import { validatePodSecurityContext } from "./security-context.ts";
import { validateVolumes } from "./volumes.ts";
import { validateForOs, validateHostProcess } from "./windows.ts";

/** The metadata of the pod, where the spec is that of a pod and not of a template. */
type PodMeta = Pod["metadata"] | undefined;

export const mirrorAnnotation = "kubernetes.io/config.mirror";

export function validatePodSpec(errors: FieldError[], spec: PodSpec, podMeta: PodMeta, path: Path): void {
  if (spec.terminationGracePeriodSeconds === undefined)
    errors.push(path.child("terminationGracePeriodSeconds").required());
  const volumes = validateVolumes(errors, spec.volumes, path.child("volumes"), { podMeta });
  validateResourceClaims(errors, spec.resourceClaims, podMeta, path.child("resourceClaims"));
  const claims = new Set((spec.resourceClaims ?? []).map((claim) => claim.name).filter(Boolean));
  const context = { spec, volumes, claims, hostUsers: spec.hostUsers !== false };
  validateContainers(errors, path.child("containers"), context);
  validateInitContainers(errors, path.child("initContainers"), context);
  validateEphemeralContainers(errors, path.child("ephemeralContainers"), context);
  if (spec.resources) validatePodResources(errors, spec, spec.resources, claims, path);
  if (spec.hostNetwork) checkHostPorts(errors, spec, podMeta !== undefined, path);
  checkOneOf(errors, path.child("restartPolicy"), spec.restartPolicy, ["Always", "OnFailure", "Never"]);
  checkOneOf(errors, path.child("dnsPolicy"), spec.dnsPolicy, dnsPolicies);
  if (spec.nodeSelector) errors.push(...validateLabels(spec.nodeSelector, path.child("nodeSelector")));
  validatePodSecurityContext(errors, spec, path.child("securityContext"));
  validateAffinity(errors, spec.affinity, path.child("affinity"));
  validateDnsConfig(errors, spec, path.child("dnsConfig"));
  for (const [i, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    const at = path.child("readinessGates").index(i).child("conditionType");
    report(errors, at, conditionType, isQualifiedName(conditionType));
  }
  validateSchedulingGates(errors, spec.schedulingGates, path.child("schedulingGates"));
  validateSpread(errors, spec.topologySpreadConstraints, path.child("topologySpreadConstraints"));
  validateHostProcess(errors, spec, path);
  if (spec.hostUsers === false) checkHostUsers(errors, spec, path);
  validateHostName(errors, spec, path);
  checkNames(errors, spec, path);
  if (spec.os) checkOs(errors, spec, spec.os.name, path);
  checkFileKeyVolumes(errors, spec, path);
}

const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

function checkNames(errors: FieldError[], spec: PodSpec, path: Path): void {
  checkSubdomain(errors, spec.serviceAccountName, path.child("serviceAccountName"));
  checkSubdomain(errors, spec.nodeName, path.child("nodeName"));
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > largestInt32))
    errors.push(path.child("activeDeadlineSeconds").invalid(deadline, inRange(1, largestInt32)));
  checkLabel(errors, spec.hostname, path.child("hostname"));
  checkLabel(errors, spec.subdomain, path.child("subdomain"));
  validateTolerations(errors, spec.tolerations, path.child("tolerations"));
  validateHostAliases(errors, spec.hostAliases, path.child("hostAliases"));
  checkSubdomain(errors, spec.priorityClassName, path.child("priorityClassName"));
  const runtime = spec.runtimeClassName;
  if (runtime !== undefined) report(errors, path.child("runtimeClassName"), runtime, isDns1123Subdomain(runtime));
  if (spec.preemptionPolicy !== undefined) {
    const policies = ["PreemptLowerPriority", "Never"];
    checkOneOf(errors, path.child("preemptionPolicy"), spec.preemptionPolicy, policies);
  }
  if (spec.overhead) validateContainerResources(errors, { limits: spec.overhead }, path.child("overhead"));
}

function checkSubdomain(errors: FieldError[], name: string | undefined, path: Path): void {
  if (name) report(errors, path, name, isDns1123Subdomain(name));
}

function checkOs(errors: FieldError[], spec: PodSpec, os: string, path: Path): void {
  if (!os) errors.push(path.child("os", "name").required());
  else if (os !== "linux" && os !== "windows") checkSupported(errors, path.child("os"), os, ["linux", "windows"]);
  else validateForOs(errors, spec, os, path);
}

/** On the network of the node a port is the same inside and outside; in a template it may be left out. */
function checkHostPorts(errors: FieldError[], spec: PodSpec, isPod: boolean, path: Path): void {
  for (const [i, { ports }] of (spec.containers ?? []).entries()) {
    for (const [j, { hostPort = 0, containerPort }] of (ports ?? []).entries()) {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) continue;
      errors.push(
        path
          .child("containers")
          .index(i)
          .child("ports")
          .index(j)
          .child("hostPort")
          .invalid(hostPort, "must match `containerPort` when `hostNetwork` is true"),
      );
    }
  }
}

/** Users of its own forbid a pod the other namespaces of the host. The names are upstream's, large letters too. */
function checkHostUsers(errors: FieldError[], spec: PodSpec, path: Path): void {
  const why = "when `hostUsers` is false";
  if (spec.hostNetwork) errors.push(path.child("hostNetwork").forbidden(why));
  if (spec.hostPID) errors.push(path.child("HostPID").forbidden(why));
  if (spec.hostIPC) errors.push(path.child("HostIPC").forbidden(why));
  eachContainer(spec, path, ({ volumeDevices }, at) => {
    if (volumeDevices) errors.push(at().child("volumeDevices").forbidden(why));
  });
}

/** Variables are read from files of `emptyDir` volumes only. */
function checkFileKeyVolumes(errors: FieldError[], spec: PodSpec, path: Path): void {
  eachContainer(spec, path, ({ env }, at) => {
    for (const [i, { valueFrom }] of (env ?? []).entries()) {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (name === undefined) continue;
      const volume = spec.volumes?.find((v) => v.name === name);
      const place = at().child("env").index(i).child("valueFrom", "fileKeyRef", "volumeName");
      if (!volume) errors.push(place.notFound(name));
      else if (!volume.emptyDir) errors.push(place.invalid(name, "referenced volume must be of type emptyDir"));
    }
  });
}

function validateResourceClaims(
  errors: FieldError[],
  claims: readonly PodResourceClaim[] | undefined,
  podMeta: PodMeta,
  path: Path,
): void {
  const seen = new Set<string>();
  for (const [i, claim] of (claims ?? []).entries()) {
    const at = path.index(i);
    if (podMeta?.annotations && mirrorAnnotation in podMeta.annotations) {
      errors.push(new Path("[]").forbidden("static pods do not support resource claims"));
      continue;
    }
    const { name, resourceClaimName: own, resourceClaimTemplateName: template } = claim;
    if (!name) errors.push(at.child("name").required());
    else if (seen.has(name)) errors.push(at.child("name").duplicate(name));
    else report(errors, at.child("name"), name, isDns1123Label(name));
    seen.add(name);
    if (own !== undefined && template !== undefined) {
      const why = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
      errors.push(at.invalid(internalResourceClaim(claim), why));
    }
    if (own === undefined && template === undefined) {
      const why = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
      errors.push(at.invalid(internalResourceClaim(claim), why));
    }
    if (own !== undefined) report(errors, at.child("resourceClaimName"), own, isDns1123Subdomain(own));
    if (template !== undefined)
      report(errors, at.child("resourceClaimTemplateName"), template, isDns1123Subdomain(template));
  }
}
