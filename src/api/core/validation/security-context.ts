/** Who containers run as and what they may do. */
import type { PodSecurityContext, PodSpec, SeccompProfile, SecurityContext } from "../../generated/core-v1.ts";
import { checkId, checkSupported } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { validateAppArmorProfile } from "../app-armor.ts";
import { internalSeccompProfile, internalSecurityContext } from "./internal-form.ts";
import { checkDescendingPath } from "./paths.ts";
import { validateWindowsOptions } from "./windows.ts";

/** `hostUsers`: the users of the pod are those of the node. */
export function validateSecurityContext(
  errors: FieldError[],
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: Path,
): void {
  if (!context) return;
  checkId(errors, path.child("runAsUser"), context.runAsUser);
  checkId(errors, path.child("runAsGroup"), context.runAsGroup);
  if (context.procMount !== undefined) {
    const at = path.child("procMount");
    checkSupported(errors, at, context.procMount, ["Default", "Unmasked"]);
    if (hostUsers && context.procMount === "Unmasked")
      errors.push(at.invalid(context.procMount, "`hostUsers` must be false to use `Unmasked`"));
  }
  validateSeccompProfile(errors, context.seccompProfile, path.child("seccompProfile"));
  if (context.allowPrivilegeEscalation === false) checkEscalation(errors, context, path);
  validateWindowsOptions(errors, context.windowsOptions, path.child("windowsOptions"));
  errors.push(...validateAppArmorProfile(context.appArmorProfile, path.child("appArmorProfile")));
}

function checkEscalation(errors: FieldError[], context: SecurityContext, path: Path): void {
  const refuse = (what: string): void => {
    const why = `cannot set \`allowPrivilegeEscalation\` to false and ${what}`;
    errors.push(path.invalid(internalSecurityContext(context), why));
  };
  if (context.privileged) refuse("`privileged` to true");
  if (context.capabilities?.add?.includes("CAP_SYS_ADMIN")) refuse("`capabilities.Add` CAP_SYS_ADMIN");
}

const seccompTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

function validateSeccompProfile(errors: FieldError[], profile: SeccompProfile | undefined, path: Path): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  const at = path.child("localhostProfile");
  if (!type) errors.push(path.child("type").required("type is required when seccompProfile is set"));
  else checkSupported(errors, path.child("type"), type, seccompTypes);
  if (type === "Localhost") {
    if (localhostProfile === undefined) errors.push(at.required("must be set when seccomp type is Localhost"));
    else checkDescendingPath(errors, at, localhostProfile);
  } else if (localhostProfile !== undefined)
    errors.push(at.invalid(internalSeccompProfile(profile), "can only be set when seccomp type is Localhost"));
}

export function validatePodSecurityContext(errors: FieldError[], spec: PodSpec, path: Path): void {
  const context = spec.securityContext;
  if (!context) return;
  checkId(errors, path.child("fsGroup"), context.fsGroup);
  checkId(errors, path.child("runAsUser"), context.runAsUser);
  checkId(errors, path.child("runAsGroup"), context.runAsGroup);
  for (const [i, group] of (context.supplementalGroups ?? []).entries())
    checkId(errors, path.child("supplementalGroups").index(i), group);
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(
      path.child("shareProcessNamespace").invalid(true, "ShareProcessNamespace and HostPID cannot both be enabled"),
    );
  }
  if (context.sysctls) validateSysctls(errors, context, spec, path.child("sysctls"));
  checkSupported(errors, path.child("fsGroupChangePolicy"), context.fsGroupChangePolicy, ["Always", "OnRootMismatch"]);
  validateSeccompProfile(errors, context.seccompProfile, path.child("seccompProfile"));
  validateWindowsOptions(errors, context.windowsOptions, path.child("windowsOptions"));
  errors.push(...validateAppArmorProfile(context.appArmorProfile, path.child("appArmorProfile")));
  checkSupported(errors, path.child("supplementalGroupsPolicy"), context.supplementalGroupsPolicy, ["Merge", "Strict"]);
  // SELinuxMount is off by default in v1.36
  checkSupported(errors, path.child("seLinuxChangePolicy"), context.seLinuxChangePolicy, ["Recursive"]);
}

const sysctlSegment = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const sysctlName = `^(${sysctlSegment}[\\./])*${sysctlSegment}$`;
const sysctlPattern = new RegExp(sysctlName);
const longestSysctl = 253;

/** The namespace of the kernel that a setting belongs to. */
function namespaceOf(sysctl: string): "net" | "ipc" | undefined {
  const name = dotted(sysctl);
  if (name.startsWith("net.")) return "net";
  if (name.startsWith("fs.mqueue.") || /^kernel\.(sem$|shm|msg)/.test(name)) return "ipc";
  return undefined;
}

/** `net/ipv4/x` and `net.ipv4.x` are the same setting: the first separator tells which is meant. */
function dotted(sysctl: string): string {
  const first = /[./]/.exec(sysctl)?.[0];
  return first === "/" ? sysctl.replace(/[./]/g, (c) => (c === "/" ? "." : "/")) : sysctl;
}

function validateSysctls(errors: FieldError[], { sysctls }: PodSecurityContext, spec: PodSpec, path: Path): void {
  const seen = new Set<string>();
  for (const [i, { name }] of (sysctls ?? []).entries()) {
    const at = path.index(i).child("name");
    if (!name) errors.push(at.required());
    else if (name.length > longestSysctl || !sysctlPattern.test(name))
      errors.push(at.invalid(name, `must have at most ${longestSysctl} characters and match regex ${sysctlName}`));
    else if (seen.has(name)) errors.push(at.duplicate(name));
    const namespace = namespaceOf(name);
    if (spec.hostNetwork && namespace === "net")
      errors.push(at.invalid(name, "may not be specified when 'hostNetwork' is true"));
    else if (spec.hostIPC && namespace === "ipc")
      errors.push(at.invalid(name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
  }
}
