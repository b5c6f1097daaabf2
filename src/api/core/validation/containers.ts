/** The containers of a pod: regular ones, init containers and sidecars, and ephemeral ones. */
import type { Container, ContainerPort, EphemeralContainer, PodSpec } from "../../generated/core-v1.ts";
import { checkOneOf, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Label, isPortName, isPortNumber } from "../../validation/names.ts";
import { isSidecar } from "../pod-resources.ts";
import { validateEnv, validateEnvFrom } from "./env.ts";
import { validateLifecycle, validateProbes } from "./handlers.ts";
import { validateDevices, validateMounts } from "./mounts.ts";
import { validateContainerResources } from "./resources.ts";
import { policyNeeded, validateResizePolicies, validateRestartRules } from "./restart-rules.ts";
import { validateSecurityContext } from "./security-context.ts";
import { pullPolicies } from "./volume-rules.ts";
import type { VolumesByName } from "./volumes.ts";

/** What the containers of a pod need to know of it. */
export interface ContainerContext {
  readonly spec: PodSpec;
  readonly volumes: VolumesByName;
  readonly claims: ReadonlySet<string>;
  readonly hostUsers: boolean;
}

function validateCommon(
  errors: FieldError[],
  container: Container | EphemeralContainer,
  path: Path,
  { spec, volumes, claims, hostUsers }: ContainerContext,
): void {
  if (!container.name) errors.push(path.child("name").required());
  else report(errors, path.child("name"), container.name, isDns1123Label(container.name));
  if (!container.image) errors.push(path.child("image").required());
  const policy = path.child("terminationMessagePolicy");
  checkOneOf(errors, policy, container.terminationMessagePolicy, ["File", "FallbackToLogsOnError"]);
  validatePorts(errors, container.ports, path.child("ports"));
  validateEnv(errors, container.env, path.child("env"));
  validateEnvFrom(errors, container.envFrom, path.child("envFrom"));
  validateMounts(errors, container, volumes, path.child("volumeMounts"));
  validateDevices(errors, container, volumes, path.child("volumeDevices"));
  checkOneOf(errors, path.child("imagePullPolicy"), container.imagePullPolicy, pullPolicies);
  validateContainerResources(errors, container.resources, path.child("resources"), claims);
  validateResizePolicies(errors, container.resizePolicy, spec.restartPolicy, path.child("resizePolicy"));
  validateSecurityContext(errors, container.securityContext, hostUsers, path.child("securityContext"));
}

const protocols = ["SCTP", "TCP", "UDP"];

function validatePorts(errors: FieldError[], ports: readonly ContainerPort[] | undefined, path: Path): void {
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of (ports ?? []).entries()) {
    const at = path.index(i);
    if (name) {
      const faults = isPortName(name);
      report(errors, at.child("name"), name, faults);
      if (!faults.length && names.has(name)) errors.push(at.child("name").duplicate(name));
      if (!faults.length) names.add(name);
    }
    if (!containerPort) errors.push(at.child("containerPort").required());
    else report(errors, at.child("containerPort"), containerPort, isPortNumber(containerPort));
    if (hostPort) report(errors, at.child("hostPort"), hostPort, isPortNumber(hostPort));
    checkOneOf(errors, at.child("protocol"), protocol, protocols);
  }
}

/** Two ports of the node that are one and the same. */
function checkHostPorts(errors: FieldError[], containers: readonly Container[], path: Path): void {
  const seen = new Set<string>();
  for (const [i, { ports }] of containers.entries()) {
    for (const [j, { protocol, hostIP = "", hostPort }] of (ports ?? []).entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) errors.push(path.index(i).child("ports").index(j).child("hostPort").duplicate(key));
      seen.add(key);
    }
  }
}

export function validateContainers(errors: FieldError[], path: Path, context: ContainerContext): void {
  const containers = context.spec.containers ?? [];
  if (!containers.length) {
    errors.push(path.required());
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = path.index(i);
    validateCommon(errors, container, at, context);
    if (names.has(container.name)) errors.push(at.child("name").duplicate(container.name));
    names.add(container.name);
    const grace = context.spec.terminationGracePeriodSeconds;
    if (container.lifecycle) validateLifecycle(errors, container.lifecycle, grace, at.child("lifecycle"));
    validateProbes(errors, container, grace, at);
    validateRestartRules(errors, container, at);
  }
  checkHostPorts(errors, containers, path);
}

const sidecarOnly = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;

export function validateInitContainers(errors: FieldError[], path: Path, context: ContainerContext): void {
  const containers = context.spec.initContainers;
  if (!containers) return;
  const names = new Set((context.spec.containers ?? []).map((container) => container.name));
  for (const [i, container] of containers.entries()) {
    const at = path.index(i);
    validateCommon(errors, container, at, context);
    // without a policy of its own the rules of an init container are not looked at
    if (container.restartPolicy === undefined && container.restartPolicyRules)
      errors.push(at.child("restartPolicy").required(policyNeeded));
    else validateRestartRules(errors, container, at);
    if (names.has(container.name)) errors.push(at.child("name").duplicate(container.name));
    else if (container.name) names.add(container.name);
    checkHostPorts(errors, [container], path);
    validateForInit(errors, container, context, at);
  }
}

function validateForInit(errors: FieldError[], container: Container, { spec }: ContainerContext, path: Path): void {
  if (isSidecar(container)) {
    const grace = spec.terminationGracePeriodSeconds;
    if (container.lifecycle) validateLifecycle(errors, container.lifecycle, grace, path.child("lifecycle"));
    validateProbes(errors, container, grace, path);
    return;
  }
  for (const field of sidecarOnly) {
    if (container[field] !== undefined)
      errors.push(path.child(field).forbidden("may not be set for init containers without restartPolicy=Always"));
  }
  for (const [i, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
    if (restartPolicy !== "RestartContainer") continue;
    const why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    errors.push(path.child("resizePolicy").index(i).child("restartPolicy").invalid(restartPolicy, why));
  }
}

/** Nothing of a pod's service may rest on them: what only such containers need is refused. */
const notEphemeral = [
  "ports",
  "resources",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
] as const;
const notForEphemeral = "cannot be set for an Ephemeral Container";

export function validateEphemeralContainers(errors: FieldError[], path: Path, context: ContainerContext): void {
  const { spec } = context;
  if (!spec.ephemeralContainers) return;
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name);
  const names = new Set(others);
  for (const [i, container] of spec.ephemeralContainers.entries()) {
    const at = path.index(i);
    validateCommon(errors, container, at, context);
    checkImageSpace(errors, container, at);
    if (names.has(container.name)) errors.push(at.child("name").duplicate(container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.includes(target)) errors.push(at.child("targetContainerName").notFound(target));
    for (const field of notEphemeral) {
      const value = container[field];
      const empty = value === undefined || (field === "resources" && !Object.keys(value).length);
      if (!empty) errors.push(at.child(field).forbidden(notForEphemeral));
    }
    for (const [j, mount] of (container.volumeMounts ?? []).entries()) {
      for (const field of ["subPath", "subPathExpr"] as const)
        if (mount[field]) errors.push(at.child("volumeMounts").index(j).child(field).forbidden(notForEphemeral));
    }
  }
}

/** Templates of old may have such images; pods may not. */
export function checkImageSpace(errors: FieldError[], { image = "" }: Pick<Container, "image">, path: Path): void {
  if (image !== image.trim())
    errors.push(path.child("image").invalid(image, "must not have leading or trailing whitespace"));
}
