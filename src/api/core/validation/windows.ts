/** What holds for pods of Windows, and what may not be asked of them. */
import type { PodSpec, WindowsSecurityContextOptions } from "../../generated/core-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Subdomain } from "../../validation/names.ts";
import { eachContainer } from "./each-container.ts";

const largestSpecKiB = 64;

export function validateWindowsOptions(
  errors: FieldError[],
  options: WindowsSecurityContextOptions | undefined,
  path: Path,
): void {
  if (!options) return;
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName } = options;
  if (specName !== undefined)
    report(errors, path.child("gmsaCredentialSpecName"), specName, isDns1123Subdomain(specName));
  if (spec === "")
    errors.push(path.child("gmsaCredentialSpec").invalid(spec, "gmsaCredentialSpec cannot be an empty string"));
  else if (spec !== undefined && spec.length > largestSpecKiB * 1024) {
    const why = `gmsaCredentialSpec size must be under ${largestSpecKiB} KiB`;
    errors.push(path.child("gmsaCredentialSpec").invalid(spec, why));
  }
  if (runAsUserName !== undefined)
    report(errors, path.child("runAsUserName"), runAsUserName, userNameFaults(runAsUserName));
}

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const dnsName = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x00-\x1f\x7f]/;

/** What is wrong with `DOMAIN\user`. */
function userNameFaults(name: string): string[] {
  if (name === "") return ["runAsUserName cannot be an empty string"];
  if (control.test(name)) return ["runAsUserName cannot contain control characters"];
  const parts = name.split("\\");
  if (parts.length > 2) return ["runAsUserName cannot contain more than one backslash"];
  const domain = parts.length === 2 ? (parts[0] ?? "") : undefined;
  const user = parts.at(-1) ?? "";
  const faults: string[] = [];
  if (domain !== undefined && domain.length >= 256)
    faults.push("runAsUserName's Domain length must be under 256 characters");
  if (domain !== undefined && !netBios.test(domain) && !dnsName.test(domain))
    faults.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  if (user === "") faults.push("runAsUserName's User cannot be empty");
  else if (user.length > 104) faults.push("runAsUserName's User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) faults.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    faults.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  return faults;
}

/** Containers that are processes of the host: all of a pod or none. */
export function validateHostProcess(errors: FieldError[], spec: PodSpec, path: Path): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let [all, onHost] = [0, 0];
  eachContainer(spec, path, ({ securityContext }, at) => {
    all++;
    const own = securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      errors.push(
        at()
          .child("securityContext", "windowsOptions", "hostProcess")
          .invalid(own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`),
      );
    }
    if (own ?? ofPod) onHost++;
  });
  if (!onHost) return;
  if (onHost !== all) {
    const why = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
    errors.push(path.invalid("", why));
  }
  if (!spec.hostNetwork) {
    const why = "hostNetwork must be true if pod contains any hostProcess containers";
    errors.push(path.child("hostNetwork").invalid(false, why));
  }
}

const podFields = [
  ["securityContext", "appArmorProfile"],
  ["securityContext", "seLinuxOptions"],
  ["hostUsers"],
  ["hostPID"],
  ["hostIPC"],
  ["securityContext", "seccompProfile"],
  ["securityContext", "fsGroup"],
  ["securityContext", "fsGroupChangePolicy"],
  ["securityContext", "sysctls"],
  ["shareProcessNamespace"],
  ["securityContext", "runAsUser"],
  ["securityContext", "runAsGroup"],
  ["securityContext", "supplementalGroups"],
  ["securityContext", "supplementalGroupsPolicy"],
  ["securityContext", "seLinuxChangePolicy"],
] as const;
const containerFields = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
] as const;
const notOnWindows = "cannot be set for a windows pod";
const notOnLinux = "windows options cannot be set for a linux pod";

/** Fields that the pod's system does not know. */
export function validateForOs(errors: FieldError[], spec: PodSpec, os: string, path: Path): void {
  if (os === "linux") {
    if (spec.securityContext?.windowsOptions)
      errors.push(path.child("securityContext", "windowsOptions").forbidden(notOnLinux));
    eachContainer(spec, path, ({ securityContext }, at) => {
      if (securityContext?.windowsOptions)
        errors.push(at().child("securityContext", "windowsOptions").forbidden(notOnLinux));
    });
    return;
  }
  for (const steps of podFields) {
    let value: unknown = spec;
    for (const step of steps) value = (value as Record<string, unknown> | undefined)?.[step];
    if (value !== undefined) errors.push(path.child(...steps).forbidden(notOnWindows));
  }
  eachContainer(spec, path, ({ securityContext }, at) => {
    for (const field of containerFields) {
      if (securityContext?.[field] !== undefined)
        errors.push(at().child("securityContext", field).forbidden(notOnWindows));
    }
  });
}
