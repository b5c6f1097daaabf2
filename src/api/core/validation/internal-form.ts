/**
 * Some errors show a whole value, and upstream shows it in its internal form: the fields by their Go names, absent ones as
 * null. Clients see these texts, so the few values concerned are written here the same way.
 */
import type { NodeSelectorTerm, PodResourceClaim, SeccompProfile, SecurityContext } from "../../generated/core-v1.ts";

const orNull = (value: unknown): unknown => value ?? null;

const seccomp = ({ type, localhostProfile }: SeccompProfile) => ({
  Type: type,
  LocalhostProfile: orNull(localhostProfile),
});
export const internalSeccompProfile = seccomp;

export function internalSecurityContext(context: SecurityContext): object {
  const { capabilities, seLinuxOptions: se, windowsOptions: win, seccompProfile, appArmorProfile } = context;
  return {
    Capabilities: capabilities ? { Add: orNull(capabilities.add), Drop: orNull(capabilities.drop) } : null,
    Privileged: orNull(context.privileged),
    SELinuxOptions: se
      ? { User: se.user ?? "", Role: se.role ?? "", Type: se.type ?? "", Level: se.level ?? "" }
      : null,
    WindowsOptions: win
      ? {
          GMSACredentialSpecName: orNull(win.gmsaCredentialSpecName),
          GMSACredentialSpec: orNull(win.gmsaCredentialSpec),
          RunAsUserName: orNull(win.runAsUserName),
          HostProcess: orNull(win.hostProcess),
        }
      : null,
    RunAsUser: orNull(context.runAsUser),
    RunAsGroup: orNull(context.runAsGroup),
    RunAsNonRoot: orNull(context.runAsNonRoot),
    ReadOnlyRootFilesystem: orNull(context.readOnlyRootFilesystem),
    AllowPrivilegeEscalation: orNull(context.allowPrivilegeEscalation),
    ProcMount: orNull(context.procMount),
    SeccompProfile: seccompProfile ? seccomp(seccompProfile) : null,
    AppArmorProfile: appArmorProfile
      ? { Type: appArmorProfile.type, LocalhostProfile: orNull(appArmorProfile.localhostProfile) }
      : null,
  };
}

export const internalResourceClaim = (claim: PodResourceClaim): object => ({
  Name: claim.name,
  ResourceClaimName: orNull(claim.resourceClaimName),
  ResourceClaimTemplateName: orNull(claim.resourceClaimTemplateName),
});

export function internalNodeSelectorTerm({ matchExpressions, matchFields }: NodeSelectorTerm): object {
  const list = (requirements: NodeSelectorTerm["matchFields"]): unknown =>
    requirements?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: orNull(values) })) ??
    null;
  return { MatchExpressions: list(matchExpressions), MatchFields: list(matchFields) };
}

export const internalAddresses = (list: readonly { readonly ip: string }[]): object =>
  list.map(({ ip }) => ({ IP: ip }));
