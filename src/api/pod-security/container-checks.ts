/** What a single container may ask for: privileges, capabilities, an unmasked /proc. */
import {
  type Check,
  containers,
  containersOf,
  hasUserNamespace,
  isWindows,
  namesOf,
  quoted,
  type Rule,
  sorted,
  unless,
} from "./check.ts";

const privileged: Rule = (spec) => {
  const bad = namesOf(spec, ({ securityContext }) => securityContext?.privileged === true);
  if (!bad.length) return undefined;
  return { reason: "privileged", detail: `${containers(bad)} must not set securityContext.privileged=true` };
};

const escalation: Rule = (spec) => {
  const bad = namesOf(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (!bad.length) return undefined;
  const detail = `${containers(bad)} must set securityContext.allowPrivilegeEscalation=false`;
  return { reason: "allowPrivilegeEscalation != false", detail };
};

const usualCapabilities = new Set(
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
    " ",
  ),
);

/** Who adds capabilities beyond these, and which. */
function added(
  spec: Parameters<Rule>[0],
  allowed: (name: string) => boolean,
): { names: string[]; forbidden: string[] } {
  const beyond = ({ securityContext }: ReturnType<typeof containersOf>[number]): string[] =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !allowed(name));
  return {
    names: namesOf(spec, (container) => beyond(container).length > 0),
    forbidden: sorted(containersOf(spec).flatMap(beyond)),
  };
}

const mustNotInclude = (names: readonly string[], forbidden: readonly string[]): string =>
  `${containers(names)} must not include ${quoted(forbidden)} in securityContext.capabilities.add`;

const usualOnly: Rule = (spec) => {
  const { names, forbidden } = added(spec, (name) => usualCapabilities.has(name));
  return names.length ? { reason: "non-default capabilities", detail: mustNotInclude(names, forbidden) } : undefined;
};

const dropsAll: Rule = (spec) => {
  const missing = namesOf(spec, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"));
  const { names, forbidden } = added(spec, (name) => name === "NET_BIND_SERVICE");
  const details = [
    ...(missing.length ? [`${containers(missing)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(names.length ? [mustNotInclude(names, forbidden)] : []),
  ];
  return details.length ? { reason: "unrestricted capabilities", detail: details.join("; ") } : undefined;
};

const procMount: Rule = (spec) => {
  const unusual = (type: string | undefined): boolean => type !== undefined && type !== "Default";
  const bad = namesOf(spec, ({ securityContext }) => unusual(securityContext?.procMount));
  if (!bad.length) return undefined;
  const types = sorted(containersOf(spec).flatMap(({ securityContext }) => securityContext?.procMount ?? []));
  const forbidden = quoted(types.filter(unusual));
  return { reason: "procMount", detail: `${containers(bad)} must not set securityContext.procMount to ${forbidden}` };
};

export const containerChecks: readonly Check[] = [
  { id: "privileged", level: "baseline", since: { 0: privileged } },
  {
    id: "allowPrivilegeEscalation",
    level: "restricted",
    since: { 8: escalation, 25: unless(isWindows, escalation) },
  },
  { id: "capabilities_baseline", level: "baseline", since: { 0: usualOnly } },
  {
    id: "capabilities_restricted",
    level: "restricted",
    since: { 22: dropsAll, 25: unless(isWindows, dropsAll) },
    instead: "capabilities_baseline",
  },
  { id: "procMount", level: "baseline", since: { 0: procMount, 35: unless(hasUserNamespace, procMount) } },
  { id: "procMount_restricted", level: "restricted", since: { 35: procMount }, instead: "procMount" },
];
